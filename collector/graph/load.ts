/** What goes through the pipelines: one request's worth of a signal that has passed the fence. */
import type { Metric } from '../process/metric-model.ts'
import { countPoints } from '../process/metric-model.ts'
import { countItems, type Batch, type LogRecord, type Span } from '../process/model.ts'
import type { SeenSpans } from '../process/span-metrics.ts'
import { decodeLogs, encodeLogs } from '../wire/logs.ts'
import { decodeMetrics, encodeMetrics } from '../wire/metrics.ts'
import { decodeTraces, encodeTraces } from '../wire/traces.ts'
import { ProtobufWriter } from '../wire/writer.ts'

/** What one item of a signal is. */
export interface ItemOf {
  readonly traces: Span
  readonly logs: LogRecord
  readonly metrics: Metric
}
export type LoadSignal = keyof ItemOf

const writer = new ProtobufWriter()

const codecs: { readonly [S in LoadSignal]: Codec<ItemOf[S]> } = {
  traces: { decode: decodeTraces, encode: (batch) => encodeTraces(writer, batch), count: countItems },
  logs: { decode: decodeLogs, encode: (batch) => encodeLogs(writer, batch), count: countItems },
  metrics: { decode: decodeMetrics, encode: (batch) => encodeMetrics(writer, batch), count: countPoints },
}

interface Codec<T> {
  readonly decode: (bytes: Buffer, mostParts: number) => Batch<T>
  readonly encode: (batch: Batch<T>) => Buffer
  readonly count: (batch: Batch<T>) => number
}

/** Spans as they went by the fence, before anybody decoded them. */
export interface Seen {
  readonly spans: SeenSpans
  /** The bytes that came, which their places are in. */
  readonly request: Buffer
}

/** Counts the items of a batch: spans, log records, data points. */
export function countOf<S extends LoadSignal>(signal: S, batch: Batch<ItemOf[S]>): number {
  return codecs[signal].count(batch)
}

/** Several pipelines and exporters share one load, so nobody changes it: whoever wants to asks for a copy. */
export class Load<S extends LoadSignal = LoadSignal> {
  readonly signal: S
  /** Spans, log records or data points. */
  readonly items: number
  /** What is known of the spans without decoding them, where the fence has kept it. */
  readonly seen: Seen | undefined
  #bytes: Buffer | undefined
  #batch: Batch<ItemOf[S]> | undefined

  private constructor(signal: S, items: number, seen?: Seen) {
    this.signal = signal
    this.items = items
    this.seen = seen
  }

  /** Takes an encoded export request. */
  static ofBytes<S extends LoadSignal>(signal: S, bytes: Buffer, items: number, seen?: Seen): Load<S> {
    const load = new Load(signal, items, seen)
    load.#bytes = bytes
    return load
  }

  /** Takes a batch that nobody changes any more. */
  static ofBatch<S extends LoadSignal>(signal: S, batch: Batch<ItemOf[S]>): Load<S> {
    const load = new Load(signal, codecs[signal].count(batch))
    load.#batch = batch
    return load
  }

  /** The encoded export request, encoded on first use. */
  get bytes(): Buffer {
    return (this.#bytes ??= codecs[this.signal].encode(this.view))
  }

  /** The batch to look at, decoded on first use. Not to be changed. */
  get view(): Batch<ItemOf[S]> {
    // One of the two is always there.
    return (this.#batch ??= this.#decode(this.#bytes as Buffer))
  }

  /** A batch of the caller's own. */
  copy(): Batch<ItemOf[S]> {
    return this.#decode(this.bytes)
  }

  /** The gate has counted the parts of what came; what was made of it here may have more. */
  #decode(bytes: Buffer): Batch<ItemOf[S]> {
    return codecs[this.signal].decode(bytes, Number.POSITIVE_INFINITY)
  }
}

/** The metrics of a load; none of a load of another signal, which an exporter of metrics is not given. */
export function viewOfMetrics(load: Load): Batch<Metric> {
  // The signal says what the items are.
  return load.signal === 'metrics' ? (load as Load<'metrics'>).view : []
}
