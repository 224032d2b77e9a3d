/** Opens a `prometheusremotewrite` exporter. */
import { createAgentFetch } from '../lib/tls-fetch.ts'
import type { PlannedOf } from './config/plan.ts'
import { bearerToken } from './config/settings.ts'
import { exporterTls } from './export/open-transport.ts'
import { RemoteWriter } from './export/remote-write.ts'
import type { Exporter } from './graph/exporter.ts'
import { viewOfMetrics } from './graph/load.ts'
import type { ExporterParts } from './exporter-parts.ts'
import { SecureAgent } from './tls/agent.ts'

type PlannedWriter = Extract<PlannedOf<'exporters'>, { readonly type: 'prometheusremotewrite' }>

/** Most bytes that wait for one other side, compressed. */
const maxQueueBytes = 64 * 2 ** 20

/** @throws CollectorError TLS_UNUSABLE */
export function openRemoteWriter(planned: PlannedWriter, parts: ExporterParts): Exporter {
  const { type, settings } = planned
  const { plan, telemetry, log } = parts
  const agent = settings.endpoint.startsWith('https:')
    ? new SecureAgent(exporterTls(planned, log))
    : undefined
  const token = bearerToken(settings.auth, plan.extensions)
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const writer = new RemoteWriter({
    ...settings,
    headers: { ...settings.headers, ...headers },
    maxQueueBytes,
    fetch: agent === undefined ? fetch : createAgentFetch(() => agent.current()),
    onSent: (points) =>
      telemetry.add('collector_exported_items_total', { signal: 'metrics', exporter: type }, points),
    onDropped: (where, points) =>
      telemetry.add('collector_dropped_items_total', { signal: 'metrics', where }, points),
  })
  return {
    isDurable: false,
    consume: (load) => {
      writer.append(viewOfMetrics(load))
      return Promise.resolve()
    },
    waiting: () => writer.waiting,
    close: async () => {
      await writer.close()
      agent?.close()
    },
  }
}
