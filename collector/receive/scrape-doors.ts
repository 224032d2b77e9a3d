/** The doors that Prometheus and the supervisor ask: span metrics, own telemetry, health. */
import type { Express } from 'express'
import { closeDoor, createDoor, type DoorOptions } from '../../lib/http.ts'
import { mountFaults, type FaultBoard } from '../../lib/faults.ts'
import type { ServiceToken } from '../../contracts/service-token.ts'
import { countCanariesInText } from '../process/canary.ts'
import type { SpanMetrics } from '../process/span-metrics.ts'
import {
  exposeSpanMetrics,
  openMetricsType,
  prometheusType,
  type ExpositionOptions,
} from '../export/prometheus-text.ts'

export interface MetricsDoorOptions extends DoorOptions, ExpositionOptions {
  readonly spanMetrics: SpanMetrics
  /** Told how many canaries a page holds that is about to leave. */
  readonly onLeaked: (canaries: number) => void
}

/** Creates `GET /metrics` of the Prometheus exporter; OpenMetrics where it is enabled and asked for. */
export function createMetricsDoor(options: MetricsDoorOptions): Express {
  const app = createDoor({ onRejected: options.onRejected })
  app.get('/metrics', (request, response) => {
    const asked = (request.get('accept') ?? '').includes('application/openmetrics-text')
    const openMetrics = options.openMetrics && asked
    response.setHeader('content-type', openMetrics ? openMetricsType : prometheusType)
    const page = exposeSpanMetrics(options.spanMetrics, { ...options, openMetrics })
    const canaries = countCanariesInText(page)
    if (canaries > 0) options.onLeaked(canaries)
    response.end(page)
  })
  closeDoor(app)
  return app
}

export interface FaultDoor {
  readonly board: FaultBoard
  readonly tokens: readonly ServiceToken[]
}

/** Creates the door of the collector's own metrics, with the switches of drills where there are any. */
export function createTelemetryDoor(options: DoorOptions, faults?: FaultDoor): Express {
  const app = createDoor(options)
  if (faults !== undefined) mountFaults(app, faults)
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
