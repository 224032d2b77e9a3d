/** The supervisor's own door on loopback: how the appliance is, for people, for Prometheus and for `status`. */
import { Counter, Gauge, Registry, type OpenMetricsContentType } from 'prom-client'
import { metrics } from '../../../contracts/metrics.ts'
import { closeDoor, createDoor, listen, type Listening } from '../../../lib/http.ts'
import type { ApplianceStatus } from './status.ts'

export interface DoorOptions {
  readonly port: number
  readonly status: () => ApplianceStatus
}

/** Opens `/status.json`, `/health` and `/metrics`. */
export async function openDoor({ port, status }: DoorOptions): Promise<Listening> {
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
  closeDoor(door)
  return listen(door, { port, onRejected })
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
  return { registry, rejected, take }
}
