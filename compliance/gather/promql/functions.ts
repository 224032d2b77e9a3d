/**
 * What the functions of PromQL take and give (Prometheus 3, promql/parser/functions.go): `v` series now, `m` series over
 * a time, `s` a number, `t` a text; behind `?` what may be left out, `*` repeats the last.
 */

const table: readonly (readonly [signature: string, names: string])[] = [
  [
    'm v',
    'avg_over_time changes count_over_time delta deriv idelta increase irate last_over_time first_over_time mad_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time absent_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time',
  ],
  [
    'v v',
    'abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count histogram_stddev histogram_stdvar histogram_sum ln log10 log2 rad sgn sin sinh sort sort_desc sqrt tan tanh timestamp',
  ],
  ['?v v', 'day_of_month day_of_week day_of_year days_in_month hour minute month year'],
  ['vss v', 'clamp'],
  ['vs v', 'clamp_max clamp_min'],
  ['v?s v', 'round'],
  ['ssv v', 'histogram_fraction'],
  ['sv v', 'histogram_quantile'],
  ['mss v', 'holt_winters double_exponential_smoothing'],
  ['sm v', 'quantile_over_time'],
  ['ms v', 'predict_linear'],
  ['v?v v', 'info'],
  ['vtt?t* v', 'label_join'],
  ['vtttt v', 'label_replace'],
  ['vt?t* v', 'sort_by_label sort_by_label_desc'],
  [' s', 'pi time'],
  ['v s', 'scalar'],
  ['s v', 'vector'],
]

export type ValueType = 'v' | 'm' | 's' | 't'

interface Signature {
  readonly takes: readonly ValueType[]
  /** How many of them must be there. */
  readonly required: number
  /** The last may come again. */
  readonly isOpen: boolean
  readonly gives: ValueType
}

export const signatures: ReadonlyMap<string, Signature> = new Map(
  table.flatMap(([signature, names]) => {
    const [takes = '', gives = 'v'] = signature.split(' ')
    const optional = takes.indexOf('?')
    // The tables hold these letters.
    const types = takes.replace(/[?*]/g, '').split('') as ValueType[]
    const parsed: Signature = {
      takes: types,
      required: optional === -1 ? types.length : optional,
      isOpen: takes.endsWith('*'),
      gives: gives as ValueType,
    }
    return names.split(' ').map((name) => [name, parsed] as const)
  }),
)

/** Aggregations that take a number, or a text, before the series. */
export const parametersOfAggregations: Readonly<Record<string, ValueType>> = {
  topk: 's',
  bottomk: 's',
  quantile: 's',
  limitk: 's',
  limit_ratio: 's',
  count_values: 't',
}
