/**
 * Where requests enter the graph: fence → canary watch → dispatch. Nothing before the fence is kept or shown. What comes
 * as protobuf goes through the fence as it is (`collector/splice/`); what cannot, and what comes in another encoding, by
 * way of the model. Metrics have no fence over the bytes: there are few of them.
 */
import { countCanaries } from '../process/canary.ts'
import { countPoints, type Metric } from '../process/metric-model.ts'
import { countItems, type Batch, type LogRecord, type Span } from '../process/model.ts'
import type { Redactor } from '../process/redact.ts'
import { summarizeLogs, summarizeSpans, type Summary } from '../process/summary.ts'
import type { LogSplicer } from '../splice/splice-logs.ts'
import type { TraceSplicer } from '../splice/splice-traces.ts'
import { decodeLogs } from '../wire/logs.ts'
import { decodeMetrics } from '../wire/metrics.ts'
import { decodeTraces } from '../wire/traces.ts'
import { Dispatch } from './dispatch.ts'
import type { Intake } from './intake.ts'
import { Load, type LoadSignal } from './load.ts'
import type { Outlets } from './outlet.ts'
import type { Tally } from './tally.ts'

export type StoredSignal = 'traces' | 'logs'

/** Takes encoded, fenced requests. */
export interface Sink {
  /** Resolves when the sink answers for the bytes. */
  readonly append: (signal: StoredSignal, bytes: Uint8Array, summary: Summary) => Promise<void>
}

export interface GateOptions {
  readonly redactor: Redactor
  /** The fence over the bytes. Absent: everything goes by way of the model. */
  readonly splicers?: { readonly traces: TraceSplicer; readonly logs: LogSplicer }
  /** True while a drill has one rule off, which the fence over the bytes knows nothing of. */
  readonly isLapsed: () => boolean
  /** Has every request once, whatever the pipelines do with it. */
  readonly store: Sink
  readonly tally: Tally
  readonly onChecked: (signal: LoadSignal, items: number) => void
  /** Told how many canaries are in what is about to leave. */
  readonly onLeaked: (signal: LoadSignal, canaries: number) => void
}

/** Builds the intake of a receiver, before its pipelines. */
export function createIntake(options: GateOptions, outlets: Outlets): Intake {
  const gate = new Gate(options, outlets)
  return {
    takesMetrics: outlets.metrics !== undefined,
    traces: (batch) => gate.traces(batch),
    logs: (batch) => gate.logs(batch),
    metrics: (batch) => gate.metrics(batch),
    encoded: (signal, bytes) => gate.encoded(signal, bytes),
  }
}

class Gate {
  readonly #options: GateOptions
  readonly #outlets: Outlets

  constructor(options: GateOptions, outlets: Outlets) {
    this.#options = options
    this.#outlets = outlets
  }

  async traces(batch: Batch<Span>): Promise<void> {
    if (countItems(batch) === 0) return
    this.#options.redactor.traces(batch)
    await this.#hand(Load.ofBatch('traces', batch), summarizeSpans(batch))
  }

  async logs(batch: Batch<LogRecord>): Promise<void> {
    if (countItems(batch) === 0) return
    this.#options.redactor.logs(batch)
    await this.#hand(Load.ofBatch('logs', batch), summarizeLogs(batch))
  }

  async metrics(batch: Batch<Metric>): Promise<void> {
    if (countPoints(batch) === 0) return
    this.#options.redactor.metrics(batch)
    await this.#hand(Load.ofBatch('metrics', batch), undefined)
  }

  async encoded(signal: LoadSignal, bytes: Buffer): Promise<number> {
    switch (signal) {
      case 'traces':
        return this.#encodedTraces(bytes)
      case 'logs':
        return this.#encodedLogs(bytes)
      case 'metrics': {
        const batch = decodeMetrics(bytes)
        // Counted first: the fence adds up points that nothing tells apart any more.
        const points = countPoints(batch)
        await this.metrics(batch)
        return points
      }
    }
  }

  async #encodedTraces(bytes: Buffer): Promise<number> {
    const { splicers, isLapsed } = this.#options
    const found = isLapsed() ? undefined : splicers?.traces.splice(bytes)
    if (found === undefined) {
      const batch = decodeTraces(bytes)
      const items = countItems(batch)
      await this.traces(batch)
      return items
    }
    const { items } = found.summary
    const seen = { spans: found.seen, request: bytes }
    if (items > 0) await this.#hand(Load.ofBytes('traces', found.bytes, items, seen), found.summary)
    return items
  }

  async #encodedLogs(bytes: Buffer): Promise<number> {
    const { splicers, isLapsed } = this.#options
    const found = isLapsed() ? undefined : splicers?.logs.splice(bytes)
    if (found === undefined) {
      const batch = decodeLogs(bytes)
      const items = countItems(batch)
      await this.logs(batch)
      return items
    }
    const { items } = found.summary
    if (items > 0) await this.#hand(Load.ofBytes('logs', found.bytes, items), found.summary)
    return items
  }

  /** Hands on what has passed the fence. */
  async #hand<S extends LoadSignal>(load: Load<S>, summary: Summary | undefined): Promise<void> {
    const { store, tally, onChecked, onLeaked } = this.#options
    const { signal, items } = load
    if (items === 0) return
    const { bytes } = load
    onChecked(signal, items)
    const canaries = countCanaries(bytes)
    if (canaries > 0) onLeaked(signal, canaries)
    const dispatch = new Dispatch(tally)
    this.#outlets[signal]?.route(load, dispatch)
    if (summary === undefined || signal === 'metrics') await dispatch.settle()
    else await dispatch.settle(() => store.append(signal, bytes, summary))
  }
}
