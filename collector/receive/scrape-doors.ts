/** The doors that Prometheus and the supervisor ask: metrics, own telemetry, health. */
import type { Express } from 'express'
import { closeDoor, createDoor, type DoorOptions } from '../../lib/http.ts'
import { mountFaults, type FaultBoard } from '../../lib/faults.ts'
import type { BlockedKeys } from '../../contracts/blocked-keys.ts'
import type { ServiceToken } from '../../contracts/service-token.ts'
import { countCanariesInText } from '../process/canary.ts'
import { requireLoopback } from './own-name.ts'
import { openMetricsType, prometheusType } from '../export/prometheus-text.ts'

export interface MetricsDoorOptions extends DoorOptions {
  /** Offers OpenMetrics. */
  readonly openMetrics: boolean
  readonly render: (asked: { readonly openMetrics: boolean; readonly allowsUtf8: boolean }) => string
  /** Told how many canaries a page holds that is about to leave. */
  readonly onLeaked: (canaries: number) => void
}

/** Creates `GET /metrics` of a Prometheus exporter; OpenMetrics where it is enabled and asked for. */
export function createMetricsDoor(options: MetricsDoorOptions): Express {
  const app = createDoor({ onRejected: options.onRejected })
  app.get('/metrics', (request, response) => {
    const accept = request.get('accept') ?? ''
    const openMetrics = options.openMetrics && accept.includes('application/openmetrics-text')
    const allowsUtf8 = /escaping=allow-utf-8/.test(accept)
    const type = openMetrics ? openMetricsType : prometheusType
    response.setHeader('content-type', allowsUtf8 ? `${type}; escaping=allow-utf-8` : type)
    const page = options.render({ openMetrics, allowsUtf8 })
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

export interface TelemetryDoorOptions extends DoorOptions {
  /** Asked at `GET /privacy/blocked-keys`, which is answered to this machine alone. */
  readonly blockedKeys: () => BlockedKeys['keys']
}

/** Creates the door of what the collector tells of itself, with the switches of drills where there are any. */
export function createTelemetryDoor(options: TelemetryDoorOptions, faults?: FaultDoor): Express {
  const app = createDoor(options)
  app.get('/privacy/blocked-keys', requireLoopback, (_request, response) => {
    const answer: BlockedKeys = { keys: options.blockedKeys() }
    response.set('cache-control', 'no-store').json(answer)
  })
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
