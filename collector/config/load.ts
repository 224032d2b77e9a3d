/** Loads a Collector configuration: every fault at once, each with file, line, key and what was expected. */
import { readFileSync } from 'node:fs'
import type { Static } from 'typebox'
import { LineCounter, parseDocument, type Document } from 'yaml'
import { ConfigError, type ConfigFault } from '../../lib/config.ts'
import { messageOf } from '../../lib/errors.ts'
import { validator } from '../../lib/validate.ts'
import { componentSchemas, deprecatedTypes, sections, Service, type Section } from './components.ts'
import { expandValues, type Variables } from './expand.ts'
import { checkPipelines } from './pipelines.ts'

export type ServiceConfig = Static<typeof Service>

export interface CollectorConfig {
  /** Component bodies by section and id, checked. */
  readonly components: Readonly<Record<Section, ReadonlyMap<string, unknown>>>
  readonly service: ServiceConfig
  readonly warnings: readonly string[]
}

/** Collects faults by the place in the file they are at. */
export interface FaultList {
  readonly add: (pointer: string, expected: string) => void
}

/**
 * Reads and checks a configuration file.
 *
 * @throws ConfigError with every fault
 */
export function loadCollectorConfig(path: string, variables: Variables): CollectorConfig {
  let source: string
  try {
    source = readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigError([{ source: path, key: '(file)', expected: `a readable file: ${messageOf(error)}` }])
  }
  return parseCollectorConfig(source, path, variables)
}

/**
 * Checks the text of a configuration.
 *
 * @param path named in faults
 * @throws ConfigError with every fault
 */
export function parseCollectorConfig(source: string, path: string, variables: Variables): CollectorConfig {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const faults: ConfigFault[] = document.errors.map((error) => ({
    source: path,
    line: lines.linePos(error.pos[0]).line,
    key: '(yaml)',
    expected: `valid yaml: ${error.message}`,
  }))
  if (faults.length > 0) throw new ConfigError(faults)
  const list: FaultList = {
    add: (pointer, expected) => {
      const line = lineOf(document, lines, pointer)
      faults.push({ source: path, key: dotted(pointer), expected, ...(line === undefined ? {} : { line }) })
    },
  }
  const config = readRoot(toValues(document, path), variables, list)
  if (faults.length > 0)
    throw new ConfigError(faults.sort((one, other) => (one.line ?? 0) - (other.line ?? 0)))
  return config
}

function toValues(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 })
  } catch (error) {
    throw new ConfigError([{ source: path, key: '(yaml)', expected: `no aliases: ${messageOf(error)}` }])
  }
}

function readRoot(values: unknown, variables: Variables, list: FaultList): CollectorConfig {
  const root = mapping(expandValues(values, variables, list.add), '', list)
  const warnings: string[] = []
  const known: readonly string[] = [...sections, 'service']
  for (const key of Object.keys(root)) {
    if (!known.includes(key)) list.add(`/${key}`, `one of ${known.join(', ')}`)
  }
  const components = Object.fromEntries(
    sections.map((section) => [section, readSection(section, root[section], { list, warnings })]),
    // Exactly the keys of `sections` were just written.
  ) as Record<Section, Map<string, unknown>>
  const service = checkBody(Service, root['service'] ?? {}, '/service', list)
  // Deprecated names in the pipelines mean the canonical ones.
  const config = { components, service: canonicalService(service), warnings }
  if (service !== undefined) checkPipelines(config, list)
  return config
}

interface Notes {
  readonly list: FaultList
  readonly warnings: string[]
}

function readSection(section: Section, value: unknown, { list, warnings }: Notes): Map<string, unknown> {
  const found = new Map<string, unknown>()
  const schemas: Readonly<Record<string, Parameters<typeof validator>[0]>> = componentSchemas[section]
  for (const [id, body] of Object.entries(mapping(value ?? {}, `/${section}`, list))) {
    const pointer = `/${section}/${id.replaceAll('~', '~0').replaceAll('/', '~1')}`
    const canonical = canonicalId(id)
    const type = canonical.split('/', 1)[0] ?? ''
    if (canonical !== id) warnings.push(`${section}.${id}: the type is called ${type} now`)
    if (!Object.hasOwn(schemas, type)) {
      list.add(pointer, `a type out of ${Object.keys(schemas).join(', ')}`)
    } else if (!/^[a-z_]+(\/[^\s/]+)?$/.test(canonical)) {
      list.add(pointer, 'an id of the form type or type/name')
    } else if (found.has(canonical)) list.add(pointer, `one component called ${canonical}`)
    else found.set(canonical, checkBody(schemas[type] ?? {}, withoutNulls(body), pointer, list))
  }
  return found
}

function checkBody<S extends Parameters<typeof validator>[0]>(
  schema: S,
  body: unknown,
  pointer: string,
  list: FaultList,
): Static<S> | undefined {
  const outcome = validator(schema)(body)
  if (outcome.valid) return outcome.value
  for (const { at, expected } of outcome.faults) list.add(pointer + at, expected)
  return undefined
}

function canonicalId(id: string): string {
  const [type = '', ...name] = id.split('/')
  return [deprecatedTypes[type] ?? type, ...name].join('/')
}

function canonicalService(service: ServiceConfig | undefined): ServiceConfig {
  const pipelines = Object.entries(service?.pipelines ?? {}).map(
    ([id, { receivers, processors, exporters }]) => [
      id,
      {
        receivers: receivers.map(canonicalId),
        processors: (processors ?? []).map(canonicalId),
        exporters: exporters.map(canonicalId),
      },
    ],
  )
  return { ...service, pipelines: Object.fromEntries(pipelines) as ServiceConfig['pipelines'] }
}

/** `otlp:` and `http:` without a body mean an empty one, as the Collector reads them. */
function withoutNulls(value: unknown): unknown {
  if (value === null || value === undefined) return {}
  if (Array.isArray(value) || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutNulls(item)]))
}

function mapping(value: unknown, pointer: string, list: FaultList): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    // An object that is not an array: its keys are text, its values are checked one by one.
    return value as Record<string, unknown>
  }
  list.add(pointer, 'a mapping')
  return {}
}

function lineOf(document: Document, lines: LineCounter, pointer: string): number | undefined {
  const path = pathOf(pointer)
  for (let length = path.length; length > 0; length--) {
    const parent: unknown = document.getIn(path.slice(0, length - 1), true)
    const line = keyLine(parent, path[length - 1] ?? '', lines)
    if (line !== undefined) return line
  }
  return document.contents?.range == null ? undefined : lines.linePos(document.contents.range[0]).line
}

/** Line of a key of a mapping, or of an item of a list. */
function keyLine(parent: unknown, key: string, lines: LineCounter): number | undefined {
  if (typeof parent !== 'object' || parent === null || !('items' in parent) || !Array.isArray(parent.items)) {
    return undefined
  }
  for (const [index, item] of parent.items.entries()) {
    const node: unknown = item !== null && typeof item === 'object' && 'key' in item ? item.key : item
    const isIt = (item as object) !== node ? valueOfNode(node) === key : String(index) === key
    const start = isIt ? startOf(node) : undefined
    if (start !== undefined) return lines.linePos(start).line
  }
  return undefined
}

function valueOfNode(node: unknown): string {
  return typeof node === 'object' && node !== null && 'value' in node ? String(node.value) : ''
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
    return undefined
  const start: unknown = node.range[0]
  return typeof start === 'number' ? start : undefined
}

function pathOf(pointer: string): string[] {
  const parts = pointer.split('/').slice(1)
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function dotted(pointer: string): string {
  return pointer === '' ? '(root)' : pathOf(pointer).join('.')
}
