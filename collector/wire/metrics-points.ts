/** Data points and exemplars of OTLP (`metrics/v1`) between bytes and the model. */
import {
  emptyExemplar,
  emptyExponentialPoint,
  emptyHistogramPoint,
  emptyNumberPoint,
  emptySummaryPoint,
  type ExponentialBuckets,
  type ExponentialPoint,
  type HistogramPoint,
  type MetricExemplar,
  type NumberPoint,
  type Quantile,
  type SummaryPoint,
} from '../process/metric-model.ts'
import { readAttribute } from './attributes.ts'
import type { ProtobufReader } from './reader.ts'

export function readNumberPoint(reader: ProtobufReader): NumberPoint {
  const outer = reader.enter()
  const point = emptyNumberPoint()
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x3a) readAttribute(reader, point.attributes)
    else if (tag === 0x11) point.start = reader.fixed64()
    else if (tag === 0x19) point.time = reader.fixed64()
    else if (tag === 0x21) point.value = { double: reader.double() }
    else if (tag === 0x31) point.value = reader.sfixed64()
    else if (tag === 0x2a) point.exemplars.push(readExemplar(reader))
    else if (tag === 0x40) point.flags = reader.uint32()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return point
}

export function readHistogramPoint(reader: ProtobufReader): HistogramPoint {
  const outer = reader.enter()
  const point = emptyHistogramPoint()
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x4a) readAttribute(reader, point.attributes)
    else readHistogramField(reader, tag, point)
  }
  reader.leave(outer)
  return point
}

function readHistogramField(reader: ProtobufReader, tag: number, point: HistogramPoint): void {
  switch (tag) {
    case 0x11:
      point.start = reader.fixed64()
      return
    case 0x19:
      point.time = reader.fixed64()
      return
    case 0x21:
      point.count = reader.fixed64()
      return
    case 0x29:
      point.sum = reader.double()
      return
    case 0x32:
      reader.packed(point.bucketCounts, () => reader.fixed64())
      return
    case 0x31:
      reader.element(point.bucketCounts, () => reader.fixed64())
      return
    case 0x3a:
      reader.packed(point.bounds, () => reader.double())
      return
    case 0x39:
      reader.element(point.bounds, () => reader.double())
      return
    case 0x42:
      point.exemplars.push(readExemplar(reader))
      return
    case 0x50:
      point.flags = reader.uint32()
      return
    case 0x59:
      point.min = reader.double()
      return
    case 0x61:
      point.max = reader.double()
      return
    default:
      reader.skip(tag)
  }
}

export function readExponentialPoint(reader: ProtobufReader): ExponentialPoint {
  const outer = reader.enter()
  const point = emptyExponentialPoint()
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) readAttribute(reader, point.attributes)
    else if (tag === 0x11) point.start = reader.fixed64()
    else if (tag === 0x19) point.time = reader.fixed64()
    else readExponentialField(reader, tag, point)
  }
  reader.leave(outer)
  return point
}

function readExponentialField(reader: ProtobufReader, tag: number, point: ExponentialPoint): void {
  switch (tag) {
    case 0x21:
      point.count = reader.fixed64()
      return
    case 0x29:
      point.sum = reader.double()
      return
    case 0x30:
      point.scale = reader.sint32()
      return
    case 0x39:
      point.zeroCount = reader.fixed64()
      return
    case 0x42:
      point.positive = readBuckets(reader)
      return
    case 0x4a:
      point.negative = readBuckets(reader)
      return
    case 0x50:
      point.flags = reader.uint32()
      return
    case 0x5a:
      point.exemplars.push(readExemplar(reader))
      return
    case 0x61:
      point.min = reader.double()
      return
    case 0x69:
      point.max = reader.double()
      return
    case 0x71:
      point.zeroThreshold = reader.double()
      return
    default:
      reader.skip(tag)
  }
}

function readBuckets(reader: ProtobufReader): ExponentialBuckets {
  const outer = reader.enter()
  const buckets: ExponentialBuckets = { offset: 0, counts: [] }
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x08) buckets.offset = reader.sint32()
    else if (tag === 0x12) reader.packed(buckets.counts, () => reader.uint64())
    else if (tag === 0x10) reader.element(buckets.counts, () => reader.uint64())
    else reader.skip(tag)
  }
  reader.leave(outer)
  return buckets
}

export function readSummaryPoint(reader: ProtobufReader): SummaryPoint {
  const outer = reader.enter()
  const point = emptySummaryPoint()
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x3a) readAttribute(reader, point.attributes)
    else if (tag === 0x11) point.start = reader.fixed64()
    else if (tag === 0x19) point.time = reader.fixed64()
    else if (tag === 0x21) point.count = reader.fixed64()
    else if (tag === 0x29) point.sum = reader.double()
    else if (tag === 0x32) point.quantiles.push(readQuantile(reader))
    else if (tag === 0x40) point.flags = reader.uint32()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return point
}

function readQuantile(reader: ProtobufReader): Quantile {
  const outer = reader.enter()
  const found: Quantile = { quantile: 0, value: 0 }
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x09) found.quantile = reader.double()
    else if (tag === 0x11) found.value = reader.double()
    else reader.skip(tag)
  }
  reader.leave(outer)
  return found
}

function readExemplar(reader: ProtobufReader): MetricExemplar {
  const outer = reader.enter()
  const exemplar = emptyExemplar()
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x3a) readAttribute(reader, exemplar.attributes)
    else if (tag === 0x11) exemplar.time = reader.fixed64()
    else if (tag === 0x19) exemplar.value = { double: reader.double() }
    else if (tag === 0x31) exemplar.value = reader.sfixed64()
    else if (tag === 0x22) exemplar.spanId = reader.id(8)
    else if (tag === 0x2a) exemplar.traceId = reader.id(16)
    else reader.skip(tag)
  }
  reader.leave(outer)
  return exemplar
}
