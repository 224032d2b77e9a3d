/** Turns both files into what the parts of the collector are built with, defaults filled in (upstream's, where it has one). */
import type { Static } from 'typebox'
import { ports } from '../../contracts/ports.ts'
import type { ForwarderOptions } from '../export/otlp-http.ts'
import type { MemoryLimits } from '../process/limit.ts'
import type { SpanMetricsOptions } from '../process/span-metrics.ts'
import type { CorsOptions } from '../receive/door.ts'
import { faroHeaders } from '../receive/faro.ts'
import type {
  BearerTokenAuth,
  FaroReceiver,
  HealthCheck,
  MemoryLimiter,
  OtlpHttpExporter,
  OtlpReceiver,
  PrometheusExporter,
  SpanMetricsConnector,
} from './components.ts'
import { durationMillis } from './duration.ts'
import type { CollectorConfig } from './config.ts'
import { usedComponent } from './pipelines.ts'

const mebibyte = 2 ** 20
/** Upstream's buckets of `span_metrics`, in milliseconds. */
const defaultBuckets = [2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1_000, 1_400, 2_000, 5_000, 10_000, 15_000]

export interface Address {
  readonly host: string
  readonly port: number
}

/** Splits `127.0.0.1:4318`, or takes the default of a door on loopback. */
export function addressOf(endpoint: string | undefined, port: number): Address {
  if (endpoint === undefined) return { host: '127.0.0.1', port }
  const colon = endpoint.lastIndexOf(':')
  return { host: endpoint.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(endpoint.slice(colon + 1)) }
}

export function otlpSettings(config: CollectorConfig) {
  // The schema of its type has passed every component.
  const body = usedComponent(config, 'receivers', 'otlp') as Static<typeof OtlpReceiver> | undefined
  if (body === undefined) return undefined
  const { http } = body.protocols
  const auth = config.components.extensions.get(http.auth?.authenticator ?? '') as
    Static<typeof BearerTokenAuth> | undefined
  return {
    address: addressOf(http.endpoint, ports.otlpHttp),
    maxBodyBytes: http.max_request_body_size ?? 20 * mebibyte,
    paths: {
      traces: http.traces_url_path ?? '/v1/traces',
      logs: http.logs_url_path ?? '/v1/logs',
      metrics: http.metrics_url_path ?? '/v1/metrics',
    },
    ...(http.cors === undefined
      ? {}
      : { cors: corsOf(http.cors, ['content-type', 'content-encoding', 'authorization']) }),
    ...(auth === undefined ? {} : { bearerToken: auth.token }),
  }
}

export function faroSettings(config: CollectorConfig) {
  const body = usedComponent(config, 'receivers', 'faro') as Static<typeof FaroReceiver> | undefined
  if (body === undefined) return undefined
  return {
    address: addressOf(body.endpoint, ports.faro),
    maxBodyBytes: body.max_request_body_size ?? mebibyte,
    cors: corsOf(body.cors ?? {}, faroHeaders),
  }
}

function corsOf(
  cors: NonNullable<Static<typeof FaroReceiver>['cors']>,
  headers: readonly string[],
): CorsOptions {
  return {
    allowedOrigins: cors.allowed_origins ?? [],
    allowedHeaders: [...new Set([...headers, ...(cors.allowed_headers ?? [])])],
    maxAgeSeconds: cors.max_age ?? 600,
  }
}

export function memorySettings(
  config: CollectorConfig,
): (MemoryLimits & { readonly checkMillis: number }) | undefined {
  const body = usedComponent(config, 'processors', 'memory_limiter') as
    Static<typeof MemoryLimiter> | undefined
  if (body === undefined) return undefined
  const limitBytes = body.limit_mib * mebibyte
  const spikeBytes = body.spike_limit_mib === undefined ? limitBytes / 5 : body.spike_limit_mib * mebibyte
  return { limitBytes, spikeBytes, checkMillis: Math.max(100, durationMillis(body.check_interval)) }
}

export function spanMetricsSettings(
  config: CollectorConfig,
): (SpanMetricsOptions & { readonly namespace: string }) | undefined {
  const body = usedComponent(config, 'connectors', 'span_metrics') as
    Static<typeof SpanMetricsConnector> | undefined
  if (body === undefined) return undefined
  const unit = body.histogram?.unit ?? 'ms'
  const millis = body.histogram?.explicit?.buckets?.map(durationMillis) ?? defaultBuckets
  return {
    namespace: body.namespace ?? 'traces.span.metrics',
    unit,
    buckets: millis.map((bound) => (unit === 's' ? bound / 1_000 : bound)).sort((one, other) => one - other),
    dimensions: body.dimensions ?? [],
    cardinalityLimit: body.aggregation_cardinality_limit ?? 0,
    exemplars: body.exemplars?.enabled ?? false,
  }
}

export function exporterSettings(config: CollectorConfig) {
  const body = usedComponent(config, 'exporters', 'prometheus') as
    Static<typeof PrometheusExporter> | undefined
  if (body === undefined) return undefined
  return { address: addressOf(body.endpoint, ports.exporter), openMetrics: body.enable_open_metrics ?? false }
}

export function forwarderSettings(
  config: CollectorConfig,
): (Omit<ForwarderOptions, 'onSent' | 'onDropped' | 'queue'> & { readonly queueSize: number }) | undefined {
  const body = usedComponent(config, 'exporters', 'otlp_http') as Static<typeof OtlpHttpExporter> | undefined
  if (body === undefined) return undefined
  const base = (body.endpoint ?? '').replace(/\/$/, '')
  const { sending_queue: queue, retry_on_failure: retry } = body
  const millis = (text: string | undefined, fallback: number) =>
    text === undefined ? fallback : durationMillis(text)
  return {
    urls: {
      traces: body.traces_endpoint ?? `${base}/v1/traces`,
      logs: body.logs_endpoint ?? `${base}/v1/logs`,
    },
    headers: body.headers ?? {},
    compression: body.compression ?? 'gzip',
    timeoutMillis: millis(body.timeout, 30_000),
    queueSize: queue?.queue_size ?? 1_000,
    consumers: queue?.num_consumers ?? 10,
    retry: {
      enabled: retry?.enabled ?? true,
      initialMillis: millis(retry?.initial_interval, 5_000),
      maxMillis: millis(retry?.max_interval, 30_000),
      multiplier: retry?.multiplier ?? 1.5,
      randomization: retry?.randomization_factor ?? 0.5,
      maxElapsedMillis: millis(retry?.max_elapsed_time, 300_000),
    },
  }
}

/** Signals whose pipelines end in the forwarder. */
export function forwardedSignals(config: CollectorConfig): readonly string[] {
  return Object.entries(config.service.pipelines)
    .filter(([, { exporters }]) => exporters.some((id) => id.split('/', 1)[0] === 'otlp_http'))
    .map(([id]) => id.split('/', 1)[0] ?? '')
}

export function healthSettings(config: CollectorConfig): {
  readonly address: Address
  readonly path: string
} {
  const body = usedComponent(config, 'extensions', 'health_check') as Static<typeof HealthCheck> | undefined
  return { address: addressOf(body?.endpoint, ports.collectorHealth), path: body?.path ?? '/' }
}

export function telemetryAddress(config: CollectorConfig): Address {
  const reader = config.service.telemetry?.metrics?.readers?.[0]?.pull.exporter.prometheus
  return { host: '127.0.0.1', port: reader?.port ?? ports.collectorTelemetry }
}
