/** Turns the plan into what the parts of the running collector are built with. */
import { totalmem } from 'node:os'
import { ports } from '../../contracts/ports.ts'
import type { ForwarderOptions } from '../export/otlp-http.ts'
import type { MemoryLimits } from '../process/limit.ts'
import type { SpanMetricsOptions } from '../process/span-metrics.ts'
import type { CorsOptions } from '../receive/door.ts'
import { faroHeaders } from '../receive/faro.ts'
import type { Cors } from './blocks/server.ts'
import { typeOf } from './component.ts'
import type { CollectorConfig } from './config.ts'
import type * as values from './values.ts'

const mebibyte = 2 ** 20

export type Address = values.Address

/** Finds the component of a type that is in use. */
function ofType<P extends { readonly type: string }, T extends P['type']>(
  planned: readonly P[],
  type: T,
): Extract<P, { readonly type: T }> | undefined {
  return planned.find((each): each is Extract<P, { readonly type: T }> => each.type === type)
}

export function otlpSettings({ plan }: CollectorConfig) {
  const http = ofType(plan.receivers, 'otlp')?.settings.protocols.http
  if (http === undefined) return undefined
  const auth = plan.extensions.find(({ id }) => id === http.auth?.authenticator)
  const token = auth?.type === 'bearertokenauth' ? auth.settings.token : undefined
  return {
    address: http.endpoint,
    maxBodyBytes: http.maxRequestBodySize,
    paths: { traces: http.tracesUrlPath, logs: http.logsUrlPath, metrics: http.metricsUrlPath },
    ...(http.cors === undefined
      ? {}
      : { cors: corsOf(http.cors, ['content-type', 'content-encoding', 'authorization']) }),
    ...(token === undefined ? {} : { bearerToken: token }),
  }
}

export function grpcSettings({ plan }: CollectorConfig) {
  const grpc = ofType(plan.receivers, 'otlp')?.settings.protocols.grpc
  if (grpc === undefined) return undefined
  const auth = plan.extensions.find(({ id }) => id === grpc.auth?.authenticator)
  const token = auth?.type === 'bearertokenauth' ? auth.settings.token : undefined
  return {
    address: grpc.endpoint,
    maxMessageBytes: grpc.maxRecvMsgSizeMib * mebibyte,
    ...(token === undefined ? {} : { bearerToken: token }),
  }
}

export function faroSettings({ plan }: CollectorConfig) {
  const body = ofType(plan.receivers, 'faro')?.settings
  if (body === undefined) return undefined
  return {
    address: body.endpoint,
    maxBodyBytes: body.maxRequestBodySize,
    cors: corsOf(body.cors, faroHeaders),
  }
}

function corsOf(cors: Cors, headers: readonly string[]): CorsOptions {
  return {
    allowedOrigins: cors.allowedOrigins,
    allowedHeaders: [...new Set([...headers, ...cors.allowedHeaders])],
    maxAgeSeconds: cors.maxAge ?? 600,
  }
}

export function memorySettings({
  plan,
}: CollectorConfig): (MemoryLimits & { readonly checkMillis: number }) | undefined {
  const body = ofType(plan.processors, 'memory_limiter')?.settings
  if (body === undefined) return undefined
  // The container's limit where there is one; without one, the runtime gives 0 or more than the machine has.
  const machineBytes = Math.min(process.constrainedMemory() || Infinity, totalmem())
  const limitBytes =
    body.limitMib === undefined
      ? ((body.limitPercentage ?? 100) / 100) * machineBytes
      : body.limitMib * mebibyte
  const spikeBytes =
    body.limitMib === undefined
      ? spikeOf(body.spikeLimitPercentage, machineBytes / 100, limitBytes)
      : spikeOf(body.spikeLimitMib, mebibyte, limitBytes)
  return { limitBytes, spikeBytes, checkMillis: Math.max(100, body.checkInterval) }
}

function spikeOf(given: number | undefined, unitBytes: number, limitBytes: number): number {
  return given === undefined ? limitBytes / 5 : given * unitBytes
}

export function spanMetricsSettings({
  plan,
}: CollectorConfig): (SpanMetricsOptions & { readonly namespace: string }) | undefined {
  const body = ofType(plan.connectors, 'span_metrics')?.settings
  if (body === undefined) return undefined
  const { unit, explicit } = body.histogram
  return {
    namespace: body.namespace,
    unit,
    buckets: explicit.buckets
      .map((bound) => (unit === 's' ? bound / 1_000 : bound))
      .sort((one, other) => one - other),
    dimensions: body.dimensions,
    cardinalityLimit: body.aggregationCardinalityLimit,
    exemplars: body.exemplars.enabled,
  }
}

export function exporterSettings({ plan }: CollectorConfig) {
  const body = ofType(plan.exporters, 'prometheus')?.settings
  return body === undefined ? undefined : { address: body.endpoint, openMetrics: body.enableOpenMetrics }
}

export function forwarderSettings({ plan }: CollectorConfig):
  | (Omit<ForwarderOptions, 'onSent' | 'onDropped' | 'queue'> & {
      readonly id: string
      /** Most requests that wait. */
      readonly queueSize: number
      /** Where they wait; in memory without it. */
      readonly storage:
        { readonly directory: string; readonly createDirectory: boolean; readonly fsync: boolean } | undefined
    })
  | undefined {
  const exporter = ofType(plan.exporters, 'otlp_http')
  if (exporter === undefined) return undefined
  const { id, settings: body } = exporter
  const storage = plan.extensions.find((each) => each.id === body.sendingQueue.storage)
  const base = (body.endpoint ?? '').replace(/\/$/, '')
  const retry = body.retryOnFailure
  return {
    id,
    storage: storage?.type === 'file_storage' ? storage.settings : undefined,
    urls: {
      traces: body.tracesEndpoint ?? `${base}/v1/traces`,
      logs: body.logsEndpoint ?? `${base}/v1/logs`,
    },
    headers: body.headers,
    compression: body.compression,
    timeoutMillis: body.timeout,
    queueSize: body.sendingQueue.queueSize,
    consumers: body.sendingQueue.numConsumers,
    retry: {
      enabled: retry.enabled,
      initialMillis: retry.initialInterval,
      maxMillis: retry.maxInterval,
      multiplier: retry.multiplier,
      randomization: retry.randomizationFactor,
      maxElapsedMillis: retry.maxElapsedTime,
    },
  }
}

/** Signals whose pipelines end in the forwarder. */
export function forwardedSignals({ plan }: CollectorConfig): readonly string[] {
  return plan.pipelines
    .filter(({ exporters }) => exporters.some((id) => typeOf(id) === 'otlp_http'))
    .map(({ signal }) => signal)
}

export function healthSettings({ plan }: CollectorConfig): {
  readonly address: Address
  readonly path: string
} {
  const body = ofType(plan.extensions, 'health_check')?.settings
  return {
    address: body?.endpoint ?? { host: '127.0.0.1', port: ports.collectorHealth },
    path: body?.path ?? '/',
  }
}

export function telemetryAddress({ plan }: CollectorConfig): Address {
  const reader = plan.telemetry.metrics.readers?.[0]?.pull.exporter.prometheus
  return { host: '127.0.0.1', port: reader?.port ?? ports.collectorTelemetry }
}
