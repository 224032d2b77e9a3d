/** Writes metrics in OTLP's JSON mapping: hex ids, enums as numbers, 64-bit numbers as text. */
import type {
  ExponentialBuckets,
  ExponentialPoint,
  HistogramPoint,
  Metric,
  MetricData,
  MetricExemplar,
  MetricPoint,
  NumberPoint,
  PointValue,
  SummaryPoint,
} from '../process/metric-model.ts'
import type { Batch } from '../process/model.ts'
import {
  attributeJson,
  doubleJson,
  holderJson,
  listJson,
  scopeJson,
  textJson,
  wholeJson,
  type JsonFields,
} from './json-parts-out.ts'

/** Builds an ExportMetricsServiceRequest for `JSON.stringify`; a field at its default is left out. */
export function metricsJson(batch: Batch<Metric>): JsonFields {
  return {
    resourceMetrics: batch.map(({ resource, schemaUrl, scopes }) => ({
      resource: holderJson(resource),
      scopeMetrics: scopes.map(({ scope, schemaUrl: ofScope, items }) => ({
        scope: scopeJson(scope),
        metrics: items.map(metricJson),
        ...textJson('schemaUrl', ofScope),
      })),
      ...textJson('schemaUrl', schemaUrl),
    })),
  }
}

const dataKeys: Readonly<Record<MetricData['kind'], string>> = {
  gauge: 'gauge',
  sum: 'sum',
  histogram: 'histogram',
  exponential_histogram: 'exponentialHistogram',
  summary: 'summary',
}

export function metricJson({ name, description, unit, metadata, data }: Metric): JsonFields {
  return {
    name,
    ...textJson('description', description),
    ...textJson('unit', unit),
    ...(data === undefined ? {} : { [dataKeys[data.kind]]: dataJson(data) }),
    ...listJson('metadata', metadata.map(attributeJson)),
  }
}

function dataJson(data: MetricData): JsonFields {
  return {
    dataPoints: pointsJson(data),
    ...('temporality' in data ? { aggregationTemporality: data.temporality } : {}),
    ...(data.kind === 'sum' ? { isMonotonic: data.isMonotonic } : {}),
  }
}

function pointsJson(data: MetricData): readonly JsonFields[] {
  switch (data.kind) {
    case 'gauge':
    case 'sum':
      return data.points.map(numberPointJson)
    case 'histogram':
      return data.points.map(histogramPointJson)
    case 'exponential_histogram':
      return data.points.map(exponentialPointJson)
    case 'summary':
      return data.points.map(summaryPointJson)
  }
}

function frameJson({ attributes, start, time, flags }: MetricPoint): JsonFields {
  return {
    ...listJson('attributes', attributes.map(attributeJson)),
    ...wholeJson('startTimeUnixNano', start),
    timeUnixNano: String(time),
    ...(flags === 0 ? {} : { flags }),
  }
}

function numberPointJson(point: NumberPoint): JsonFields {
  return { ...frameJson(point), ...pointValueJson(point.value), ...exemplarsJson(point.exemplars) }
}

function histogramPointJson(point: HistogramPoint): JsonFields {
  return {
    ...frameJson(point),
    ...totalsJson(point),
    ...listJson('bucketCounts', point.bucketCounts.map(String)),
    ...listJson('explicitBounds', point.bounds.map(doubleJson)),
    ...exemplarsJson(point.exemplars),
  }
}

function exponentialPointJson(point: ExponentialPoint): JsonFields {
  return {
    ...frameJson(point),
    ...totalsJson(point),
    scale: point.scale,
    ...wholeJson('zeroCount', point.zeroCount),
    ...(point.zeroThreshold === 0 ? {} : { zeroThreshold: doubleJson(point.zeroThreshold) }),
    positive: bucketsJson(point.positive),
    negative: bucketsJson(point.negative),
    ...exemplarsJson(point.exemplars),
  }
}

function summaryPointJson(point: SummaryPoint): JsonFields {
  return {
    ...frameJson(point),
    count: String(point.count),
    sum: doubleJson(point.sum),
    quantileValues: point.quantiles.map(({ quantile, value }) => ({
      quantile: doubleJson(quantile),
      value: doubleJson(value),
    })),
  }
}

function totalsJson({ count, sum, min, max }: HistogramPoint | ExponentialPoint): JsonFields {
  return {
    count: String(count),
    ...(sum === undefined ? {} : { sum: doubleJson(sum) }),
    ...(min === undefined ? {} : { min: doubleJson(min) }),
    ...(max === undefined ? {} : { max: doubleJson(max) }),
  }
}

function bucketsJson({ offset, counts }: ExponentialBuckets): JsonFields {
  return { ...(offset === 0 ? {} : { offset }), ...listJson('bucketCounts', counts.map(String)) }
}

function exemplarsJson(exemplars: readonly MetricExemplar[]): JsonFields {
  const written = exemplars.map(({ attributes, time, value, spanId, traceId }) => ({
    ...listJson('filteredAttributes', attributes.map(attributeJson)),
    timeUnixNano: String(time),
    ...pointValueJson(value),
    ...textJson('spanId', spanId),
    ...textJson('traceId', traceId),
  }))
  return listJson('exemplars', written)
}

function pointValueJson(value: PointValue): JsonFields {
  if (value === undefined) return {}
  return typeof value === 'object' ? { asDouble: doubleJson(value.double) } : { asInt: String(value) }
}
