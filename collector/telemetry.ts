/** The collector's own metrics, declared in `contracts/metrics/telemetry.ts`. It does not use the SDK: it would report to itself. */
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client'
import type { ClosedLabel, LabelsOf } from '../contracts/metrics/define.ts'
import { httpMetrics } from '../contracts/metrics/http.ts'
import { telemetryMetrics } from '../contracts/metrics/telemetry.ts'
import { watchMetrics } from '../contracts/metrics/watch.ts'

/** Its own metrics, and those of every process: refusals of its doors, and faults switched on by drills. */
const declared = {
  ...telemetryMetrics,
  http_requests_rejected_total: httpMetrics.http_requests_rejected_total,
  fault_active: watchMetrics.fault_active,
  privacy_canary_leaks_total: watchMetrics.privacy_canary_leaks_total,
} as const
type Declared = typeof declared
type NameOf<K extends 'counter' | 'gauge'> = {
  [N in keyof Declared]: Declared[N]['kind'] extends K ? N : never
}[keyof Declared]

export interface Telemetry {
  readonly add: <N extends NameOf<'counter'>>(name: N, labels: LabelsOf<Declared[N]>, value?: number) => void
  readonly set: <N extends NameOf<'gauge'>>(name: N, labels: LabelsOf<Declared[N]>, value: number) => void
  readonly scrape: () => Promise<{ readonly contentType: string; readonly body: string }>
}

/** Gauges that prom-client names like counters; Prometheus' linter objects, and the ones by type hold the same. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

/**
 * Creates the registry. Counters with closed labels start at 0 for every combination.
 *
 * @param refresh called before each scrape, to set gauges
 */
export function createTelemetry(refresh: () => void): Telemetry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of misnamed) registry.removeSingleMetric(name)
  const counters = new Map<string, Counter>()
  const gauges = new Map<string, Gauge>()
  for (const [name, spec] of Object.entries(declared)) {
    if (spec.owner !== 'collector' && spec.owner !== 'lib') continue
    const options = { name, help: spec.meaning, labelNames: Object.keys(spec.labels), registers: [registry] }
    if (spec.kind === 'gauge') gauges.set(name, new Gauge(options))
    else {
      const counter = new Counter(options)
      counters.set(name, counter)
      const rows = combinations(Object.entries(spec.labels))
      const own = rows.filter(({ service = 'collector' }) => service === 'collector')
      for (const labels of own) counter.inc(labels, 0)
    }
  }
  return {
    add: (name, labels, value = 1) => counters.get(name)?.inc({ ...labels }, value),
    set: (name, labels, value) => gauges.get(name)?.set({ ...labels }, value),
    scrape: async () => {
      refresh()
      return { contentType: registry.contentType, body: await registry.metrics() }
    },
  }
}

/** Every combination of closed labels; none where a label is open. */
function combinations(labels: readonly (readonly [string, object])[]): Record<string, string>[] {
  let rows: Record<string, string>[] = [{}]
  for (const [name, label] of labels) {
    if (!isClosed(label)) return []
    rows = rows.flatMap((row) => label.values.map((value) => ({ ...row, [name]: value })))
  }
  return rows
}

function isClosed(label: object): label is ClosedLabel {
  return 'values' in label
}
