/** The tree of routes, one resource for each node, and what Alertmanager would refuse of it. */
import type { Position, Resource } from '../../evidence.ts'
import { problemsOf, type Problem } from '../shapes/shape.ts'
import { entryOf, itemsOf, plainText, resourceFrom, withEntries } from '../shapes/values.ts'
import { valueOfJson, type Value } from '../value.ts'
import { matchersOf, type Matcher } from './matchers.ts'
import { routeShape } from './shapes.ts'

interface Known {
  /** Names of receivers and of time intervals. */
  readonly names: readonly string[]
  readonly intervals: readonly string[]
  readonly top: Position
}

interface Routes {
  readonly resources: readonly Resource[]
  readonly problems: readonly Problem[]
}

const depthLimit = 32
const routeLimit = 2_000

/** Reads the tree; the root comes first, children after their parents. */
export function readRoutes(root: Value | undefined, known: Known): Routes {
  if (root === undefined) return { resources: [], problems: [] }
  const reader = new RouteReader(known)
  reader.read(root, { path: [], receiver: '' })
  return reader
}

interface Parent {
  readonly path: readonly number[]
  readonly receiver: string
}

class RouteReader {
  readonly resources: Resource[] = []
  readonly problems: Problem[] = []
  private readonly known: Known

  constructor(known: Known) {
    this.known = known
  }

  read(route: Value, { path, receiver: inherited }: Parent): void {
    const place = route.at === undefined ? {} : { at: route.at }
    if (path.length > depthLimit || this.resources.length >= routeLimit) {
      this.problems.push({ message: 'more routes than are read', ...place })
      return
    }
    const receiver = plainText(entryOf(route, 'receiver')) ?? inherited
    const { matchers, isRead } = readMatchers(route)
    const texts = path.length === 0 ? this.rootProblems(route, receiver) : []
    if (!isRead) texts.push('a matcher cannot be parsed')
    if (receiver !== '' && !this.known.names.includes(receiver)) {
      texts.push(`undefined receiver "${receiver}" used in route`)
    }
    for (const name of this.intervalsOf(route)) texts.push(`undefined time interval "${name}" used in route`)
    const labels = itemsOf(entryOf(route, 'group_by')).map(plainText)
    if (new Set(labels).size < labels.length) texts.push('duplicated label in group_by')
    this.problems.push(
      ...problemsOf(route, routeShape, 'route'),
      ...texts.map((message) => ({ message, ...place })),
    )
    this.resources.push(this.resourceOf(route, { path, receiver, matchers: isRead ? matchers : undefined }))
    for (const [index, child] of itemsOf(entryOf(route, 'routes')).entries()) {
      this.read(child, { path: [...path, index], receiver })
    }
  }

  private rootProblems(route: Value, receiver: string): string[] {
    const texts: string[] = []
    if (receiver === '') texts.push('root route must specify a default receiver')
    if (['match', 'match_re', 'matchers'].some((key) => hasSomething(entryOf(route, key)))) {
      texts.push('root route must not have any matchers')
    }
    return texts
  }

  private intervalsOf(route: Value): readonly string[] {
    return ['mute_time_intervals', 'active_time_intervals']
      .flatMap((key) => itemsOf(entryOf(route, key)).map((each) => plainText(each) ?? ''))
      .filter((name) => !this.known.intervals.includes(name))
  }

  private resourceOf(
    route: Value,
    {
      path,
      receiver,
      matchers,
    }: {
      readonly path: readonly number[]
      readonly receiver: string
      readonly matchers: readonly Matcher[] | undefined
    },
  ): Resource {
    const name = path.join('.')
    const written = new Map(route.kind === 'map' ? route.entries : [])
    written.delete('routes')
    const value = withEntries(
      { kind: 'map', entries: written, ...(route.at === undefined ? {} : { at: route.at }) },
      {
        path: valueOfJson(name),
        receiver: valueOfJson(receiver),
        matchers:
          matchers === undefined
            ? { kind: 'unknown', why: 'cannot be parsed' }
            : valueOfJson(matchers.map((matcher) => ({ ...matcher }))),
      },
    )
    const address = name === '' ? 'route' : `route.${name}`
    return resourceFrom({ kind: 'alertmanager', type: 'route', name, address }, value, this.known.top)
  }
}

function readMatchers(route: Value): { readonly matchers: readonly Matcher[]; readonly isRead: boolean } {
  const matchers: Matcher[] = []
  for (const [key, operator] of [
    ['match', '='],
    ['match_re', '=~'],
  ] as const) {
    const map = entryOf(route, key)
    for (const [label, value] of map?.kind === 'map' ? map.entries : []) {
      matchers.push({ label, operator, value: plainText(value) ?? '' })
    }
  }
  let isRead = true
  for (const item of itemsOf(entryOf(route, 'matchers'))) {
    const read = matchersOf(plainText(item) ?? '')
    if (read === undefined) isRead = false
    else matchers.push(...read)
  }
  return { matchers, isRead }
}

function hasSomething(value: Value | undefined): boolean {
  if (value?.kind === 'map') return value.entries.size > 0
  return value?.kind === 'list' && value.items.length > 0
}
