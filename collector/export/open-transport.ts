/** Opens what carries the requests of an exporter of OTLP. */
import type winston from 'winston'
import { messageOf } from '../../lib/errors.ts'
import type { ClientTls } from '../config/blocks/tls.ts'
import { signals } from '../config/component.ts'
import type { Plan } from '../config/plan.ts'
import { bearerToken } from '../config/settings.ts'
import type { LoadSignal } from '../graph/load.ts'
import { openClientTls, type SecureOptions } from '../tls/client-tls.ts'
import { GrpcTransport } from './grpc-transport.ts'
import { HttpTransport } from './http-transport.ts'
import type { Transport } from './transport.ts'

type Planned<T> = Extract<Plan['exporters'][number], { readonly type: T }>
export type PlannedSender = Planned<'otlp_http'> | Planned<'otlp_grpc'>

export interface TransportParts {
  readonly plan: Plan
  readonly log: winston.Logger
}

/** @throws CollectorError TLS_UNUSABLE */
export function openTransport(planned: PlannedSender, { plan, log }: TransportParts): Transport {
  const { timeout, compression, headers: given, auth } = planned.settings
  const token = bearerToken(auth, plan.extensions)
  const headers = token === undefined ? given : { ...given, authorization: `Bearer ${token}` }
  const shared = { headers, compression, timeoutMillis: timeout }
  if (planned.type === 'otlp_grpc') {
    const { target, isPlain } = targetOf(planned.settings)
    return new GrpcTransport({ ...shared, target, ...(isPlain ? {} : { secure: exporterTls(planned, log) }) })
  }
  const urls = urlsOf(planned.settings)
  const isSecure = Object.values(urls).some((url) => url.startsWith('https:'))
  return new HttpTransport({ ...shared, urls, ...(isSecure ? { secure: exporterTls(planned, log) } : {}) })
}

/**
 * Reads the TLS keys of an exporter.
 *
 * @throws CollectorError TLS_UNUSABLE
 */
export function exporterTls(
  { id, settings }: { readonly id: string; readonly settings: { readonly tls: ClientTls } },
  log: winston.Logger,
): () => SecureOptions {
  return openClientTls(settings.tls, {
    at: `exporters.${id}.tls`,
    onFault: (error) => log.error('certificate not read again', { exporter: id, detail: messageOf(error) }),
    now: () => performance.now(),
  })
}

/** Addresses by signal; a signal that has none is sent nowhere. */
function urlsOf(settings: Planned<'otlp_http'>['settings']): Partial<Record<LoadSignal, string>> {
  const { endpoint, tracesEndpoint, logsEndpoint, metricsEndpoint } = settings
  const base = endpoint?.replace(/\/$/, '')
  const own = { traces: tracesEndpoint, logs: logsEndpoint, metrics: metricsEndpoint }
  return Object.fromEntries(
    signals.flatMap((signal) => {
      const url = own[signal] ?? (base === undefined ? undefined : `${base}/v1/${signal}`)
      return url === undefined ? [] : [[signal, url]]
    }),
  )
}

/** Reads `host:port` with or without a scheme; `http:` is plain text and `https:` is not, whatever `insecure` says. */
function targetOf({ endpoint, tls }: Planned<'otlp_grpc'>['settings']) {
  const [, scheme, target = ''] = /^(?:([a-z]+):\/\/+)?([^/]*)\/?$/.exec(endpoint) ?? []
  return { target, isPlain: scheme === 'http' || (scheme !== 'https' && tls.insecure) }
}
