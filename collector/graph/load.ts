/** What goes through the pipelines: one request's worth of a signal that has passed the fence. */
import type { Metric } from '../process/metric-model.ts'
import { countPoints } from '../process/metric-model.ts'
import { countItems, type Batch, type LogRecord, type Span } from '../process/model.ts'
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
  readonly decode: (bytes: Buffer) => Batch<T>
  readonly encode: (batch: Batch<T>) => Buffer
  readonly count: (batch: Batch<T>) => number
}

/** Several pipelines and exporters share one load, so nobody changes it: whoever wants to asks for a copy. */
export class Load<S extends LoadSignal = LoadSignal> {
  readonly signal: S
  /** Spans, log records or data points. */
  readonly items: number
  readonly #codec: Codec<ItemOf[S]>
  #bytes: Buffer | undefined
  #batch: Batch<ItemOf[S]> | undefined

  private constructor(signal: S, items: number) {
    this.signal = signal
    this.items = items
    this.#codec = codecs[signal]
  }

  /** Takes an encoded export request. */
  static ofBytes<S extends LoadSignal>(signal: S, bytes: Buffer, items: number): Load<S> {
    const load = new Load(signal, items)
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
    return (this.#bytes ??= this.#codec.encode(this.view))
  }

  /** The batch to look at, decoded on first use. Not to be changed. */
  get view(): Batch<ItemOf[S]> {
    // One of the two is always there.
    return (this.#batch ??= this.#codec.decode(this.#bytes as Buffer))
  }

  /** A batch of the caller's own. */
  copy(): Batch<ItemOf[S]> {
    return this.#codec.decode(this.bytes)
  }
}
