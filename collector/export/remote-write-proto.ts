/** Encodes series as requests of Remote-Write 1.0 (`prompb.WriteRequest`). */
import { ProtobufWriter } from '../wire/writer.ts'
import type { Labels } from './prometheus-labels.ts'
import type { NativeBuckets } from './remote-write-histogram.ts'
import type { RemoteHistogram, RemoteSample, RemoteSeries } from './remote-write-set.ts'

/** The one NaN that Prometheus reads as the end of a series (`model/value`, StaleNaN). */
const staleBits = 0x7ff0_0000_0000_0002n

export interface RemoteRequest {
  readonly bytes: Buffer
  readonly points: number
}

/**
 * Encodes series as requests of at most so many bytes, one after the other. A series stays in one piece: one that is
 * longer has a request to itself.
 */
export function* encodeRemoteWrite(
  series: readonly RemoteSeries[],
  maxBatchBytes: number,
): Generator<RemoteRequest, void> {
  const writer = new SeriesWriter()
  let parts: Buffer[] = []
  let size = 0
  let points = 0
  for (const one of series) {
    const bytes = writer.write(one)
    if (size + bytes.length > maxBatchBytes && parts.length > 0) {
      yield { bytes: Buffer.concat(parts, size), points }
      parts = []
      size = 0
      points = 0
    }
    parts.push(bytes)
    size += bytes.length
    points += one.points
  }
  if (parts.length > 0) yield { bytes: Buffer.concat(parts, size), points }
}

class SeriesWriter {
  readonly #writer = new ProtobufWriter()
  /** For stretches of labels apart from the series they are in. */
  readonly #stretches = new ProtobufWriter()
  /** Encoded once, however many bounds a histogram has. */
  readonly #known = new WeakMap<Labels, Buffer>()

  write({ labels, samples, exemplars, histograms }: RemoteSeries): Buffer {
    const writer = this.#writer
    const mark = writer.begin(0x0a, 2)
    // More than the labels around a name: a bound or a quantile has others beside it.
    const isOneOfMany = labels.length > 3
    for (const stretch of labels) {
      if (isOneOfMany && stretch.length > 1) writer.raw(this.#encoded(stretch))
      else writeLabels(writer, stretch)
    }
    for (const { value, timeMillis } of samples) {
      const inner = writer.begin(0x12)
      writeDouble(writer, 0x09, value)
      writer.int64(0x10, timeMillis)
      writer.end(inner)
    }
    for (const exemplar of exemplars) {
      const inner = writer.begin(0x1a)
      writeLabels(writer, exemplar.labels)
      writer.double(0x11, exemplar.value)
      writer.int64(0x18, exemplar.timeMillis)
      writer.end(inner)
    }
    for (const histogram of histograms) writeHistogram(writer, histogram)
    writer.end(mark)
    return writer.take()
  }

  #encoded(stretch: Labels): Buffer {
    let found = this.#known.get(stretch)
    if (found === undefined) {
      writeLabels(this.#stretches, stretch)
      this.#known.set(stretch, (found = this.#stretches.take()))
    }
    return found
  }
}

function writeLabels(writer: ProtobufWriter, labels: Labels): void {
  for (const [name, value] of labels) {
    const mark = writer.begin(0x0a)
    writer.string(0x0a, name)
    writer.string(0x12, value)
    writer.end(mark)
  }
}

function writeHistogram(writer: ProtobufWriter, { histogram, isStale, timeMillis }: RemoteHistogram): void {
  const mark = writer.begin(0x22)
  writer.int64(0x08, isStale ? staleBits : histogram.count)
  writeDouble(writer, 0x19, isStale ? 'stale' : histogram.sum)
  writer.sint32(0x20, histogram.schema)
  writer.double(0x29, histogram.zeroThreshold)
  writer.int64(0x30, histogram.zeroCount)
  writeBuckets(writer, histogram.negative, { spans: 0x42, deltas: 0x4a })
  writeBuckets(writer, histogram.positive, { spans: 0x5a, deltas: 0x62 })
  writer.int64(0x78, timeMillis)
  writer.end(mark)
}

function writeBuckets(
  writer: ProtobufWriter,
  { spans, deltas }: NativeBuckets,
  tags: { readonly spans: number; readonly deltas: number },
): void {
  for (const { offset, length } of spans) {
    const mark = writer.begin(tags.spans)
    writer.sint32(0x08, offset)
    writer.uint32(0x10, length)
    writer.end(mark)
  }
  // sint64 is zigzag-coded: the sign goes into the lowest bit.
  writer.packedVarints(
    tags.deltas,
    deltas.map((delta) => (delta >= 0n ? delta * 2n : -delta * 2n - 1n)),
  )
}

function writeDouble(writer: ProtobufWriter, tag: number, value: RemoteSample['value']): void {
  if (value === 'stale') writer.fixed64(tag, staleBits)
  else writer.double(tag, value)
}
