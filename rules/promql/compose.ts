/** Composes PromQL from declared names: a metric or label that is renamed in the catalogue does not compile. */
import type { CounterSample, GaugeSample, HistogramName, LabelOf } from './samples.ts'
import type { Window } from './timing.ts'

/** Operator and quoted value, such as `=~"a|b"`. */
type Match = `${'=' | '!=' | '=~' | '!~'}"${string}"`

type Matchers<S extends CounterSample | GaugeSample> = { readonly [L in LabelOf<S>]?: Match }

export const is = (value: string): Match => `="${value}"`
export const not = (value: string): Match => `!="${value}"`
export const oneOf = (...values: readonly string[]): Match => `=~"${values.join('|')}"`
export const noneOf = (...values: readonly string[]): Match => `!~"${values.join('|')}"`

/** Selects a gauge. */
export function gauge<S extends GaugeSample>(name: S, matchers: Matchers<S> = {}): string {
  return selector(name, matchers)
}

/** Selects a counter's present height, which only says that it exists. */
export function height<S extends CounterSample>(name: S, matchers: Matchers<S> = {}): string {
  return selector(name, matchers)
}

/** Selects what a gauge said last within a window, also when its series has gone. */
export function lastOf<S extends GaugeSample>(name: S, over: Window, matchers: Matchers<S> = {}): string {
  return `last_over_time(${selector(name, matchers)}[${over.text}])`
}

/** Selects what a gauge said so long ago. */
export function earlier<S extends GaugeSample>(name: S, ago: Window, matchers: Matchers<S> = {}): string {
  return `${selector(name, matchers)} offset ${ago.text}`
}

interface Over<S extends CounterSample> {
  readonly where?: Matchers<S>
  readonly over: Window
  /** How long ago the window ended. Default now. */
  readonly ago?: Window
}

/** Asks for a counter's growth per second. */
export function rate<S extends CounterSample>(name: S, { where, over, ago }: Over<S>): string {
  return `rate(${selector(name, where ?? {})}[${over.text}]${ago === undefined ? '' : ` offset ${ago.text}`})`
}

/** Estimates how much a counter grew, extrapolated to the whole window: for counters that start at 0. */
export function increase<S extends CounterSample>(name: S, { where, over, ago }: Over<S>): string {
  return `increase(${selector(name, where ?? {})}[${over.text}]${ago === undefined ? '' : ` offset ${ago.text}`})`
}

/**
 * How long after its start a process may be scraped for the first time. Until a window lies behind that scrape
 * nothing else says that the height of its counters is their growth.
 */
const firstScrapeSeconds = 60

/**
 * Counts what a counter grew by, exactly, keeping the labels of `by`.
 *
 * `increase` needs two samples of a series and stretches what it saw: it loses the first event of a series that
 * appears with it, and a third of lone events between two short windows. Here a series that existed gives the
 * difference; one that is new, or was reset, gives its height, if its process was scraped before or is younger
 * than the window and the wait for its first scrape. Else nothing: after a gap in our own scraping its height is the history of days.
 */
export function grown<S extends CounterSample>(
  by: readonly string[],
  name: S,
  { where, over }: Omit<Over<S>, 'ago'>,
): string {
  const series = selector(name, where ?? {})
  const known = `up offset ${over.text} == 1 or time() - process_start_time_seconds < ${over.seconds + firstScrapeSeconds}`
  return sumBy(
    by,
    `${series} - ${series} offset ${over.text} >= 0 or ${series} and on (job, instance) (${known})`,
  )
}

/** Adds up, keeping the labels of `by`. */
export function sumBy(by: readonly string[], expr: string): string {
  return aggregate('sum', by, expr)
}

/** Takes the largest, keeping the labels of `by`. */
export function maxBy(by: readonly string[], expr: string): string {
  return aggregate('max', by, expr)
}

/** Takes the smallest, keeping the labels of `by`. */
export function minBy(by: readonly string[], expr: string): string {
  return aggregate('min', by, expr)
}

/** Calls the value of label `from` also `service`, the word alerts use. */
export function asService(expr: string, from: string): string {
  return `label_replace(${expr}, "service", "$1", "${from}", "(.+)")`
}

/** Divides, and is absent where nothing happened: never NaN, never a division by the quiet of the night. */
export function share(part: string, whole: string): string {
  return `${part} / (${whole} > 0)`
}

/** Estimates a quantile (0–1) of a histogram, keeping the labels of `by`. */
export function quantile<H extends HistogramName>(
  q: number,
  histogram: H,
  { by, where, over }: { by: readonly string[]; where: Matchers<`${H}_bucket`>; over: Window },
): string {
  const bucket: `${H}_bucket` = `${histogram}_bucket`
  return `histogram_quantile(${q}, ${sumBy(['le', ...by], `rate(${selector(bucket, where)}[${over.text}])`)})`
}

function aggregate(operator: string, by: readonly string[], expr: string): string {
  return by.length === 0 ? `${operator}(${expr})` : `${operator} by (${by.join(', ')}) (${expr})`
}

function selector(name: string, matchers: Readonly<Record<string, Match | undefined>>): string {
  const pairs = Object.entries(matchers).flatMap(([label, match]) =>
    match === undefined ? [] : [label + match],
  )
  return pairs.length === 0 ? name : `${name}{${pairs.join(', ')}}`
}
