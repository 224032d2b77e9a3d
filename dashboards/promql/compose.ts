/** Composes PromQL from declared names: a metric or label that is renamed in the catalogue does not compile. */
import type { CounterSample, GaugeSample, HistogramName, LabelOf } from './samples.ts'

/** Operator and quoted value, such as `=~"a|b"`. */
type Match = `${'=' | '!=' | '=~' | '!~'}"${string}"`

export type Matchers<S extends CounterSample | GaugeSample> = { readonly [L in LabelOf<S>]?: Match }

export const is = (value: string): Match => `="${value}"`
export const not = (value: string): Match => `!="${value}"`
export const like = (pattern: string): Match => `=~"${pattern}"`
export const unlike = (pattern: string): Match => `!~"${pattern}"`

/** Matches what the reader chose; several values and "All" are regular expressions. */
export const chosen = (variable: string): Match => `=~"$${variable}"`

/** Grafana's shortest safe range: at least four scrapes. */
const rateInterval = '$__rate_interval'

/** Selects a gauge. */
export function gauge<S extends GaugeSample>(name: S, matchers: Matchers<S> = {}): string {
  return selector(name, matchers)
}

/** Selects the series of a counter for the values of a variable; a panel asks for its growth. */
export function labelsOf<S extends CounterSample>(name: S, matchers: Matchers<S> = {}): string {
  return selector(name, matchers)
}

/** Asks for a counter's growth per second. */
export function rate<S extends CounterSample>(name: S, matchers: Matchers<S> = {}): string {
  return `rate(${selector(name, matchers)}[${rateInterval}])`
}

/**
 * Asks how much a counter grew.
 *
 * @param over a duration, or a variable of Grafana; by default the shortest safe one
 */
export function increase<S extends CounterSample>(
  name: S,
  matchers: Matchers<S> = {},
  over: '$__range' | '$__rate_interval' | '1h' | '1d' = rateInterval,
): string {
  return `increase(${selector(name, matchers)}[${over}])`
}

/** Adds up what was recorded in a stated time; each record is a count of its own interval. */
export function summedOver<S extends GaugeSample>(name: S, matchers: Matchers<S>, over: '1h' | '1d'): string {
  return `sum_over_time(${selector(name, matchers)}[${over}])`
}

/** Adds up, keeping the labels of `by`. */
export function sumBy(by: readonly string[], expr: string): string {
  return by.length === 0 ? `sum(${expr})` : `sum by (${by.join(', ')}) (${expr})`
}

/** Estimates a quantile (0–1) of a histogram over the shortest safe range, keeping the labels of `by`. */
export function quantile<H extends HistogramName>(
  q: number,
  histogram: H,
  { by = [], matchers = {} }: { by?: readonly string[]; matchers?: Matchers<`${H}_bucket`> } = {},
): string {
  const bucket: `${H}_bucket` = `${histogram}_bucket`
  return `histogram_quantile(${q}, ${sumBy(['le', ...by], `rate(${selector(bucket, matchers)}[${rateInterval}])`)})`
}

/**
 * Divides, and says 0 where nothing happened: a part of nothing is neither an error nor a gap in the chart.
 *
 * @param total keeps the same labels as `part`
 */
export function ratio(part: string, total: string): string {
  return `(${part} or 0 * ${total}) / (${total} > 0) or 0 * ${total}`
}

/** Shows 0 for every series of `base` that the expression does not have yet; `base` keeps the same labels. */
export function orZero(expr: string, base: string): string {
  return `${expr} or 0 * ${base}`
}

/** Shows 0 for every value of a label that the expression, summed by that label alone, does not have yet. */
export function orZeroFor(expr: string, label: string, values: readonly string[]): string {
  const zeros = values.map((value) => `label_replace(vector(0), "${label}", "${value}", "", "")`)
  return [expr, ...zeros].join(' or ')
}

/** Keeps of a label only what the first group of `pattern` matches: a path on one machine is no name. */
export function shortened(expr: string, label: string, pattern: string): string {
  return `label_replace(${expr}, "${label}", "$1", "${label}", "${pattern}")`
}

function selector(name: string, matchers: Readonly<Record<string, Match | undefined>>): string {
  const pairs = Object.entries(matchers).flatMap(([label, match]) =>
    match === undefined ? [] : [label + match],
  )
  return pairs.length === 0 ? name : `${name}{${pairs.join(', ')}}`
}
