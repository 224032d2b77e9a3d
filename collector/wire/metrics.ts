/** Metrics of OTLP (`metrics/v1`) between bytes and the model, and the number of their data points without it. */
import { emptyMetric, type Metric, type MetricData } from '../process/metric-model.ts'
import type { Batch } from '../process/model.ts'
import { readAttribute, writeAttributes } from './attributes.ts'
import { readBatch, writeBatch } from './envelope.ts'
import { listOf, objectOf, type JsonObject } from './json-fields.ts'
import {
  readExponentialPoint,
  readHistogramPoint,
  readNumberPoint,
  readSummaryPoint,
} from './metrics-points.ts'
import {
  writeExponentialPoint,
  writeHistogramPoint,
  writeNumberPoint,
  writeSummaryPoint,
} from './metrics-points-out.ts'
import { ProtobufReader } from './reader.ts'
import type { ProtobufWriter } from './writer.ts'

/**
 * Decodes an ExportMetricsServiceRequest.
 *
 * @param bytes attacker-controlled
 * @param mostParts as of `ProtobufReader`
 * @throws CollectorError OTLP_MALFORMED, OTLP_TOO_DEEP, OTLP_TOO_MANY
 */
export function decodeMetrics(bytes: Uint8Array, mostParts?: number): Batch<Metric> {
  return readBatch(new ProtobufReader(bytes, mostParts), readMetric)
}

/** Encodes metrics as an ExportMetricsServiceRequest. */
export function encodeMetrics(writer: ProtobufWriter, batch: Batch<Metric>): Buffer {
  return writeBatch(writer, batch, writeMetric)
}

function readMetric(reader: ProtobufReader): Metric {
  const outer = reader.enter()
  const metric = emptyMetric()
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) metric.name = reader.string()
    else if (tag === 0x12) metric.description = reader.string()
    else if (tag === 0x1a) metric.unit = reader.string()
    else if (tag === 0x62) readAttribute(reader, metric.metadata)
    else if (dataTags.includes(tag)) metric.data = readData(reader, tag)
    else reader.skip(tag)
  }
  reader.leave(outer)
  return metric
}

/** Reads one member of the oneof; where several come, the last one counts. */
function readData(reader: ProtobufReader, tag: number): MetricData {
  const data = emptyData(tag)
  const outer = reader.enter()
  for (let field = reader.tag(); field !== 0; field = reader.tag()) {
    if (field === 0x0a) readPoint(reader, data)
    else if (field === 0x10 && 'temporality' in data) data.temporality = reader.uint32()
    else if (field === 0x18 && data.kind === 'sum') data.isMonotonic = reader.bool()
    else reader.skip(field)
  }
  reader.leave(outer)
  return data
}

function emptyData(tag: number): MetricData {
  if (tag === 0x2a) return { kind: 'gauge', points: [] }
  if (tag === 0x3a) return { kind: 'sum', points: [], temporality: 0, isMonotonic: false }
  if (tag === 0x4a) return { kind: 'histogram', points: [], temporality: 0 }
  if (tag === 0x52) return { kind: 'exponential_histogram', points: [], temporality: 0 }
  return { kind: 'summary', points: [] }
}

function readPoint(reader: ProtobufReader, data: MetricData): void {
  switch (data.kind) {
    case 'gauge':
    case 'sum':
      data.points.push(readNumberPoint(reader))
      return
    case 'histogram':
      data.points.push(readHistogramPoint(reader))
      return
    case 'exponential_histogram':
      data.points.push(readExponentialPoint(reader))
      return
    case 'summary':
      data.points.push(readSummaryPoint(reader))
      return
  }
}

function writeMetric(writer: ProtobufWriter, tag: number, metric: Metric): void {
  const mark = writer.begin(tag, 2)
  writer.text(0x0a, metric.name)
  writer.text(0x12, metric.description)
  writer.text(0x1a, metric.unit)
  if (metric.data !== undefined) writeData(writer, metric.data)
  writeAttributes(writer, 0x62, metric.metadata)
  writer.end(mark)
}

function writeData(writer: ProtobufWriter, data: MetricData): void {
  const mark = writer.begin(tagOf[data.kind], 2)
  switch (data.kind) {
    case 'gauge':
    case 'sum':
      for (const point of data.points) writeNumberPoint(writer, point)
      break
    case 'histogram':
      for (const point of data.points) writeHistogramPoint(writer, point)
      break
    case 'exponential_histogram':
      for (const point of data.points) writeExponentialPoint(writer, point)
      break
    case 'summary':
      for (const point of data.points) writeSummaryPoint(writer, point)
      break
  }
  if ('temporality' in data) writer.uint32(0x10, data.temporality)
  if (data.kind === 'sum' && data.isMonotonic) writer.uint32(0x18, 1)
  writer.end(mark)
}

/** Tags on the way down: ResourceMetrics → ScopeMetrics → Metric. */
const nesting = [0x0a, 0x12, 0x12] as const
/** Members of the oneof; each holds its points in field 1. */
const tagOf: Readonly<Record<MetricData['kind'], number>> = {
  gauge: 0x2a,
  sum: 0x3a,
  histogram: 0x4a,
  exponential_histogram: 0x52,
  summary: 0x5a,
}
const dataTags: readonly number[] = Object.values(tagOf)
const dataKeys = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] as const

/**
 * Counts data points in protobuf.
 *
 * @throws CollectorError OTLP_MALFORMED
 */
export function countDataPoints(bytes: Uint8Array): number {
  return countBelow(new ProtobufReader(bytes), 0)
}

function countBelow(reader: ProtobufReader, level: number): number {
  let count = 0
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    const isData = level === nesting.length && dataTags.includes(tag)
    if (tag === nesting[level] || isData) {
      const outer = reader.enter()
      count += isData ? countPoints(reader) : countBelow(reader, level + 1)
      reader.leave(outer)
    } else reader.skip(tag)
  }
  return count
}

function countPoints(reader: ProtobufReader): number {
  let count = 0
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) count++
    reader.skip(tag)
  }
  return count
}

/**
 * Counts data points in JSON.
 *
 * @throws CollectorError OTLP_MALFORMED
 */
export function countDataPointsOfJson(request: unknown): number {
  let count = 0
  for (const resource of listOf(objectOf(request, 'request')['resourceMetrics'], 'resourceMetrics')) {
    for (const scope of listOf(objectOf(resource, 'resourceMetrics')['scopeMetrics'], 'scopeMetrics')) {
      for (const metric of listOf(objectOf(scope, 'scopeMetrics')['metrics'], 'metrics')) {
        count += pointsOf(objectOf(metric, 'metrics'))
      }
    }
  }
  return count
}

function pointsOf(metric: JsonObject): number {
  let count = 0
  for (const key of dataKeys) count += listOf(objectOf(metric[key], key)['dataPoints'], 'dataPoints').length
  return count
}
