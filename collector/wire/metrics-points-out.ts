/** Writes data points and exemplars of OTLP (`metrics/v1`) from the model. */
import type {
  ExponentialBuckets,
  ExponentialPoint,
  HistogramPoint,
  MetricExemplar,
  NumberPoint,
  PointValue,
  SummaryPoint,
} from '../process/metric-model.ts'
import { writeAttributes } from './attributes.ts'
import type { ProtobufWriter } from './writer.ts'

export function writeNumberPoint(writer: ProtobufWriter, point: NumberPoint): void {
  const mark = writer.begin(0x0a)
  writer.fixed64(0x11, point.start)
  writer.fixed64(0x19, point.time)
  writePointValue(writer, point.value, { double: 0x21, whole: 0x31 })
  for (const exemplar of point.exemplars) writeExemplar(writer, 0x2a, exemplar)
  writeAttributes(writer, 0x3a, point.attributes)
  writer.uint32(0x40, point.flags)
  writer.end(mark)
}

export function writeHistogramPoint(writer: ProtobufWriter, point: HistogramPoint): void {
  const mark = writer.begin(0x0a, 2)
  writer.fixed64(0x11, point.start)
  writer.fixed64(0x19, point.time)
  writer.fixed64(0x21, point.count)
  writeOptional(writer, 0x29, point.sum)
  writer.packedFixed64(0x32, point.bucketCounts)
  writer.packedDoubles(0x3a, point.bounds)
  for (const exemplar of point.exemplars) writeExemplar(writer, 0x42, exemplar)
  writeAttributes(writer, 0x4a, point.attributes)
  writer.uint32(0x50, point.flags)
  writeOptional(writer, 0x59, point.min)
  writeOptional(writer, 0x61, point.max)
  writer.end(mark)
}

export function writeExponentialPoint(writer: ProtobufWriter, point: ExponentialPoint): void {
  const mark = writer.begin(0x0a, 2)
  writeAttributes(writer, 0x0a, point.attributes)
  writer.fixed64(0x11, point.start)
  writer.fixed64(0x19, point.time)
  writer.fixed64(0x21, point.count)
  writeOptional(writer, 0x29, point.sum)
  writer.sint32(0x30, point.scale)
  writer.fixed64(0x39, point.zeroCount)
  writeBuckets(writer, 0x42, point.positive)
  writeBuckets(writer, 0x4a, point.negative)
  writer.uint32(0x50, point.flags)
  for (const exemplar of point.exemplars) writeExemplar(writer, 0x5a, exemplar)
  writeOptional(writer, 0x61, point.min)
  writeOptional(writer, 0x69, point.max)
  writeDouble(writer, 0x71, point.zeroThreshold)
  writer.end(mark)
}

/** Empty buckets are absent: protobuf reads both the same. */
function writeBuckets(writer: ProtobufWriter, tag: number, { offset, counts }: ExponentialBuckets): void {
  if (offset === 0 && counts.length === 0) return
  const mark = writer.begin(tag)
  writer.sint32(0x08, offset)
  writer.packedVarints(0x12, counts)
  writer.end(mark)
}

export function writeSummaryPoint(writer: ProtobufWriter, point: SummaryPoint): void {
  const mark = writer.begin(0x0a)
  writer.fixed64(0x11, point.start)
  writer.fixed64(0x19, point.time)
  writer.fixed64(0x21, point.count)
  writeDouble(writer, 0x29, point.sum)
  for (const { quantile, value } of point.quantiles) {
    const inner = writer.begin(0x32)
    writeDouble(writer, 0x09, quantile)
    writeDouble(writer, 0x11, value)
    writer.end(inner)
  }
  writeAttributes(writer, 0x3a, point.attributes)
  writer.uint32(0x40, point.flags)
  writer.end(mark)
}

function writeExemplar(writer: ProtobufWriter, tag: number, exemplar: MetricExemplar): void {
  const mark = writer.begin(tag)
  writer.fixed64(0x11, exemplar.time)
  writePointValue(writer, exemplar.value, { double: 0x19, whole: 0x31 })
  writer.id(0x22, exemplar.spanId)
  writer.id(0x2a, exemplar.traceId)
  writeAttributes(writer, 0x3a, exemplar.attributes)
  writer.end(mark)
}

function writePointValue(
  writer: ProtobufWriter,
  value: PointValue,
  tags: { readonly double: number; readonly whole: number },
): void {
  if (value === undefined) return
  if (typeof value === 'object') writer.double(tags.double, value.double)
  else writer.sfixed64(tags.whole, value)
}

function writeOptional(writer: ProtobufWriter, tag: number, value: number | undefined): void {
  if (value !== undefined) writer.double(tag, value)
}

/** Writes a double that is absent when 0; negative zero is not 0. */
function writeDouble(writer: ProtobufWriter, tag: number, value: number): void {
  if (!Object.is(value, 0)) writer.double(tag, value)
}
