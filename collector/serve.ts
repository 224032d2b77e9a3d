/** Builds the collector from its settings, opens its doors, and closes them in order. */
import type { RejectionCode } from '../contracts/metrics/http.ts'
import { isAbsolute, join } from 'node:path'
import type winston from 'winston'
import { ports } from '../contracts/ports.ts'
import type { ServiceToken } from '../contracts/service-token.ts'
import { messageOf } from '../lib/errors.ts'
import type { FaultBoard } from '../lib/faults.ts'
import { listen, type Listening } from '../lib/http.ts'
import { createFence } from '../privacy/fence.ts'
import { durationMillis } from './config/duration.ts'
import type { CollectorConfig } from './config/config.ts'
import * as settings from './config/settings.ts'
import { openFaults } from './faults.ts'
import { fenceOptions, type FenceParts } from './fence-options.ts'
import type { OtlpForwarder } from './export/otlp-http.ts'
import { createQueryApi } from './receive/query-api.ts'
import { createMetricsDoor, createPlainDoor, createTelemetryDoor } from './receive/scrape-doors.ts'
import { watchMemory } from './memory.ts'
import { createPipeline, type Sink } from './process/pipeline.ts'
import { createRedactor } from './process/redact.ts'
import { SpanMetrics } from './process/span-metrics.ts'
import { openForwarder } from './open-forwarder.ts'
import { logDefect, openFaro, openGrpc, openOtlp } from './open-receivers.ts'
import { FieldJudge } from './splice/field-judge.ts'
import { LogSplicer } from './splice/splice-logs.ts'
import { TraceSplicer } from './splice/splice-traces.ts'
import { SignalStore } from './store/signal-store.ts'
import { createTelemetry, type Telemetry } from './telemetry.ts'

export interface CollectorOptions extends FenceParts {
  readonly config: CollectorConfig
  /** State folder that a relative store folder stands in. */
  readonly home: string
  readonly log: winston.Logger
  /** Tokens that may switch faults on; absent where the appliance runs on no demo data. */
  readonly faultTokens?: readonly ServiceToken[]
}

export interface Collector {
  readonly ports: Readonly<
    Record<'otlp' | 'otlpGrpc' | 'faro' | 'query' | 'exporter' | 'telemetry' | 'health', number | undefined>
  >
  readonly close: () => Promise<void>
}

type Stores = Readonly<Record<'traces' | 'logs', SignalStore>>

const mebibyte = 2 ** 20

/** Starts the collector; resolves when every door is open. */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  const { config, appliance, log } = options
  for (const warning of config.warnings) log.warn('configuration deprecated', { detail: warning })
  const mode = appliance.privacy.mode ?? 'enforce'
  if (mode !== 'enforce') log.warn('privacy fence not enforced', { mode })
  const telemetry: Telemetry = createTelemetry(() => refresh())
  const stores = await openStores(options, telemetry)
  const forwarder = await openForwarder({ config, telemetry, log })
  const memory = settings.memorySettings(config)
  const watch = memory === undefined ? undefined : watchMemory(memory)
  const metricsSettings = settings.spanMetricsSettings(config)
  const spanMetrics = metricsSettings === undefined ? undefined : new SpanMetrics(metricsSettings)
  const faults = openFaults(log, telemetry)
  const isLapsed = () => faults.isActive('pii-leak')
  const redactor = createRedactor((count) => createFence({ ...fenceOptions(options), count }), isLapsed)
  const upkeep = startUpkeep(stores, log)
  const splicers = createSplicers(options, spanMetrics)
  const intake = createPipeline({
    redactor,
    splicers,
    isLapsed,
    ...(spanMetrics === undefined ? {} : { spanMetrics }),
    store: storeSink(stores, telemetry, log),
    ...(forwarder === undefined ? {} : { forward: onlyForwarded(config, forwarder) }),
    onChecked: (signal, items) => telemetry.add('privacy_items_checked_total', { signal }, items),
    onLeaked: (signal, canaries) => telemetry.add('privacy_canary_leaks_total', { signal }, canaries),
  })
  const isLimited = () => watch?.isLimited() ?? false
  function refresh(): void {
    for (const part of [redactor, splicers.traces, splicers.logs]) {
      part.report((rule, place, times) => telemetry.add('privacy_redactions_total', { rule, place }, times))
    }
    telemetry.set('collector_memory_limited', {}, isLimited() ? 1 : 0)
    telemetry.set('collector_span_metrics_series', {}, spanMetrics?.size ?? 0)
    telemetry.set('collector_store_bytes', { signal: 'traces' }, stores.traces.bytes)
    telemetry.set('collector_store_bytes', { signal: 'logs' }, stores.logs.bytes)
    telemetry.set(
      'collector_queue_items',
      { exporter: 'store' },
      stores.traces.pendingItems + stores.logs.pendingItems,
    )
    telemetry.set('collector_queue_items', { exporter: 'otlp_http' }, forwarder?.waiting ?? 0)
  }
  const doors = await openDoors({ options, telemetry, stores, intake, isLimited, spanMetrics, faults })
  log.info('collector ready', { ...portsOf(doors) })
  return {
    ports: portsOf(doors),
    close: async () => {
      // Receivers first, so that what follows drains; the health door last, so that it is seen.
      const { otlp, otlpGrpc, faro, ...others } = doors
      await Promise.all([otlp?.close(), otlpGrpc?.close(), faro?.close()])
      faults.switchAllOff()
      clearInterval(upkeep)
      watch?.stop()
      await forwarder?.close()
      await Promise.all([stores.traces.close(), stores.logs.close()])
      await Promise.all(Object.values(others).map(async (door) => door?.close()))
    },
  }
}

/** Builds the fence over the bytes, for each signal one that remembers for itself. */
function createSplicers(options: CollectorOptions, spanMetrics: SpanMetrics | undefined) {
  // What is remembered by bytes need not be remembered by text too.
  const judge = () =>
    new FieldJudge((count) => createFence({ ...fenceOptions(options), remembered: 1_024, count }))
  const day = () => Math.floor(Date.now() / 86_400_000)
  const isObserved = spanMetrics?.takesSeen === true
  return {
    traces: new TraceSplicer({ judge: judge(), day, isObserved }),
    logs: new LogSplicer({ judge: judge(), day }),
  }
}

/** Keeps the stores within their bounds, once a minute. */
function startUpkeep(stores: Stores, log: winston.Logger): NodeJS.Timeout {
  return setInterval(() => {
    for (const store of Object.values(stores)) {
      store
        .enforceBounds()
        .catch((error: unknown) => log.error('store bounds not kept', { detail: messageOf(error) }))
    }
  }, 60_000)
}

async function openStores({ appliance, home, log }: CollectorOptions, telemetry: Telemetry): Promise<Stores> {
  const { directory = 'collector', traces_mib = 512, logs_mib = 256 } = appliance.store
  const { max_age = '24h', sync_interval = '1s' } = appliance.store
  const root = isAbsolute(directory) ? directory : join(home, directory)
  const openOne = (signal: 'traces' | 'logs', mib: number) =>
    SignalStore.open({
      directory: join(root, signal),
      maxBytes: mib * mebibyte,
      maxAgeMillis: durationMillis(max_age),
      syncMillis: Math.ceil(durationMillis(sync_interval)),
      now: Date.now,
      onFault: (fault) => {
        telemetry.add('collector_store_faults_total', { signal, fault })
        log.warn('store fault', { signal, fault })
      },
    })
  return { traces: await openOne('traces', traces_mib), logs: await openOne('logs', logs_mib) }
}

function storeSink(stores: Stores, telemetry: Telemetry, log: winston.Logger): Sink {
  let isFailing = false
  return {
    append: async (signal, bytes, summary) => {
      try {
        await stores[signal].append(bytes, summary)
        isFailing = false
      } catch (error) {
        // Once, not for every request of a full disk.
        if (!isFailing) log.error('store not written', { signal, detail: messageOf(rootOf(error)) })
        isFailing = true
        telemetry.add('collector_dropped_items_total', { signal, where: 'store_failed' }, summary.items)
        throw error
      }
      telemetry.add('collector_exported_items_total', { signal, exporter: 'store' }, summary.items)
    },
  }
}

function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error
}

function onlyForwarded(config: CollectorConfig, forwarder: OtlpForwarder): Sink {
  const signals = settings.forwardedSignals(config)
  return {
    append: async (signal, bytes, summary) => {
      if (signals.includes(signal)) await forwarder.append(signal, bytes, summary)
    },
  }
}

interface Parts {
  readonly options: CollectorOptions
  readonly telemetry: Telemetry
  readonly stores: Stores
  readonly intake: ReturnType<typeof createPipeline>
  readonly isLimited: () => boolean
  readonly spanMetrics: SpanMetrics | undefined
  readonly faults: FaultBoard
}

/** A door that is open. */
type Door = Pick<Listening, 'port' | 'close'>

type Doors = Readonly<Record<keyof Collector['ports'], Door | undefined>>

async function openDoors(parts: Parts): Promise<Doors> {
  const { options, telemetry, stores, spanMetrics, faults } = parts
  const { config, appliance, faultTokens } = options
  // The receivers count for themselves, by reason; the other doors count as every door of the house does.
  const onRejected = (code: RejectionCode) =>
    telemetry.add('http_requests_rejected_total', { service: 'collector', code })
  const plain = { onRejected, onDefect: (error: unknown) => logDefect(options.log, error) }
  const health = settings.healthSettings(config)
  const exporter = settings.exporterSettings(config)
  const exposition = settings.spanMetricsSettings(config)
  const query = createQueryApi({ ...plain, ...stores })
  const open = (handler: Parameters<typeof listen>[0], address: settings.Address) =>
    listen(handler, { ...address, onRejected })
  return {
    otlp: await openOtlp({ ...parts, ...options }),
    otlpGrpc: await openGrpc({ ...parts, ...options }),
    faro: await openFaro({ ...parts, ...options }),
    query: await open(query, { host: '127.0.0.1', port: appliance.query.port ?? ports.query }),
    exporter:
      exporter === undefined || exposition === undefined || spanMetrics === undefined
        ? undefined
        : await open(
            createMetricsDoor({
              ...plain,
              spanMetrics,
              ...exposition,
              openMetrics: exporter.openMetrics,
              onLeaked: (canaries) =>
                telemetry.add('privacy_canary_leaks_total', { signal: 'metrics' }, canaries),
            }),
            exporter.address,
          ),
    telemetry: await open(
      createTelemetryDoor(
        { ...plain, scrape: telemetry.scrape },
        faultTokens === undefined ? undefined : { board: faults, tokens: faultTokens },
      ),
      settings.telemetryAddress(config),
    ),
    health: await open(createPlainDoor({ ...plain, health: () => undefined }, health.path), health.address),
  }
}

function portsOf(doors: Doors): Collector['ports'] {
  return {
    otlp: doors.otlp?.port,
    otlpGrpc: doors.otlpGrpc?.port,
    faro: doors.faro?.port,
    query: doors.query?.port,
    exporter: doors.exporter?.port,
    telemetry: doors.telemetry?.port,
    health: doors.health?.port,
  }
}
