/** The heartbeat's own metrics, by the catalogue, and without the SDK: this process shall depend on little. */
import { Counter, Gauge, Registry, type OpenMetricsContentType } from 'prom-client'
import { metrics, type MetricName } from '../../contracts/metrics.ts'
import { sinks, type Memory, type Sink } from './memory.ts'

export interface Measures {
  readonly beat: (outcome: 'accepted' | 'ignored' | 'invalid') => void
  /** A notification about failing deliveries. */
  readonly alert: (outcome: 'accepted' | 'ignored' | 'invalid') => void
  readonly page: (sink: Sink, outcome: 'accepted' | 'retried' | 'refused') => void
  readonly rejected: (code: string) => void
  /** Shows the state as it is now. @param lastBeatAt RFC 3339 */
  readonly show: (state: Pick<Memory, 'lastBeatAt' | 'raised'>) => void
  readonly scrape: () => Promise<{ readonly contentType: string; readonly body: string }>
}

/** Makes the instruments; counters start at 0. */
export function createMeasures(): Measures {
  const registry = new Registry<OpenMetricsContentType>()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  const described = (name: MetricName) => ({
    name,
    help: metrics[name].meaning,
    labelNames: Object.keys(metrics[name].labels),
    registers: [registry],
  })
  const beats = new Counter(described('heartbeat_beats_total'))
  const alerts = new Counter(described('heartbeat_alerts_total'))
  const pages = new Counter(described('heartbeat_pages_total'))
  const rejected = new Counter(described('http_requests_rejected_total'))
  const last = new Gauge(described('heartbeat_last_beat_timestamp_seconds'))
  const missing = new Gauge(described('heartbeat_missing'))
  for (const outcome of ['accepted', 'ignored', 'invalid']) {
    beats.inc({ outcome }, 0)
    alerts.inc({ outcome }, 0)
  }
  for (const sink of sinks) {
    for (const outcome of ['accepted', 'retried', 'refused']) pages.inc({ sink, outcome }, 0)
  }
  return {
    beat: (outcome) => beats.inc({ outcome }),
    alert: (outcome) => alerts.inc({ outcome }),
    page: (sink, outcome) => pages.inc({ sink, outcome }),
    rejected: (code) => rejected.inc({ service: 'heartbeat', code }),
    show: ({ lastBeatAt, raised }) => {
      last.set(lastBeatAt === undefined ? 0 : Date.parse(lastBeatAt) / 1_000)
      missing.set(raised.watchdog ? 1 : 0)
    },
    scrape: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  }
}
