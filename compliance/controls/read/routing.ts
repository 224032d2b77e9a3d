/** Where Alertmanager sends an alert: the tree of routes, walked with the labels that are known. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'

/** Labels that are known; any other may have any value. */
export type Labels = ReadonlyMap<string, string>

/** Each way it may go, as the receivers that get it then. */
export type Ways = readonly ReadonlySet<string>[]

/** More ways than these are as good as any. */
const wayLimit = 256

/** Lists the routes of a configuration by where they hang. */
export function routesOf(config: Resource, { resources }: Evidence): ReadonlyMap<string, Resource> {
  const own = resources.filter(
    ({ kind, type, position }) =>
      kind === 'alertmanager' && type === 'route' && position.file === config.position.file,
  )
  return new Map(own.map((route) => [textOf(knownValueOf(route, 'path')), route]))
}

/** Tells which receivers an alert may reach; undefined where routes are not known. */
export function waysOf(routes: ReadonlyMap<string, Resource>, labels: Labels): Ways | undefined {
  return routes.has('') ? walk(routes, '', labels) : undefined
}

function walk(routes: ReadonlyMap<string, Resource>, path: string, labels: Labels): Ways | undefined {
  const receiver = textOf(knownValueOf(routes.get(path) ?? empty, 'receiver'))
  let open: readonly ReadonlySet<string>[] = [new Set<string>()]
  const closed: ReadonlySet<string>[] = []
  for (let index = 0; ; index += 1) {
    const childPath = path === '' ? String(index) : `${path}.${index}`
    const child = routes.get(childPath)
    if (child === undefined) break
    const answer = matches(child, labels)
    if (answer === undefined) return undefined
    if (answer === 'no') continue
    const below = walk(routes, childPath, labels)
    if (below === undefined) return undefined
    const taken = combine(open, below)
    const goesOn = knownValueOf(child, 'continue') === true
    if (!goesOn) closed.push(...taken)
    open = unique([...(goesOn ? taken : []), ...(answer === 'maybe' ? open : [])])
    if (closed.length + open.length > wayLimit) return undefined
    if (open.length === 0) break
  }
  // Whoever took none of the children is the receiver's own.
  const ended = open.map((way) => (way.size === 0 ? new Set([receiver]) : way))
  return unique([...closed, ...ended])
}

const empty: Resource = {
  kind: 'alertmanager',
  type: 'route',
  name: '',
  address: '',
  position: { file: '', startLine: 1, endLine: 1 },
  attributes: new Map(),
}

function combine(left: Ways, right: Ways): Ways {
  return left.flatMap((a) => right.map((b) => new Set([...a, ...b])))
}

function unique(ways: Ways): Ways {
  return [...new Map(ways.map((way) => [[...way].sort().join('\n'), way])).values()]
}

function matches(route: Resource, labels: Labels): 'yes' | 'no' | 'maybe' | undefined {
  const matchers = attributeOf(route, 'matchers')
  if (matchers?.known !== true) return undefined
  const answers = childrenOf(route, 'matchers').map((path) => {
    const of = (name: string) => textOf(knownValueOf(route, `${path}.${name}`))
    const found = labels.get(of('label'))
    return found === undefined ? 'maybe' : holds(of('operator'), of('value'), found)
  })
  if (answers.includes('no')) return 'no'
  return answers.includes('maybe') ? 'maybe' : 'yes'
}

function holds(operator: string, expected: string, found: string): 'yes' | 'no' | 'maybe' {
  const isEqual = operator.includes('~') ? matchesPattern(expected, found) : expected === found
  if (isEqual === undefined) return 'maybe'
  return isEqual === !operator.startsWith('!') ? 'yes' : 'no'
}

/** Patterns that only list words are read; any other may match. */
function matchesPattern(pattern: string, found: string): boolean | undefined {
  if (pattern === '.*') return true
  if (pattern === '.+') return found !== ''
  const words = /^\(?(?:\?:)?([\w :/-]*(?:\|[\w :/-]*)*)\)?$/.exec(pattern)?.[1]
  return words?.split('|').includes(found)
}
