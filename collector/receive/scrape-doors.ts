/** The doors that Prometheus and the supervisor ask: span metrics, own telemetry, health. */
import type { Express } from 'express'
import { closeDoor, createDoor, type DoorOptions } from '../../lib/http.ts'
import type { SpanMetrics } from '../process/span-metrics.ts'
import {
  exposeSpanMetrics,
  openMetricsType,
  prometheusType,
  type ExpositionOptions,
} from '../export/prometheus-text.ts'

export interface MetricsDoorOptions extends DoorOptions, ExpositionOptions {
  readonly spanMetrics: SpanMetrics
}

/** Creates `GET /metrics` of the Prometheus exporter; OpenMetrics where it is enabled and asked for. */
export function createMetricsDoor(options: MetricsDoorOptions): Express {
  const app = createDoor({ onRejected: options.onRejected })
  app.get('/metrics', (request, response) => {
    const asked = (request.get('accept') ?? '').includes('application/openmetrics-text')
    const openMetrics = options.openMetrics && asked
    response.setHeader('content-type', openMetrics ? openMetricsType : prometheusType)
    response.end(exposeSpanMetrics(options.spanMetrics, { ...options, openMetrics }))
  })
  closeDoor(app)
  return app
}

/** Creates a door with `/health`, and `/metrics` where the options have a scrape; `path` is a second name for health. */
export function createPlainDoor(options: DoorOptions, path = '/health'): Express {
  const app = createDoor(options)
  if (path !== '/health') app.get(path, (_request, response) => void response.json({ status: 'ok' }))
  closeDoor(app)
  return app
}
