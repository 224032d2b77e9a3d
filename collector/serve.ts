/** Builds the collector from its settings, opens its doors, and closes them in order. */
import type { RejectionCode } from '../contracts/metrics/http.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import type winston from 'winston'
import { ports } from '../contracts/ports.ts'
import type { ServiceToken } from '../contracts/service-token.ts'
import type { FaultBoard } from '../lib/faults.ts'
import { listen } from '../lib/http.ts'
import { smallCellsOf } from './config/appliance.ts'
import type { CollectorConfig } from './config/config.ts'
import type { Plan } from './config/plan.ts'
import * as settings from './config/settings.ts'
import { openFaults } from './faults.ts'
import type { FenceParts } from './fence-options.ts'
import { buildGraph } from './graph/build.ts'
import type { CountedSpans } from './graph/connectors.ts'
import { createIntake } from './graph/gate.ts'
import type { Tally } from './graph/tally.ts'
import { startLimiters } from './limiters.ts'
import { openExporters, type OpenExporter } from './open-exporters.ts'
import { openFence, type OpenFence } from './open-fence.ts'
import { logDefect } from './log-defect.ts'
import { openReceivers, type OpenDoor } from './open-receivers.ts'
import { openStores, startUpkeep, storeSink, type Stores } from './open-stores.ts'
import { SpanMetrics, type SmallCells } from './process/span-metrics.ts'
import { Admission } from './receive/admission.ts'
import { createQueryApi } from './receive/query-api.ts'
import { createPlainDoor, createTelemetryDoor } from './receive/scrape-doors.ts'
import { setQueueGauges } from './queue-gauges.ts'
import { createTelemetry, type Telemetry } from './telemetry.ts'
import { serverSecurity } from './tls/server-tls.ts'

export interface CollectorOptions extends FenceParts {
  readonly config: CollectorConfig
  /** State folder that a relative store folder stands in. */
  readonly home: string
  readonly log: winston.Logger
  /** Tokens that may switch faults on; absent where the appliance runs on no demo data. */
  readonly faultTokens?: readonly ServiceToken[]
}

export interface Collector {
  /**
   * By the id of the component that listens; gRPC of an `otlp` receiver has `:grpc` behind its id. Beside them `query`,
   * `telemetry` and `health`.
   */
  readonly ports: Readonly<Record<string, number>>
  readonly close: () => Promise<void>
}

/** How often processors and connectors are asked what they let go. */
const releaseMillis = 1_000
/** Longest wait at the end for requests that are being answered; with all other waits it stays below what a stop may take. */
const receiversMillis = 3_000
/** Longest wait at the end for exporters to take what was held; those that wait for another side are cut after it. */
const drainMillis = 2_000

/** Starts the collector; resolves when every door is open. */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  const { config, appliance, log } = options
  const { plan } = config
  for (const warning of config.warnings) log.warn('configuration deprecated', { detail: warning })
  const mode = appliance.privacy.mode ?? 'enforce'
  if (mode !== 'enforce') log.warn('privacy fence not enforced', { mode })
  const telemetry: Telemetry = createTelemetry(() => refresh())
  const plain = doorOptions(telemetry, log)
  const tally = tallyOf(telemetry, plain.onDefect)
  const stores = await openStores({ ...options, telemetry })
  const spanMetrics = createSpanMetrics(plan, smallCellsOf(appliance.privacy))
  const exporters = await openExporters({ plan, appliance, telemetry, log, spanMetrics, ...plain })
  const graph = buildGraph({ plan, exporters, spanMetrics, tally, nowMillis: Date.now })
  const limiters = startLimiters(plan)
  const faults = openFaults(log, telemetry)
  const fence = openFence({
    ...options,
    isLapsed: () => faults.isActive('pii-leak'),
    isObserved: spanMetrics.values().some(({ metrics }) => metrics.takesSeen),
  })
  const gate = gateOf({ telemetry, log, stores, tally })
  const timers = [startUpkeep(stores, log), setInterval(() => graph.release(Date.now()), releaseMillis)]
  function refresh(): void {
    for (const part of fence.parts) {
      part.report((rule, place, times) => telemetry.add('privacy_redactions_total', { rule, place }, times))
    }
    telemetry.set('collector_memory_limited', {}, limiters.isAnyLimited() ? 1 : 0)
    const series = spanMetrics.values().reduce((sum, { metrics }) => sum + metrics.size, 0)
    telemetry.set('collector_span_metrics_series', {}, series)
    const keptBack = spanMetrics.values().reduce((sum, { metrics }) => sum + metrics.keptBack, 0)
    telemetry.set('collector_span_metrics_kept_back', {}, keptBack)
    telemetry.set('collector_held_traces', {}, graph.held())
    setQueueGauges(telemetry, stores, exporters)
  }
  const intakeOf = (id: string, isPage?: boolean) =>
    createIntake({ ...gate, ...fence.of(id, isPage) }, graph.outletsOf(id))
  const { isLimited } = limiters
  const admission = new Admission({ roomBytes: limiters.roomBytes })
  const receivers = await openReceivers({ plan, appliance, log, telemetry, intakeOf, isLimited, admission })
  const doors = await openDoors({ options, telemetry, stores, faults, fence, plain })
  const open = portsOf([...receivers, ...exporterDoors(exporters), ...doors])
  log.info('collector ready', open)
  const close = async () => {
    // Receivers first, so that what follows drains; the health door last, so that it is seen.
    await within(receiversMillis, Promise.all(receivers.map((receiver) => receiver.close())))
    faults.switchAllOff()
    for (const timer of timers) clearInterval(timer)
    limiters.stop()
    await within(drainMillis, graph.drain())
    await Promise.all(exporters.values().map(({ exporter }) => exporter.close()))
    await Promise.all([stores.traces.close(), stores.logs.close()])
    await Promise.all(doors.map((door) => door.close()))
  }
  return { ports: open, close }
}

/** Waits for work, and no longer than for some milliseconds. */
async function within(millis: number, work: Promise<unknown>): Promise<void> {
  await Promise.race([work, sleep(millis, undefined, { ref: false })])
}

interface GateParts {
  readonly telemetry: Telemetry
  readonly log: winston.Logger
  readonly stores: Stores
  readonly tally: Tally
}

/** What the gates of all receivers share: all but the fence, which is another for browsers. */
function gateOf({ telemetry, log, stores, tally }: GateParts) {
  return {
    tally,
    store: storeSink(stores, { telemetry, log }),
    onChecked: (signal, items) => telemetry.add('privacy_items_checked_total', { signal }, items),
    onLeaked: (signal, canaries) => telemetry.add('privacy_canary_leaks_total', { signal }, canaries),
  } satisfies Partial<Parameters<typeof createIntake>[0]>
}

function createSpanMetrics(
  plan: Plan,
  smallCells: SmallCells | undefined,
): ReadonlyMap<string, CountedSpans> {
  return new Map(
    plan.connectors.flatMap((planned) => {
      if (planned.type !== 'span_metrics') return []
      const options = settings.spanMetricsOptions(planned.settings, smallCells)
      return [[planned.id, { options, metrics: new SpanMetrics(options) }] as const]
    }),
  )
}

function tallyOf(telemetry: Telemetry, onDefect: Tally['onDefect']): Tally {
  return {
    onLost: (signal, items, where) =>
      telemetry.add('collector_dropped_items_total', { signal, where }, items),
    onThinned: (signal, items, processor) =>
      telemetry.add('collector_thinned_items_total', { signal, processor }, items),
    onStatementError: (component) => telemetry.add('collector_statement_errors_total', { component }),
    onDefect,
  }
}

/** The receivers count for themselves, by reason; the other doors count as every door of the house does. */
function doorOptions(telemetry: Telemetry, log: winston.Logger) {
  return {
    onRejected: (code: RejectionCode) =>
      telemetry.add('http_requests_rejected_total', { service: 'collector', code }),
    onDefect: (error: unknown) => logDefect(log, error),
  }
}

interface DoorParts {
  readonly options: CollectorOptions
  readonly telemetry: Telemetry
  readonly stores: Stores
  readonly faults: FaultBoard
  readonly fence: OpenFence
  readonly plain: ReturnType<typeof doorOptions>
}

async function openDoors({
  options,
  telemetry,
  stores,
  faults,
  fence,
  plain,
}: DoorParts): Promise<readonly OpenDoor[]> {
  const { config, appliance, faultTokens } = options
  const health = settings.healthSettings(config)
  const open = async (
    name: string,
    handler: Parameters<typeof listen>[0],
    address: settings.Address,
  ): Promise<OpenDoor> => ({ name, ...(await listen(handler, { ...address, onRejected: plain.onRejected })) })
  const query = { host: '127.0.0.1', port: appliance.query.port ?? ports.query }
  const switches = faultTokens === undefined ? undefined : { board: faults, tokens: faultTokens }
  return [
    await open('query', createQueryApi({ ...plain, ...stores }), query),
    await open(
      'telemetry',
      createTelemetryDoor({ ...plain, scrape: telemetry.scrape, blockedKeys: fence.blockedKeys }, switches),
      settings.telemetryAddress(config),
    ),
    {
      name: 'health',
      ...(await listen(createPlainDoor({ ...plain, health: () => undefined }, health.path), {
        ...health.address,
        tls: serverSecurity(health.tls, 'extensions.health_check.tls', options.log),
        onRejected: plain.onRejected,
      })),
    },
  ]
}

function exporterDoors(
  exporters: ReadonlyMap<string, OpenExporter>,
): readonly Pick<OpenDoor, 'name' | 'port'>[] {
  return [...exporters].map(([name, { port }]) => ({ name, ...(port === undefined ? {} : { port }) }))
}

function portsOf(doors: readonly Pick<OpenDoor, 'name' | 'port'>[]): Collector['ports'] {
  return Object.fromEntries(doors.flatMap(({ name, port }) => (port === undefined ? [] : [[name, port]])))
}
