/**
 * The path of one request: fence → canary watch → store → span metrics → forward. What leaves the fence is bytes; watch,
 * store and forward share them. Nothing before the fence is kept or shown. What comes as protobuf goes through the fence
 * as it is (`collector/splice/`), what cannot, and what comes in another encoding, by way of the model.
 */
import type { LogSplicer } from '../splice/splice-logs.ts'
import type { TraceSplicer } from '../splice/splice-traces.ts'
import { decodeLogs, encodeLogs } from '../wire/logs.ts'
import { decodeTraces, encodeTraces } from '../wire/traces.ts'
import { ProtobufWriter } from '../wire/writer.ts'
import { countCanaries } from './canary.ts'
import { countItems, type Batch, type LogRecord, type Span } from './model.ts'
import type { Redactor } from './redact.ts'
import type { SpanMetrics } from './span-metrics.ts'
import { summarizeLogs, summarizeSpans, type Summary } from './summary.ts'

export type StoredSignal = 'traces' | 'logs'

/** Takes encoded, fenced requests. */
export interface Sink {
  /** Resolves when the sink answers for the bytes. */
  readonly append: (signal: StoredSignal, bytes: Uint8Array, summary: Summary) => Promise<void>
}

export interface PipelineOptions {
  readonly redactor: Redactor
  /** The fence over the bytes. */
  readonly splicers: { readonly traces: TraceSplicer; readonly logs: LogSplicer }
  /** True while a drill has one rule off, which the fence over the bytes knows nothing of. */
  readonly isLapsed?: () => boolean
  readonly spanMetrics?: SpanMetrics
  /** Must have taken a request before it is acknowledged. */
  readonly store: Sink
  /** A queue on the disk must have taken a request too; one in memory drops and counts on its own. */
  readonly forward?: Sink
  readonly onChecked: (signal: StoredSignal, items: number) => void
  /** Told how many canaries are in what is about to leave. */
  readonly onLeaked?: (signal: StoredSignal, canaries: number) => void
}

/** Takes requests from the receivers; rejects when they could not be kept and may be sent again. */
export interface Intake {
  /**
   * Takes an encoded export request of either signal and answers how many items it had.
   *
   * @param bytes attacker-controlled, not changed afterwards
   * @throws CollectorError OTLP_MALFORMED, OTLP_TOO_DEEP, OTLP_TOO_MANY
   */
  readonly encoded: (signal: StoredSignal, bytes: Buffer) => Promise<number>
  readonly traces: (batch: Batch<Span>) => Promise<void>
  readonly logs: (batch: Batch<LogRecord>) => Promise<void>
}

/** Builds the path of requests. */
export function createPipeline(options: PipelineOptions): Intake {
  const path = new RequestPath(options)
  return {
    traces: (batch) => path.traces(batch),
    logs: (batch) => path.logs(batch),
    encoded: (signal, bytes) => (signal === 'traces' ? path.encodedTraces(bytes) : path.encodedLogs(bytes)),
  }
}

class RequestPath {
  readonly #options: PipelineOptions
  readonly #writer = new ProtobufWriter()

  constructor(options: PipelineOptions) {
    this.#options = options
  }

  async traces(batch: Batch<Span>): Promise<void> {
    const { redactor, spanMetrics } = this.#options
    if (countItems(batch) === 0) return
    redactor.traces(batch)
    const summary = summarizeSpans(batch)
    await this.#hand('traces', encodeTraces(this.#writer, batch), summary)
    // After the store took them: a request that is sent again is not counted twice.
    spanMetrics?.add(batch)
  }

  async logs(batch: Batch<LogRecord>): Promise<void> {
    if (countItems(batch) === 0) return
    this.#options.redactor.logs(batch)
    await this.#hand('logs', encodeLogs(this.#writer, batch), summarizeLogs(batch))
  }

  async encodedTraces(bytes: Buffer): Promise<number> {
    const { splicers, spanMetrics } = this.#options
    const found = this.#isLapsed ? undefined : splicers.traces.splice(bytes)
    if (found === undefined) {
      const batch = decodeTraces(bytes)
      const items = countItems(batch)
      await this.traces(batch)
      return items
    }
    if (found.summary.items === 0) return 0
    await this.#hand('traces', found.bytes, found.summary)
    if (spanMetrics?.takesSeen === true) spanMetrics.addSeen(found.seen, bytes)
    else spanMetrics?.add(decodeTraces(found.bytes))
    return found.summary.items
  }

  async encodedLogs(bytes: Buffer): Promise<number> {
    const found = this.#isLapsed ? undefined : this.#options.splicers.logs.splice(bytes)
    if (found === undefined) {
      const batch = decodeLogs(bytes)
      const items = countItems(batch)
      await this.logs(batch)
      return items
    }
    if (found.summary.items === 0) return 0
    await this.#hand('logs', found.bytes, found.summary)
    return found.summary.items
  }

  get #isLapsed(): boolean {
    return this.#options.isLapsed?.() ?? false
  }

  /** Hands on what has passed the fence. */
  async #hand(signal: StoredSignal, bytes: Uint8Array, summary: Summary): Promise<void> {
    const { onChecked, onLeaked, forward, store } = this.#options
    onChecked(signal, summary.items)
    const canaries = countCanaries(bytes)
    if (canaries > 0) onLeaked?.(signal, canaries)
    // What waits to be forwarded first: where it refuses, nobody has the request yet.
    await forward?.append(signal, bytes, summary)
    await store.append(signal, bytes, summary)
  }
}
