/** Turns the plan into what the parts of the running collector are built with. */
import { totalmem } from 'node:os'
import { ports } from '../../contracts/ports.ts'
import type { MemoryLimits } from '../process/limit.ts'
import type { SmallCells, SpanMetricsOptions } from '../process/span-metrics.ts'
import type { CorsOptions } from '../receive/door.ts'
import { faroHeaders } from '../receive/faro.ts'
import type { Cors } from './blocks/server.ts'
import type { ServerTls } from './blocks/tls.ts'
import type { Section } from './component.ts'
import type { CollectorConfig } from './config.ts'
import type { Plan, PlannedOf } from './plan.ts'
import type * as values from './values.ts'

const mebibyte = 2 ** 20

export type Address = values.Address

type PlannedAs<S extends Section, T extends string> = Extract<PlannedOf<S>, { readonly type: T }>
type OtlpProtocols = PlannedAs<'receivers', 'otlp'>['settings']['protocols']
type Extensions = Plan['extensions']

/** The token that a server asks for or a client shows; absent where there is no authenticator. */
export function bearerToken(
  auth: { readonly authenticator: string } | undefined,
  extensions: Extensions,
): string | undefined {
  const found = extensions.find(({ id }) => id === auth?.authenticator)
  return found?.type === 'bearertokenauth' ? found.settings.token : undefined
}

export function otlpSettings(http: NonNullable<OtlpProtocols['http']>, extensions: Extensions) {
  const token = bearerToken(http.auth, extensions)
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

export function grpcSettings(grpc: NonNullable<OtlpProtocols['grpc']>, extensions: Extensions) {
  const token = bearerToken(grpc.auth, extensions)
  return {
    address: grpc.endpoint,
    maxMessageBytes: grpc.maxRecvMsgSizeMib * mebibyte,
    ...(grpc.maxConcurrentStreams === undefined ? {} : { maxStreams: grpc.maxConcurrentStreams }),
    ...(token === undefined ? {} : { bearerToken: token }),
  }
}

export function faroSettings({ settings }: PlannedAs<'receivers', 'faro'>) {
  return {
    address: settings.endpoint,
    maxBodyBytes: settings.maxRequestBodySize,
    cors: corsOf(settings.cors, faroHeaders),
  }
}

function corsOf(cors: Cors, headers: readonly string[]): CorsOptions {
  return {
    allowedOrigins: cors.allowedOrigins,
    allowedHeaders: [...new Set([...headers, ...cors.allowedHeaders])],
    maxAgeSeconds: cors.maxAge ?? 600,
  }
}

export function memoryLimits({
  settings: body,
}: PlannedAs<'processors', 'memory_limiter'>): MemoryLimits & { readonly checkMillis: number } {
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

/** @param smallCells of the site, where it has labels that name groups of people */
export function spanMetricsOptions(
  body: PlannedAs<'connectors', 'span_metrics'>['settings'],
  smallCells?: SmallCells,
): SpanMetricsOptions & { readonly namespace: string } {
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
    ...(smallCells === undefined ? {} : { smallCells }),
  }
}

export function healthSettings({ plan }: CollectorConfig): {
  readonly address: Address
  readonly path: string
  readonly tls: ServerTls | undefined
} {
  const found = plan.extensions.find((each) => each.type === 'health_check')
  const body = found?.type === 'health_check' ? found.settings : undefined
  return {
    address: body?.endpoint ?? { host: '127.0.0.1', port: ports.collectorHealth },
    path: body?.path ?? '/',
    tls: body?.tls,
  }
}

export function telemetryAddress({ plan }: CollectorConfig): Address {
  const reader = plan.telemetry.metrics.readers?.[0]?.pull.exporter.prometheus
  return { host: '127.0.0.1', port: reader?.port ?? ports.collectorTelemetry }
}
