/**
 * What a developer imports (`#sdk`): traces, metrics, logs and audit of one process. OpenTelemetry's API works
 * beside it: `trace.getActiveSpan()` finds its spans, stock instrumentations record through it.
 */
import type { Express } from 'express'
import type { Attributes } from '../contracts/attributes.ts'
import type { MetricNameOf } from '../contracts/metrics.ts'
import type { Service } from '../contracts/services.ts'
import type { SpanName } from '../contracts/span-names.ts'
import type { PrivacyPolicy } from '../privacy/policy.ts'
import { instrumentExpress } from './express.ts'
import type { ClientTls } from '../lib/tls-fetch.ts'
import { createFetch, type TracedFetch } from './fetch.ts'
import { createSdkLogger, type Log, type LogFields } from './log.ts'
import type { CounterInstrument, GaugeInstrument, HistogramInstrument } from './metrics/instruments.ts'
import type { AuditRecord } from './outbox/make-event.ts'
import { createRecord } from './outbox/record.ts'
import { startRelay, type Relay, type RelayOptions } from './outbox/relay.ts'
import { createPool, type Pool, type PoolOptions, type Transaction } from './pg.ts'
import { QueryTracer } from './query-span.ts'
import { runInSpan } from './inner-span.ts'
import { openSpool, type Spool, type SpoolOptions } from './spool/spool.ts'
import { startTelemetry, type Telemetry } from './telemetry.ts'
import { activeContext, contextStore } from './trace/context.ts'
import { sdkSpanIn } from './trace/span.ts'
import { suppressTracing } from './trace/suppress.ts'

export type {
  AuditRecord,
  Log,
  LogFields,
  Pool,
  PoolOptions,
  Relay,
  RelayOptions,
  Spool,
  SpoolOptions,
  Transaction,
}
export type { Row } from './pg.ts'
export { SdkError, type SdkErrorCode } from './errors.ts'
export { DatabaseError } from './pg-error.ts'

export interface SdkOptions {
  readonly service: Service
  /** `development`, `staging` or `production`. */
  readonly environment: string
  /** Base address of the collector, e.g. `http://127.0.0.1:4318`. */
  readonly otlpEndpoint: string
  /** Key of the pseudonyms of join keys; without it join keys are dropped. */
  readonly hmacKey?: Uint8Array
  /** Authorities and certificate of calls over TLS within the house. Default: what the platform knows. */
  readonly tls?: ClientTls | undefined
  /** Policy of the fence. Default: enforce, with nothing allowed beyond the contracts. */
  readonly privacy?: PrivacyPolicy
  /** Least severe level that is logged. Default `info`. */
  readonly logLevel?: 'error' | 'warn' | 'info' | 'debug'
  /** Where log lines go. Default standard output. */
  readonly logStream?: NodeJS.WritableStream
}

export interface Audit {
  /** Writes one event into the outbox inside `tx` and answers its id; call it last in the transaction. */
  readonly record: (tx: Transaction, event: AuditRecord) => Promise<string>
  /** Opens the spool of a service that has no database. */
  readonly openSpool: (options: SpoolOptions) => Promise<Spool>
  /** Carries the outbox or the spool of this service to the ledger until it is stopped. */
  readonly startRelay: (options: RelayOptions) => Relay
}

export interface Sdk {
  /** Writes lines: an event of `contracts/log-events.ts` with fields of `contracts/attributes.ts`. */
  readonly log: Log
  readonly audit: Audit
  readonly fetch: TracedFetch
  readonly counter: <N extends MetricNameOf<'counter'>>(name: N) => CounterInstrument<N>
  readonly gauge: <N extends MetricNameOf<'gauge'>>(name: N) => GaugeInstrument<N>
  readonly histogram: <N extends MetricNameOf<'histogram'>>(name: N) => HistogramInstrument<N>
  /** Renders every metric as OpenMetrics with exemplars. */
  readonly scrape: () => Promise<{ readonly contentType: string; readonly body: string }>
  /** Traces and counts every request of an app; call it before anything is mounted. */
  readonly instrument: (app: Express) => void
  /** Names the tenant of the active request, once the caller is known. */
  readonly setTenant: (tenant: string) => void
  /** Runs `work` in a span of its own; a thrown error marks it and passes on. */
  readonly span: <T>(name: SpanName, attributes: Attributes, work: () => Promise<T>) => Promise<T>
  /**
   * Runs `work`, such as a loop that looks for something to do, outside of any trace: its statements and calls
   * are no spans and its calls carry no trace, also those of timers it sets. A `span` inside begins a trace.
   */
  readonly untraced: <T>(work: () => Promise<T>) => Promise<T>
  /** Tells the trace of the active span. */
  readonly traceId: () => string | undefined
  readonly pool: (options: PoolOptions) => Pool
  /** Sends what waits, for at most 3 s. */
  readonly shutdown: () => Promise<void>
}

const shutdownMillis = 3_000

/** Starts the SDK of a process; the first one started also serves OpenTelemetry's API. */
export function startSdk(options: SdkOptions): Sdk {
  const telemetry = startTelemetry(options)
  const { service } = options
  const { instruments, tracer, fence, sink } = telemetry
  const log = createSdkLogger({ service, fence, queue: telemetry.logs, ...logOptions(options) })
  const fetch = createFetch(tracer, options.tls)
  const queries = new QueryTracer(tracer, fence)
  const traceId = () => sdkSpanIn(activeContext())?.traceId()
  const onError = (error: Error) => log.warn('database unavailable', { error })
  const span: Sdk['span'] = (name, attributes, work) => runInSpan(tracer, { name, attributes, work })
  const untraced: Sdk['untraced'] = (work) => contextStore.run(suppressTracing(), work)
  return {
    log,
    fetch,
    traceId,
    span,
    untraced,
    counter: (name) => instruments.counter(name),
    gauge: (name) => instruments.gauge(name),
    histogram: (name) => instruments.histogram(name),
    scrape: () => instruments.scrape(),
    instrument: (app) => instrumentExpress(app, { service, sink, fence, durations: durationsOf(telemetry) }),
    setTenant,
    pool: (poolOptions) => createPool(poolOptions, { service, instruments, tracer: queries, onError }),
    audit: {
      record: createRecord({ service, traceId }),
      openSpool: (spoolOptions) => openSpool(spoolOptions, { service, traceId, instruments, log }),
      startRelay: (relayOptions) =>
        startRelay(relayOptions, { service, instruments, fetch, log, span, untraced }),
    },
    shutdown: () => telemetry.shutdown(shutdownMillis),
  }
}

function logOptions({ logLevel, logStream }: SdkOptions) {
  return {
    ...(logLevel === undefined ? {} : { level: logLevel }),
    ...(logStream === undefined ? {} : { stream: logStream }),
  }
}

function durationsOf({ instruments }: Telemetry) {
  return instruments.lean('http_server_request_duration_seconds')
}

function setTenant(tenant: string): void {
  const request = sdkSpanIn(activeContext())?.request
  if (request !== undefined) request.tenant = tenant
}
