/** Compose files (compose-spec) as resources: one per service, network, volume, secret and config. */
import type { GatherFault, Position, Resource } from '../../evidence.ts'
import type { FileBytes, Gathered } from '../terraform.ts'
import { flatten, type Value } from '../value.ts'
import { readYaml } from './document.ts'
import { normalizeService } from './normalize.ts'

const sections = [
  ['services', 'service'],
  ['networks', 'network'],
  ['volumes', 'volume'],
  ['secrets', 'secret'],
  ['configs', 'config'],
] as const

/** Reads one Compose file; never throws. Other files it includes or extends are named, not followed. */
export function gatherCompose({ file, bytes }: FileBytes): Gathered {
  const text = Buffer.from(bytes).toString('utf8')
  const { root, faults } = readYaml(file, text)
  const top: Position = { file, startLine: 1, endLine: 1 }
  if (root.kind !== 'map') {
    const fault = {
      code: 'GATHER_SYNTAX',
      message: 'expected a map with services at the top',
      ...top,
    } as const
    return { resources: [], faults: faults.length > 0 ? faults : [fault] }
  }
  const resources = sections.flatMap(([section, type]) => resourcesOf(root.entries.get(section), type, top))
  const hidden = sections.flatMap(([section]) => hiddenIn(section, root.entries.get(section), top))
  return { resources, faults: [...faults, ...hidden, ...includesOf(root.entries.get('include'), top)] }
}

/** A section that could not be read hides every resource in it. */
function hiddenIn(section: string, value: Value | undefined, top: Position): GatherFault[] {
  const isEmpty = value === undefined || (value.kind === 'plain' && value.value === null)
  if (isEmpty || (value.kind === 'map' && value.open === undefined)) return []
  const why = value.kind === 'unknown' ? value.why : 'it is no map'
  const message = `cannot read ${section}: ${why}`
  return [{ code: 'GATHER_UNSUPPORTED', message, ...(value.at ?? top) }]
}

function resourcesOf(section: Value | undefined, type: string, top: Position): Resource[] {
  if (section?.kind !== 'map') return []
  return [...section.entries].map(([name, value]) => {
    const position = value.at ?? section.at ?? top
    const complete = type === 'service' ? serviceOf(name, section.entries) : value
    const root: Value = complete.kind === 'plain' ? { kind: 'map', entries: new Map() } : complete
    const attributes = flatten(root, position)
    return { kind: 'compose', type, name, address: `${type}.${name}`, position, attributes }
  })
}

/** A service with what it extends in the same file below its own entries. */
function serviceOf(name: string, services: ReadonlyMap<string, Value>, seen: readonly string[] = []): Value {
  const service = services.get(name)
  if (service?.kind !== 'map') return service ?? { kind: 'unknown', why: `there is no service ${name}` }
  const own: Value = { ...service, entries: normalizeService(service.entries) }
  const base = service.entries.get('extends')
  if (base === undefined) return own
  const baseName = base.kind === 'map' ? plainText(base.entries.get('service')) : plainText(base)
  const baseFile = base.kind === 'map' ? plainText(base.entries.get('file')) : undefined
  if (baseName === undefined || baseFile !== undefined || seen.includes(baseName)) {
    return {
      ...own,
      open: `extends ${baseName ?? 'a service'}${baseFile === undefined ? '' : ` of ${baseFile}`}`,
    }
  }
  const inherited = serviceOf(baseName, services, [...seen, name])
  return inherited.kind === 'map' ? merged(inherited, own) : { ...own, open: `extends ${baseName}` }
}

/** Maps merge key by key, lists follow each other, plain values of the later win (Compose specification, "Merge"). */
function merged(base: Value & { kind: 'map' }, over: Value & { kind: 'map' }): Value {
  const entries = new Map(base.entries)
  for (const [key, value] of over.entries) {
    const before = entries.get(key)
    if (before?.kind === 'map' && value.kind === 'map') entries.set(key, merged(before, value))
    else if (before?.kind === 'list' && value.kind === 'list') {
      entries.set(key, { ...value, items: [...before.items, ...value.items] })
    } else entries.set(key, value)
  }
  const open = over.open ?? base.open
  return { ...over, entries, ...(open === undefined ? {} : { open }) }
}

function plainText(value: Value | undefined): string | undefined {
  return value?.kind === 'plain' && value.value !== null ? String(value.value) : undefined
}

function includesOf(include: Value | undefined, top: Position): GatherFault[] {
  if (include === undefined) return []
  const message = 'found include, expected every service in the files that are scanned'
  return [{ code: 'GATHER_UNSUPPORTED', message, ...(include.at ?? top) }]
}
