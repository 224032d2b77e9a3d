/** Compose files (compose-spec) as resources: one per service, network, volume, secret and config. */
import type { GatherFault, Position, Resource } from '../../evidence.ts'
import type { FileBytes } from '../module/source.ts'
import type { Gathered } from '../terraform.ts'
import { flatten, type Value } from '../value.ts'
import { pathOf, readYaml, type ComposeText } from './document.ts'
import { merged, type MapValue } from './merge.ts'
import { normalizeService } from './normalize.ts'

const sections = [
  ['services', 'service'],
  ['networks', 'network'],
  ['volumes', 'volume'],
  ['secrets', 'secret'],
  ['configs', 'config'],
] as const

export interface ComposeOptions {
  /** Laid over the file: `compose.override.yaml` and the like. */
  readonly override?: FileBytes
  /** Other Compose files lie beside it, which may hold the other half of a service. */
  readonly hasSiblings?: boolean
}

/**
 * Reads one Compose file, with the override file that Compose lays over it by itself; never throws. Other files it
 * includes or extends are named, not followed.
 */
export function gatherCompose(
  file: FileBytes,
  { override, hasSiblings = false }: ComposeOptions = {},
): Gathered {
  const base = readRoot(file)
  const over = override === undefined ? undefined : readRoot(override)
  const faults = [...base.faults, ...(over?.faults ?? [])]
  const root = laidOver(base, over)
  const cleared = new Set([...base.cleared, ...(over?.cleared ?? [])])
  const top: Position = { file: file.file, startLine: 1, endLine: 1 }
  if (root === undefined) {
    const message = 'expected a map with services at the top'
    const fault = { code: 'GATHER_SYNTAX', message, ...top } as const
    return { resources: [], faults: faults.length > 0 ? faults : [fault] }
  }
  const all = sections.flatMap(([section, type]) =>
    resourcesOf(root.entries.get(section), type, { top, cleared }),
  )
  const resources = hasSiblings ? all.map(openIfHalf) : all
  const hidden = sections.flatMap(([section]) => hiddenIn(section, root.entries.get(section), top))
  return { resources, faults: [...faults, ...hidden, ...includesOf(root.entries.get('include'), top)] }
}

/** Reads one file and puts the short forms of its services into their long form: only those merge rightly. */
function readRoot({ file, bytes }: FileBytes): ComposeText {
  const read = readYaml(file, Buffer.from(bytes).toString('utf8'))
  const { root } = read
  const services = root.kind === 'map' ? root.entries.get('services') : undefined
  if (root.kind !== 'map' || services?.kind !== 'map') return read
  const entries = [...services.entries].map(([name, service]): [string, Value] => [
    name,
    service.kind === 'map' ? { ...service, entries: normalizeService(service.entries) } : service,
  ])
  const normalized: Value = { ...services, entries: new Map(entries) }
  return { ...read, root: { ...root, entries: new Map([...root.entries, ['services', normalized]]) } }
}

function laidOver({ root: base }: ComposeText, over: ComposeText | undefined): MapValue | undefined {
  if (base.kind !== 'map') return undefined
  return over?.root.kind === 'map' ? merged(base, over.root, isClearedBy(over.cleared, [])) : base
}

/** Tells for a path below these keys whether the later file takes away what the earlier one says there. */
function isClearedBy(cleared: ReadonlySet<string>, above: readonly string[]) {
  return (path: readonly string[]) => cleared.size > 0 && cleared.has(pathOf([...above, ...path]))
}

/** A section that could not be read hides every resource in it. */
function hiddenIn(section: string, value: Value | undefined, top: Position): GatherFault[] {
  const isEmpty = value === undefined || (value.kind === 'plain' && value.value === null)
  if (isEmpty || (value.kind === 'map' && value.open === undefined)) return []
  const why = value.kind === 'unknown' ? value.why : 'it is no map'
  const message = `cannot read ${section}: ${why}`
  return [{ code: 'GATHER_UNSUPPORTED', message, ...(value.at ?? top) }]
}

interface Around {
  readonly top: Position
  readonly cleared: ReadonlySet<string>
}

function resourcesOf(section: Value | undefined, type: string, { top, cleared }: Around): Resource[] {
  if (section?.kind !== 'map') return []
  return [...section.entries].map(([name, value]) => {
    const position = value.at ?? section.at ?? top
    const complete = type === 'service' ? serviceOf(name, { services: section.entries, cleared }) : value
    const root: Value = complete.kind === 'plain' ? { kind: 'map', entries: new Map() } : complete
    const attributes = flatten(root, position)
    return { kind: 'compose', type, name, address: `${type}.${name}`, position, attributes }
  })
}

interface Project {
  readonly services: ReadonlyMap<string, Value>
  readonly cleared: ReadonlySet<string>
}

/** A service with what it extends in the same file below its own entries. */
function serviceOf(name: string, project: Project, seen: readonly string[] = []): Value {
  const { services, cleared } = project
  const own = services.get(name)
  if (own?.kind !== 'map') return own ?? { kind: 'unknown', why: `there is no service ${name}` }
  const base = own.entries.get('extends')
  if (base === undefined) return own
  const baseName = base.kind === 'map' ? plainText(base.entries.get('service')) : plainText(base)
  const baseFile = base.kind === 'map' ? plainText(base.entries.get('file')) : undefined
  if (baseName === undefined || baseFile !== undefined || seen.includes(baseName)) {
    return {
      ...own,
      open: `extends ${baseName ?? 'a service'}${baseFile === undefined ? '' : ` of ${baseFile}`}`,
    }
  }
  const inherited = serviceOf(baseName, project, [...seen, name])
  return inherited.kind === 'map'
    ? merged(inherited, own, isClearedBy(cleared, ['services', name]))
    : { ...own, open: `extends ${baseName}` }
}

/** Without an image there is nothing to start: such a service is one half, and what it does not say is unknown. */
function openIfHalf(resource: Resource): Resource {
  const isWhole = ['image', 'build', 'provider', '*'].some((key) => resource.attributes.has(key))
  if (resource.type !== 'service' || isWhole) return resource
  const open = { known: false, why: 'completes a service of another file', ...resource.position } as const
  return { ...resource, attributes: new Map([...resource.attributes, ['*', open]]) }
}

function plainText(value: Value | undefined): string | undefined {
  return value?.kind === 'plain' && value.value !== null ? String(value.value) : undefined
}

function includesOf(include: Value | undefined, top: Position): GatherFault[] {
  if (include === undefined) return []
  const message = 'found include, expected every service in the files that are scanned'
  return [{ code: 'GATHER_UNSUPPORTED', message, ...(include.at ?? top) }]
}
