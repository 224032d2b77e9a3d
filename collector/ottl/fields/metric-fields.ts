/** Paths of metrics and their data points. */
import type { Metric, MetricPoint } from '../../process/metric-model.ts'
import type { DoubleValue } from '../../process/model.ts'
import { isDouble, isWhole } from '../../process/value.ts'
import { failed, nanosFrom, signed, type OttlValue } from '../ottl-value.ts'
import { attributes, count, nanos, readOnly, text, time, type Field, type Fields } from './field.ts'

/** Numbers of `MetricDataType` by the kinds of the model. */
const kinds = ['none', 'gauge', 'sum', 'histogram', 'exponential_histogram', 'summary'] as const

export const metricFields: Fields<Metric> = {
  name: text(
    (metric) => metric.name,
    (metric, value) => void (metric.name = value),
  ),
  description: text(
    (metric) => metric.description,
    (metric, value) => void (metric.description = value),
  ),
  unit: text(
    (metric) => metric.unit,
    (metric, value) => void (metric.unit = value),
  ),
  type: readOnly('type', ({ data }) => kinds.indexOf(data?.kind ?? 'none')),
  metadata: attributes((metric) => metric.metadata),
  aggregation_temporality: {
    get: ({ data }) => (data !== undefined && 'temporality' in data ? data.temporality : undefined),
    set: ({ data }, value) => {
      // As the reference engine: what has none keeps none.
      if (data !== undefined && 'temporality' in data) data.temporality = Number(nanosFrom(value))
    },
  },
  is_monotonic: {
    get: ({ data }) => (data?.kind === 'sum' ? data.isMonotonic : undefined),
    set: ({ data }, value) => {
      if (typeof value !== 'boolean') throw failed(value, 'bool')
      if (data?.kind === 'sum') data.isMonotonic = value
    },
  },
}

export const pointFields: Fields<MetricPoint> = {
  attributes: attributes((point) => point.attributes),
  start_time_unix_nano: nanos(
    (point) => point.start,
    (point, value) => void (point.start = value),
  ),
  time_unix_nano: nanos(
    (point) => point.time,
    (point, value) => void (point.time = value),
  ),
  start_time: time(
    (point) => point.start,
    (point, value) => void (point.start = value),
  ),
  time: time(
    (point) => point.time,
    (point, value) => void (point.time = value),
  ),
  flags: count(
    (point) => point.flags,
    (point, value) => void (point.flags = value),
  ),
  value_double: value(isDouble, 'float', { double: 0 }),
  value_int: value(isWhole, 'int', 0),
  count: {
    get: (point) => ('count' in point ? signed(point.count) : undefined),
    set: (point, given) => {
      if ('count' in point) point.count = nanosFrom(given)
    },
  },
  sum: {
    get: (point) => ('sum' in point && point.sum !== undefined ? { double: point.sum } : undefined),
    set: (point, given) => {
      if (!isDouble(given)) throw failed(given, 'float')
      if ('sum' in point) point.sum = given.double
    },
  },
  scale: readOnly('scale', (point) => ('scale' in point ? point.scale : undefined)),
  zero_count: readOnly('zero_count', (point) => ('zeroCount' in point ? signed(point.zeroCount) : undefined)),
}

/** The value of a number point; as the reference engine, zero where it is of the other type. */
function value<V extends number | bigint | DoubleValue>(
  isType: (value: OttlValue) => value is V,
  name: string,
  zero: V,
): Field<MetricPoint> {
  return {
    get: (point) => {
      if (!('value' in point)) return undefined
      return isType(point.value) ? point.value : zero
    },
    set: (point, given) => {
      if (!isType(given)) throw failed(given, name)
      if ('value' in point) point.value = given
    },
  }
}
