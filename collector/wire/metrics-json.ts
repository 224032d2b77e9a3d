/** Decodes OTLP/JSON metrics requests into the model. */
import { CollectorError } from '../errors.ts'
import type {
  ExponentialBuckets,
  ExponentialPoint,
  HistogramPoint,
  Metric,
  MetricData,
  MetricExemplar,
  NumberPoint,
  PointValue,
  SummaryPoint,
} from '../process/metric-model.ts'
import type { Batch } from '../process/model.ts'
import { batchOf } from './json.ts'
import {
  attributesOf,
  booleanOf,
  countOf,
  doubleOf,
  enumOf,
  has,
  idOf,
  listOf,
  nanosOf,
  objectOf,
  textOf,
  wholeOf,
  wrong,
  type JsonObject,
} from './json-fields.ts'
import { temporalityNumbers } from './names.ts'
import { maxParts } from './reader.ts'

/**
 * Reads the value of an ExportMetricsServiceRequest in JSON.
 *
 * @throws CollectorError OTLP_MALFORMED, OTLP_TOO_DEEP, OTLP_TOO_MANY
 */
export function metricsFromJson(request: unknown): Batch<Metric> {
  const points = new PointReader()
  const metricOf = (object: JsonObject): Metric => ({
    name: textOf(object['name'], 'name'),
    description: textOf(object['description'], 'description'),
    unit: textOf(object['unit'], 'unit'),
    metadata: attributesOf(object['metadata']),
    data: dataOf(object, points),
  })
  return batchOf(objectOf(request, 'request')['resourceMetrics'], ['scopeMetrics', 'metrics'], metricOf)
}

function dataOf(metric: JsonObject, reader: PointReader): MetricData | undefined {
  const dataUnder = (key: string) => (has(metric, key) ? objectOf(metric[key], key) : undefined)
  const gauge = dataUnder('gauge')
  if (gauge !== undefined) return { kind: 'gauge', points: pointsUnder(gauge, reader.number) }
  const sum = dataUnder('sum')
  if (sum !== undefined) {
    const isMonotonic = has(sum, 'isMonotonic') && booleanOf(sum['isMonotonic'], 'isMonotonic')
    return {
      kind: 'sum',
      points: pointsUnder(sum, reader.number),
      temporality: temporalityOf(sum),
      isMonotonic,
    }
  }
  const histogram = dataUnder('histogram')
  if (histogram !== undefined) {
    const points = pointsUnder(histogram, reader.histogram)
    return { kind: 'histogram', points, temporality: temporalityOf(histogram) }
  }
  const exponential = dataUnder('exponentialHistogram')
  if (exponential !== undefined) {
    const points = pointsUnder(exponential, reader.exponential)
    return { kind: 'exponential_histogram', points, temporality: temporalityOf(exponential) }
  }
  const summary = dataUnder('summary')
  return summary && { kind: 'summary', points: pointsUnder(summary, reader.summary) }
}

function pointsUnder<T>(data: JsonObject, pointOf: (object: JsonObject) => T): T[] {
  return listOf(data['dataPoints'], 'dataPoints').map((entry) => pointOf(objectOf(entry, 'dataPoints')))
}

function temporalityOf(data: JsonObject): number {
  return enumOf(data['aggregationTemporality'], 'aggregationTemporality', temporalityNumbers)
}

/** Reads the points of one request; bare numbers cost no braces, so that they are counted here. */
class PointReader {
  #numbers = 0

  readonly number = (object: JsonObject): NumberPoint => ({
    ...frameOf(object),
    value: pointValueOf(object),
    exemplars: exemplarsOf(object),
  })

  readonly histogram = (object: JsonObject): HistogramPoint => ({
    ...frameOf(object),
    ...totalsOf(object),
    bucketCounts: this.#list(object, 'bucketCounts', nanosOf),
    bounds: this.#list(object, 'explicitBounds', doubleOf),
    exemplars: exemplarsOf(object),
  })

  readonly exponential = (object: JsonObject): ExponentialPoint => ({
    ...frameOf(object),
    ...totalsOf(object),
    scale: signedOf(object['scale'], 'scale'),
    zeroCount: nanosOf(object['zeroCount'], 'zeroCount'),
    zeroThreshold: optionalOf(object, 'zeroThreshold') ?? 0,
    positive: this.#buckets(object, 'positive'),
    negative: this.#buckets(object, 'negative'),
    exemplars: exemplarsOf(object),
  })

  readonly summary = (object: JsonObject): SummaryPoint => ({
    ...frameOf(object),
    count: nanosOf(object['count'], 'count'),
    sum: optionalOf(object, 'sum') ?? 0,
    quantiles: listOf(object['quantileValues'], 'quantileValues').map((entry) => {
      const found = objectOf(entry, 'quantileValues')
      return { quantile: optionalOf(found, 'quantile') ?? 0, value: optionalOf(found, 'value') ?? 0 }
    }),
  })

  #buckets(object: JsonObject, key: string): ExponentialBuckets {
    const buckets = objectOf(object[key], key)
    return {
      offset: signedOf(buckets['offset'], 'offset'),
      counts: this.#list(buckets, 'bucketCounts', nanosOf),
    }
  }

  #list<T>(object: JsonObject, key: string, elementOf: (value: unknown, name: string) => T): T[] {
    const list = listOf(object[key], key)
    this.#numbers += list.length
    if (this.#numbers > maxParts) {
      throw new CollectorError('OTLP_TOO_MANY', `found more than ${maxParts} numbers`)
    }
    return list.map((element) => elementOf(element, key))
  }
}

function frameOf(object: JsonObject) {
  return {
    attributes: attributesOf(object['attributes']),
    start: nanosOf(object['startTimeUnixNano'], 'startTimeUnixNano'),
    time: nanosOf(object['timeUnixNano'], 'timeUnixNano'),
    flags: countOf(object['flags'], 'flags'),
  }
}

function totalsOf(object: JsonObject) {
  return {
    count: nanosOf(object['count'], 'count'),
    sum: optionalOf(object, 'sum'),
    min: optionalOf(object, 'min'),
    max: optionalOf(object, 'max'),
  }
}

function exemplarsOf(point: JsonObject): MetricExemplar[] {
  return listOf(point['exemplars'], 'exemplars').map((entry) => {
    const object = objectOf(entry, 'exemplars')
    return {
      attributes: attributesOf(object['filteredAttributes']),
      time: nanosOf(object['timeUnixNano'], 'timeUnixNano'),
      value: pointValueOf(object),
      spanId: idOf(object['spanId'], 8, 'spanId'),
      traceId: idOf(object['traceId'], 16, 'traceId'),
    }
  })
}

function pointValueOf(object: JsonObject): PointValue {
  if (has(object, 'asDouble')) return { double: doubleOf(object['asDouble'], 'asDouble') }
  return has(object, 'asInt') ? wholeOf(object['asInt'], 'asInt') : undefined
}

function optionalOf(object: JsonObject, key: string): number | undefined {
  return has(object, key) ? doubleOf(object[key], key) : undefined
}

/** Reads a signed whole number of 32 bits. */
function signedOf(value: unknown, name: string): number {
  if (value === undefined || value === null) return 0
  const number = typeof value === 'string' && /^-?\d{1,10}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || (number | 0) !== number) throw wrong(name, 'a whole number of 32 bits')
  return number
}
