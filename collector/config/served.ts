/** What the running collector is built for, out of all that a configuration may ask for; the rest is refused at start. */
import { ConfigError, type ConfigFault } from '../../lib/config.ts'
import { findComponent } from './catalogue.ts'
import { pointer, sections, type Section } from './component.ts'
import type { CollectorConfig } from './config.ts'
import { checkSingle } from './pipelines.ts'

/** Settings that are honoured, by section and type; `true` for all of them. */
const honoured: Readonly<Record<Section, Readonly<Record<string, true | readonly string[]>>>> = {
  receivers: {
    otlp: ['endpoint', 'maxRequestBodySize', 'tracesUrlPath', 'metricsUrlPath', 'logsUrlPath', 'cors', 'auth']
      .map((key) => `protocols.http.${key}`)
      .concat(['endpoint', 'maxRecvMsgSizeMib', 'auth'].map((key) => `protocols.grpc.${key}`)),
    faro: ['endpoint', 'maxRequestBodySize', 'cors'],
  },
  processors: { memory_limiter: true, redaction: true },
  connectors: {
    span_metrics: ['namespace', 'dimensions', 'histogram', 'exemplars', 'aggregationCardinalityLimit'],
  },
  exporters: {
    prometheus: ['endpoint', 'enableOpenMetrics'],
    otlp_http: [
      'endpoint',
      'tracesEndpoint',
      'logsEndpoint',
      'headers',
      'compression',
      'timeout',
      'retryOnFailure',
      'sendingQueue.queueSize',
      'sendingQueue.numConsumers',
      'sendingQueue.storage',
    ],
    nop: true,
  },
  extensions: {
    file_storage: ['directory', 'createDirectory', 'fsync'],
    health_check: ['endpoint', 'path'],
    bearertokenauth: ['token', 'scheme'],
  },
}

/** Bodies to compare with, of types that must have one. */
const smallest: Readonly<Record<string, unknown>> = {
  otlp: { protocols: { grpc: {}, http: {} } },
  prometheus: { endpoint: 'localhost:8889' },
}

/**
 * Refuses what is valid and would not be done.
 *
 * @throws ConfigError with every fault
 */
export function checkServed({ plan, faultAt }: CollectorConfig): void {
  const faults: ConfigFault[] = []
  const add = (at: string, expected: string) => {
    faults.push(faultAt(at, expected))
  }
  for (const section of sections) {
    for (const planned of plan[section]) {
      for (const expected of unserved(section, planned)) add(pointer(section, planned.id), expected)
    }
  }
  for (const { id, signal, exporters } of plan.pipelines) {
    const index = exporters.findIndex((each) =>
      plan.exporters.some((known) => known.id === each && known.type === 'otlp_http'),
    )
    if (signal === 'metrics' && index !== -1)
      add(
        pointer('service', 'pipelines', id, 'exporters', index),
        'an exporter for metrics that serve runs: prometheus, nop',
      )
  }
  checkSingle(plan, { add })
  if (faults.length > 0)
    throw new ConfigError(faults.sort((one, other) => (one.line ?? 0) - (other.line ?? 0)))
}

function unserved(
  section: Section,
  { type, settings }: { readonly type: string; readonly settings: unknown },
): string[] {
  const keys = honoured[section][type]
  if (keys === undefined) return [`a type that serve runs: ${Object.keys(honoured[section]).join(', ')}`]
  if (keys === true) return []
  return unhonoured(section, type, settings, keys).map((path) => `no ${path}, which serve does not do`)
}

/** Lists settings that differ from the default and are not honoured. */
function unhonoured(section: Section, type: string, settings: unknown, keys: readonly string[]): string[] {
  const defaults = leaves(findComponent(section, type)?.body.read(smallest[type] ?? {}))
  return leaves(settings)
    .entries()
    .toArray()
    .filter(([path, value]) => defaults.get(path) !== value)
    .map(([path]) => path)
    .filter((path) => !keys.some((key) => path === key || path.startsWith(`${key}.`)))
}

/** The plain values in settings, by dotted path. */
function leaves(value: unknown, path = ''): Map<string, unknown> {
  if (typeof value !== 'object' || value === null) return new Map([[path, value]])
  return new Map(
    Object.entries(value).flatMap(([key, each]) =>
      leaves(each, path === '' ? key : `${path}.${key}`)
        .entries()
        .toArray(),
    ),
  )
}
