/** The supervisor's own door on loopback: how the appliance is, for people, for Prometheus and for `status`. */
import { Counter, Gauge, Registry, type OpenMetricsContentType } from 'prom-client'
import type { Logger } from 'winston'
import { metrics } from '../../../contracts/metrics.ts'
import type { ServiceToken } from '../../../contracts/service-token.ts'
import { messageOf } from '../../../lib/errors.ts'
import { createFaultBoard, mountFaults, type FaultRoutes } from '../../../lib/faults.ts'
import { closeDoor, createDoor, listen, type Listening } from '../../../lib/http.ts'
import type { ApplianceStatus } from './status.ts'

export interface DoorOptions {
  readonly port: number
  readonly status: () => ApplianceStatus
  /** Drills; absent where the appliance runs on no demo data. */
  readonly drills?: DrillDoor | undefined
}

export interface DrillDoor {
  /** Who may switch faults on. */
  readonly tokens: readonly ServiceToken[]
  readonly log: Logger
  /** Holds Alertmanager down, or lets it run again. */
  readonly holdAlertmanager: (isDown: boolean) => Promise<void>
}

/** Opens `/status.json`, `/health` and `/metrics`, and `/faults` for drills. */
export async function openDoor({ port, status, drills }: DoorOptions): Promise<Listening> {
  const instruments = createInstruments()
  const onRejected = (code: string) => instruments.rejected.inc({ service: 'supervisor', code })
  const door = createDoor({
    onRejected,
    health: () => {
      const { state } = status()
      return state === 'ready' || state === 'degraded' ? undefined : `the appliance is ${state}`
    },
    scrape: async () => {
      instruments.take(status())
      return { contentType: instruments.registry.contentType, body: await instruments.registry.metrics() }
    },
  })
  door.get('/status.json', (_request, response) => {
    response.set('cache-control', 'no-store').json(status())
  })
  if (drills !== undefined) openFaults(door, drills, instruments.fault)
  closeDoor(door)
  return listen(door, { port, onRejected })
}

function openFaults(door: FaultRoutes, { tokens, log, holdAlertmanager }: DrillDoor, gauge: Gauge): void {
  const service = 'supervisor'
  gauge.set({ service, fault: 'stop-alertmanager' }, 0)
  const board = createFaultBoard({
    service,
    faults: ['stop-alertmanager'],
    onChange: ({ fault, active, seconds }) => {
      gauge.set({ service, fault }, active ? 1 : 0)
      if (seconds === undefined) log.warn('fault ended', { fault })
      else log.warn('fault switched on', { fault, seconds })
      holdAlertmanager(active).catch((error: unknown) =>
        log.error('request failed', { error: messageOf(error) }),
      )
    },
  })
  mountFaults(door, { board, tokens })
}

function createInstruments() {
  const registry = new Registry<OpenMetricsContentType>()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  const common = (name: keyof typeof metrics) => ({
    name,
    help: metrics[name].meaning,
    registers: [registry],
  })
  const labelNames = ['component'] as const
  const up = new Gauge({ ...common('component_up'), labelNames })
  const restarts = new Counter({ ...common('component_restarts_total'), labelNames })
  const resident = new Gauge({ ...common('component_resident_bytes'), labelNames })
  const rejected = new Counter({ ...common('http_requests_rejected_total'), labelNames: ['service', 'code'] })
  const fault = new Gauge({ ...common('fault_active'), labelNames: ['service', 'fault'] })
  const take = ({ components, rssBytes, pssBytes }: ApplianceStatus) => {
    restarts.reset()
    for (const { name: component, state, restarts: times, pssBytes: bytes } of components) {
      up.set({ component }, state === 'ready' || state === 'done' ? 1 : 0)
      restarts.inc({ component }, times)
      resident.set({ component }, bytes)
    }
    const ofComponents = components.reduce((sum, part) => sum + part.pssBytes, 0)
    if (rssBytes > 0) resident.set({ component: 'supervisor' }, pssBytes - ofComponents)
  }
  return { registry, rejected, fault, take }
}
