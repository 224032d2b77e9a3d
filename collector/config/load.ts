/** Loads a Collector configuration: every fault at once, each with file, line, key and what was expected. */
import type { Static } from 'typebox'
import { validator } from '../../lib/validate.ts'
import { componentSchemas, deprecatedTypes, sections, Service, type Section } from './components.ts'
import type { CollectorConfig, ServiceConfig } from './config.ts'
import { openDocument, readSource, type FaultList } from './document.ts'
import type { Variables } from './expand.ts'
import { checkPipelines } from './pipelines.ts'

/**
 * Reads and checks a configuration file.
 *
 * @throws ConfigError with every fault
 */
export function loadCollectorConfig(path: string, variables: Variables): CollectorConfig {
  return parseCollectorConfig(readSource(path), path, variables)
}

/**
 * Checks the text of a configuration.
 *
 * @param path named in faults
 * @throws ConfigError with every fault
 */
export function parseCollectorConfig(source: string, path: string, variables: Variables): CollectorConfig {
  const document = openDocument(source, path, variables)
  const config = readRoot(document.value, document)
  document.throwFaults()
  return config
}

function readRoot(value: unknown, list: FaultList): CollectorConfig {
  const root = mapping(value, '', list)
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
