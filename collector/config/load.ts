/** Loads a Collector configuration: every fault at once, each with file, line, key and what was expected. */
import { ConfigError, type ConfigFault } from '../../lib/config.ts'
import { canonicalType, catalogue, findComponent } from './catalogue.ts'
import { pointer, sections, signals, typeOf, type Body, type Component, type Section } from './component.ts'
import type { CollectorConfig } from './config.ts'
import { openDocument, readSource, type FaultList } from './document.ts'
import type { Variables } from './expand.ts'
import { lint } from './lint.ts'
import { checkPipelines, orderPipelines, type Defined } from './pipelines.ts'
import type { PipelinePlan, Plan } from './plan.ts'
import { checkReferences } from './references.ts'
import { pipeline as pipelineShape, service as serviceShape, type ServiceSettings } from './service.ts'
import { readShape } from './settle.ts'

/** A component of the file, used or not. */
interface Loaded {
  readonly component: Component
  readonly settings: unknown
  /** The body before defaults. */
  readonly body: unknown
}
type Components = Readonly<Record<Section, ReadonlyMap<string, Loaded>>>

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
  const root = mapping(document.value, '', document)
  const known: readonly string[] = [...sections, 'service']
  for (const key of Object.keys(root)) {
    if (!known.includes(key)) document.add(pointer(key), `one of ${known.join(', ')}`)
  }
  const warnings: string[] = []
  const renamed = new Map<string, string>()
  const warn = (section: Section, id: string, canonical: string) => {
    renamed.set(pointer(section, canonical), pointer(section, id))
    warnings.push(document.describe(pointer(section, id), `the type is called ${typeOf(canonical)} now`))
  }
  const components = Object.fromEntries(
    sections.map((section) => [section, readSection(section, root[section], document, warn)]),
    // Exactly the keys of `sections` were just written.
  ) as unknown as Components
  const plan = readPlan(components, root['service'], document)
  document.throwFaults()
  // What is found in the plan stands in the file under the name that was written.
  const written = (at: string) => {
    const [section = '', id = ''] = at.split('/').slice(1)
    const from = `/${section}/${id}`
    const to = renamed.get(from)
    return to === undefined ? at : to + at.slice(from.length)
  }
  return {
    plan,
    warnings,
    lints: lint(plan).map(({ at, text }) => document.describe(written(at), text)),
    describe: (at, text) => document.describe(written(at), text),
    faultAt: (at, expected) => document.faultAt(written(at), expected),
  }
}

/**
 * Runs readers of several sources and throws the faults of all of them at once.
 *
 * @throws ConfigError
 */
export function readAll<R extends Readonly<Record<string, () => unknown>>>(
  readers: R,
): { readonly [K in keyof R]: ReturnType<R[K]> } {
  const faults: ConfigFault[] = []
  const entries = Object.entries(readers).map(([name, read]) => {
    try {
      return [name, read()] as const
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      faults.push(...error.faults)
      return [name, undefined] as const
    }
  })
  if (faults.length > 0) throw new ConfigError(faults)
  // Every reader has answered, each under its name.
  return Object.fromEntries(entries) as { readonly [K in keyof R]: ReturnType<R[K]> }
}

function readSection(
  section: Section,
  value: unknown,
  list: FaultList,
  warn: (section: Section, id: string, canonical: string) => void,
): ReadonlyMap<string, Loaded> {
  const found = new Map<string, Loaded>()
  const types = catalogue[section].map(({ type }) => type)
  for (const [id, body] of Object.entries(mapping(value ?? {}, pointer(section), list))) {
    const at = pointer(section, id)
    const canonical = canonicalId(section, id)
    const component = findComponent(section, typeOf(canonical))
    if (canonical !== id) warn(section, id, canonical)
    if (component === undefined) list.add(at, `a type out of ${types.join(', ')}`)
    else if (!/^[a-z_]+(\/[^\s/]+)?$/.test(canonical)) list.add(at, 'an id of the form type or type/name')
    else if (found.has(canonical)) list.add(at, `one component called ${canonical}`)
    else found.set(canonical, readComponent(component, body, at, list))
  }
  return found
}

function readComponent(component: Component, body: unknown, at: string, list: FaultList): Loaded {
  const read = readShape(body, component.body, at, list)
  if (read !== undefined) {
    const report = (key: string, expected: string) => list.add(key === '' ? at : `${at}/${key}`, expected)
    // The shape of every body is a block, which only a mapping passes.
    component.check(read.settings, report, read.settled as Body)
  }
  return { component, settings: read?.settings, body: read?.settled }
}

/** Gives the plan; where faults were added, only as much of it as could be read. */
function readPlan(components: Components, value: unknown, list: FaultList): Plan {
  const { pipelines: named, ...rest } = mapping(value ?? {}, '/service', list)
  const service = readShape(rest, serviceShape, '/service', list)?.settings ?? noService
  const pipelines = readPipelines(named, list)
  const defined = Object.fromEntries(
    sections.map((section) => [section, new Set(components[section].keys())]),
  ) as unknown as Defined
  checkPipelines(pipelines, defined, list)
  const ordered = orderPipelines(pipelines, defined.connectors, list)
  service.extensions.forEach((id, index) => {
    if (!defined.extensions.has(id))
      list.add(pointer('service', 'extensions', index), 'a component defined under extensions')
  })
  const used = new Set<string>(
    pipelines.flatMap(({ receivers, processors, exporters }) => [...receivers, ...processors, ...exporters]),
  )
  const pick = (section: Section) =>
    [...components[section]]
      .filter(([id]) => (section === 'extensions' ? service.extensions.includes(id) : used.has(id)))
      .map(([id, { component, settings }]) => ({ id, type: component.type, settings }))
  const bodies = sections.flatMap((section) =>
    [...components[section]]
      .filter(([id]) => used.has(id))
      .map(([id, { body }]) => ({ at: pointer(section, id), body })),
  )
  checkReferences(bodies, service.extensions, list)
  checkAddresses(pipelines, components.exporters, list)
  const picked = Object.fromEntries(sections.map((section) => [section, pick(section)]))
  // Each settings object was read by the shape of the component of its type.
  return { ...picked, pipelines: ordered, telemetry: service.telemetry } as unknown as Plan
}

/** An exporter that sends by HTTP needs an address for every signal it is given. */
function checkAddresses(
  pipelines: readonly PipelinePlan[],
  exporters: ReadonlyMap<string, Loaded>,
  list: FaultList,
): void {
  for (const { id, signal, exporters: names } of pipelines) {
    names.forEach((name, index) => {
      const found = exporters.get(name)
      if (found?.component.type !== 'otlp_http' || found.body === undefined) return
      const body = Object(found.body) as Readonly<Record<string, unknown>>
      if (body['endpoint'] === undefined && body[`${signal}_endpoint`] === undefined)
        list.add(
          pointer('service', 'pipelines', id, 'exporters', index),
          `an exporter with endpoint or ${signal}_endpoint`,
        )
    })
  }
}

const noService: ServiceSettings = serviceShape.read({})

function readPipelines(value: unknown, list: FaultList): readonly PipelinePlan[] {
  const at = pointer('service', 'pipelines')
  return Object.entries(mapping(value ?? {}, at, list)).flatMap(([id, body]): readonly PipelinePlan[] => {
    const signal = signals.find((known) => known === typeOf(id))
    if (signal === undefined || !/^[a-z]+(\/[^\s/]+)?$/.test(id)) {
      list.add(at + pointer(id), `${signals.join(', ')}, with or without /name`)
      return []
    }
    const read = readShape(body, pipelineShape, at + pointer(id), list)?.settings
    if (read === undefined) return []
    return [
      {
        id,
        signal,
        receivers: read.receivers.map((name) => canonicalEnd('receivers', name)),
        processors: read.processors.map((name) => canonicalId('processors', name)),
        exporters: read.exporters.map((name) => canonicalEnd('exporters', name)),
      },
    ]
  })
}

/** The id with the type's name of today. */
function canonicalId(section: Section, id: string): string {
  const [type = '', ...name] = id.split('/')
  return [canonicalType(section, type), ...name].join('/')
}

/** The end of a pipeline may be a connector; old names of both kinds are known. */
function canonicalEnd(section: 'receivers' | 'exporters', id: string): string {
  const connector = canonicalId('connectors', id)
  return connector === id ? canonicalId(section, id) : connector
}

function mapping(value: unknown, at: string, list: FaultList): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    // An object that is not an array: its keys are text, its values are checked one by one.
    return value as Record<string, unknown>
  }
  list.add(at, 'a mapping')
  return {}
}
