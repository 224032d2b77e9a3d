/** Names of numbers that statements may use, by the contexts that know them. */
import { severityNumbers, spanKindNumbers, statusCodeNumbers } from '../wire/names.ts'
import type { ContextName } from './item.ts'

const spanEnums = { ...spanKindNumbers, ...statusCodeNumbers }
const metricEnums = {
  METRIC_DATA_TYPE_NONE: 0,
  METRIC_DATA_TYPE_GAUGE: 1,
  METRIC_DATA_TYPE_SUM: 2,
  METRIC_DATA_TYPE_HISTOGRAM: 3,
  METRIC_DATA_TYPE_EXPONENTIAL_HISTOGRAM: 4,
  METRIC_DATA_TYPE_SUMMARY: 5,
  AGGREGATION_TEMPORALITY_UNSPECIFIED: 0,
  AGGREGATION_TEMPORALITY_DELTA: 1,
  AGGREGATION_TEMPORALITY_CUMULATIVE: 2,
}

/** By context, then by name. */
export const enumsOf: Readonly<Record<ContextName, Readonly<Record<string, number>>>> = {
  resource: {},
  scope: {},
  span: spanEnums,
  spanevent: spanEnums,
  log: severityNumbers,
  metric: metricEnums,
  datapoint: { ...metricEnums, FLAG_NONE: 0, FLAG_NO_RECORDED_VALUE: 1 },
}
