/** Checks how components are put together, and finds the ones that are used. */
import type { FaultList } from './document.ts'
import type { CollectorConfig } from './config.ts'
import type { Section } from './components.ts'

/** Signals each type can be used for; a connector's output is listed as a receiver. */
const signalsOf: Readonly<
  Record<'receivers' | 'processors' | 'exporters', Readonly<Record<string, readonly string[]>>>
> = {
  receivers: { otlp: ['traces', 'logs', 'metrics'], faro: ['traces', 'logs'], span_metrics: ['metrics'] },
  processors: { memory_limiter: ['traces', 'logs', 'metrics'], redaction: ['traces', 'logs'] },
  exporters: {
    span_metrics: ['traces'],
    prometheus: ['metrics'],
    otlp_http: ['traces', 'logs'],
    nop: ['traces', 'logs', 'metrics'],
  },
}

/** Adds a fault for every reference that leads nowhere and every combination that cannot work. */
export function checkPipelines(config: CollectorConfig, list: FaultList): void {
  const { components, service } = config
  const pipelines = Object.entries(service.pipelines)
  if (pipelines.length === 0) list.add('/service', 'at least one pipeline')
  for (const [id, pipeline] of pipelines) {
    const signal = id.split('/', 1)[0] ?? ''
    for (const role of ['receivers', 'processors', 'exporters'] as const) {
      const ids = pipeline[role] ?? []
      const at = `/service/pipelines/${id.replaceAll('/', '~1')}/${role}`
      if (role !== 'processors' && ids.length === 0) list.add(at, `at least one of ${role}`)
      ids.forEach((component, index) => {
        if (!isDefined(components, role, component))
          list.add(`${at}/${index}`, `a component defined under ${role}`)
        else if (!signalsOf[role][typeOf(component)]?.includes(signal)) {
          list.add(`${at}/${index}`, `a component for ${signal}`)
        }
      })
    }
  }
  checkConnectors(config, list)
  checkSingle(config, list)
  service.extensions?.forEach((id, index) => {
    if (!components.extensions.has(id))
      list.add(`/service/extensions/${index}`, 'a component defined under extensions')
  })
}

function isDefined(
  components: CollectorConfig['components'],
  role: 'receivers' | 'processors' | 'exporters',
  id: string,
): boolean {
  return components[role].has(id) || (role !== 'processors' && components.connectors.has(id))
}

/** A connector joins pipelines: it must end one and begin another. */
function checkConnectors({ components, service }: CollectorConfig, list: FaultList): void {
  const pipelines = Object.values(service.pipelines)
  for (const id of components.connectors.keys()) {
    const ends = pipelines.some(({ exporters }) => exporters.includes(id))
    const begins = pipelines.some(({ receivers }) => receivers.includes(id))
    if (ends !== begins)
      list.add(`/connectors/${id.replaceAll('/', '~1')}`, 'use as exporter and as receiver')
  }
}

/** This engine starts one component of a type; a second would need a second process. */
function checkSingle(config: CollectorConfig, list: FaultList): void {
  for (const section of ['receivers', 'processors', 'connectors', 'exporters', 'extensions'] as const) {
    const seen = new Set<string>()
    for (const id of usedIds(config, section)) {
      if (seen.has(typeOf(id)))
        list.add(`/${section}/${id.replaceAll('/', '~1')}`, `one ${typeOf(id)} in use`)
      seen.add(typeOf(id))
    }
  }
}

/** Lists the ids of a section that a pipeline or the service uses; the others are allowed and not started. */
export function usedIds({ components, service }: CollectorConfig, section: Section): string[] {
  const pipelines = Object.values(service.pipelines)
  const used = new Set<string>([
    ...(service.extensions ?? []),
    ...pipelines.flatMap(({ receivers, processors = [], exporters }) => [
      ...receivers,
      ...processors,
      ...exporters,
    ]),
  ])
  return [...components[section].keys()].filter((id) => used.has(id))
}

/** Finds the body of the component of a type that is in use. */
export function usedComponent(config: CollectorConfig, section: Section, type: string): unknown {
  const id = usedIds(config, section).find((candidate) => typeOf(candidate) === type)
  return id === undefined ? undefined : config.components[section].get(id)
}

function typeOf(id: string): string {
  return id.split('/', 1)[0] ?? ''
}
