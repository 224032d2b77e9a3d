/** Counts the data points of an OTLP metrics request (`metrics/v1`), which is all this collector does with one. */
import { listOf, objectOf, type JsonObject } from './json-fields.ts'
import { ProtobufReader } from './reader.ts'

/** Tags on the way down: ResourceMetrics → ScopeMetrics → Metric. */
const nesting = [0x0a, 0x12, 0x12] as const
/** gauge, sum, histogram, exponential_histogram, summary; each holds its points in field 1. */
const dataTags = [0x2a, 0x3a, 0x4a, 0x52, 0x5a]
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
