/** Shows what waits: for the local store, and for each type of exporter that has a queue. */
import type { OpenExporter } from './open-exporters.ts'
import type { Stores } from './open-stores.ts'
import type { Telemetry } from './telemetry.ts'

const queued = ['otlp_http', 'otlp_grpc', 'prometheusremotewrite', 'file'] as const

export function setQueueGauges(
  telemetry: Telemetry,
  stores: Stores,
  exporters: ReadonlyMap<string, OpenExporter>,
): void {
  for (const signal of ['traces', 'logs'] as const) {
    telemetry.set('collector_store_bytes', { signal }, stores[signal].bytes)
  }
  const pending = stores.traces.pendingItems + stores.logs.pendingItems
  telemetry.set('collector_queue_items', { exporter: 'store' }, pending)
  for (const exporter of queued) {
    const waiting = [...exporters.values()]
      .filter(({ type }) => type === exporter)
      .reduce((sum, each) => sum + (each.exporter.waiting?.() ?? 0), 0)
    telemetry.set('collector_queue_items', { exporter }, waiting)
  }
}
