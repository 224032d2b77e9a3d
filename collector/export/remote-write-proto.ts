/** Encodes series as requests of Remote-Write 1.0 (`prompb.WriteRequest`). */
import { ProtobufWriter } from '../wire/writer.ts'
import type { Labels } from './prometheus-labels.ts'
import type { NativeBuckets } from './remote-write-histogram.ts'
import type { RemoteHistogram, RemoteSample, RemoteSeries } from './remote-write-series.ts'

/** The one NaN that Prometheus reads as the end of a series (`model/value`, StaleNaN). */
const staleBits = 0x7ff0_0000_0000_0002n

export interface RemoteRequest {
  readonly bytes: Buffer
  readonly points: number
}

/**
 * Encodes series as requests of at most so many bytes. A series stays in one piece: one that is longer has a request
 * to itself.
 */
export function encodeRemoteWrite(series: readonly RemoteSeries[], maxBatchBytes: number): RemoteRequest[] {
  const writer = new ProtobufWriter()
  const requests: RemoteRequest[] = []
  let parts: Buffer[] = []
  let size = 0
  let points = 0
  const close = () => {
    if (parts.length > 0) requests.push({ bytes: Buffer.concat(parts, size), points })
    parts = []
    size = 0
    points = 0
  }
  for (const one of series) {
    writeSeries(writer, one)
    const bytes = writer.take()
    if (size + bytes.length > maxBatchBytes) close()
    parts.push(bytes)
    size += bytes.length
    points += one.points
  }
  close()
  return requests
}

function writeSeries(writer: ProtobufWriter, { labels, samples, exemplars, histograms }: RemoteSeries): void {
  const mark = writer.begin(0x0a, 2)
  writeLabels(writer, labels)
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
