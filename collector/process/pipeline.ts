/**
 * The path of one request after decoding: fence → encode → canary watch → store → span metrics → forward. What
 * leaves the fence is encoded once; watch, store and forward share the bytes. Nothing before the fence is kept or shown.
 */
import { encodeLogs } from '../wire/logs.ts'
import { encodeTraces } from '../wire/traces.ts'
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
  readonly spanMetrics?: SpanMetrics
  /** Must have taken a request before it is acknowledged. */
  readonly store: Sink
  /** Told afterwards; its queue drops and counts on its own. */
  readonly forward?: Sink
  readonly onChecked: (signal: StoredSignal, items: number) => void
  /** Told how many canaries are in what is about to leave. */
  readonly onLeaked?: (signal: StoredSignal, canaries: number) => void
}

/** Takes decoded requests from the receivers; rejects when they could not be kept and may be sent again. */
export interface Intake {
  readonly traces: (batch: Batch<Span>) => Promise<void>
  readonly logs: (batch: Batch<LogRecord>) => Promise<void>
}

export function createPipeline(options: PipelineOptions): Intake {
  const { redactor, spanMetrics, onChecked, onLeaked } = options
  const writer = new ProtobufWriter()

  async function hand(signal: StoredSignal, bytes: Uint8Array, summary: Summary): Promise<void> {
    const canaries = countCanaries(bytes)
    if (canaries > 0) onLeaked?.(signal, canaries)
    await options.store.append(signal, bytes, summary)
    await options.forward?.append(signal, bytes, summary)
  }

  return {
    traces: async (batch) => {
      if (countItems(batch) === 0) return
      redactor.traces(batch)
      const summary = summarizeSpans(batch)
      onChecked('traces', summary.items)
      await hand('traces', encodeTraces(writer, batch), summary)
      // After the store took them: a request that is sent again is not counted twice.
      spanMetrics?.add(batch)
    },
    logs: async (batch) => {
      if (countItems(batch) === 0) return
      redactor.logs(batch)
      const summary = summarizeLogs(batch)
      onChecked('logs', summary.items)
      await hand('logs', encodeLogs(writer, batch), summary)
    },
  }
}
