/** Writes the series of the `prometheus` exporter as Prometheus text 0.0.4 or OpenMetrics 1.0 (exemplars only there). */
import { numberOf, type MetricExemplar } from '../process/metric-model.ts'
import type { HistogramReading, SummaryReading } from './prometheus-readings.ts'
import type { FamilyType, ShownFamily, ShownSeries } from './prometheus-store.ts'

export interface PageOptions {
  readonly openMetrics: boolean
  /** True where the reader asked for `escaping=allow-utf-8`; names are escaped with underscores for others. */
  readonly allowsUtf8: boolean
  /** Writes the time of each point. Default false. */
  readonly sendTimestamps: boolean
  /** A page of the same format that stands first, e.g. the span metrics. */
  readonly before?: string
}

const legacyName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const legacyLabel = /^[a-zA-Z_][a-zA-Z0-9_]*$/
const end = '# EOF\n'

/** Renders a page. A family whose escaped name is taken already is left out: one page has each name once. */
export function exposeMetrics(families: readonly ShownFamily[], options: PageOptions): string {
  const written = new Set<string>()
  const lines: string[] = []
  for (const family of families) {
    const name = options.allowsUtf8 ? family.name : escapedName(family.name)
    if (written.has(name)) continue
    written.add(name)
    new FamilyWriter(lines, name, options).write(family)
  }
  const before = options.before ?? ''
  const head = options.openMetrics && before.endsWith(end) ? before.slice(0, -end.length) : before
  const body = lines.length === 0 ? '' : `${lines.join('\n')}\n`
  return head + body + (options.openMetrics ? end : '')
}

class FamilyWriter {
  readonly #lines: string[]
  readonly #name: string
  readonly #options: PageOptions

  constructor(lines: string[], name: string, options: PageOptions) {
    this.#lines = lines
    this.#name = name
    this.#options = options
  }

  write({ type, help, series }: ShownFamily): void {
    const { openMetrics } = this.#options
    // OpenMetrics names a counter without its ending; one that has none is of no type there.
    const isTotal = type === 'counter' && this.#name.endsWith('_total')
    const headName = quoted(openMetrics && isTotal ? this.#name.slice(0, -'_total'.length) : this.#name)
    if (help !== '') this.#lines.push(`# HELP ${headName} ${helpText(help, openMetrics)}`)
    this.#lines.push(`# TYPE ${headName} ${typeText(type, { openMetrics, isTotal })}`)
    for (const own of series.values()) this.#writeSeries(own, type)
  }

  #writeSeries(series: ShownSeries, type: FamilyType): void {
    const { reading } = series
    switch (reading.kind) {
      case 'number': {
        const exemplar = type === 'counter' && this.#name.endsWith('_total') ? reading.exemplar : undefined
        this.#push('', this.#shared(series), { value: reading.value, exemplar })
        return
      }
      case 'histogram':
        this.#writeHistogram(this.#shared(series, 'le'), reading)
        return
      case 'summary':
        this.#writeSummary(this.#shared(series, 'quantile'), reading)
        return
    }
  }

  #writeHistogram(series: Shared, reading: HistogramReading): void {
    const exemplars = exemplarsByBucket(reading)
    reading.bounds.forEach((bound, index) => {
      this.#push('_bucket', series, {
        value: reading.cumulated[index] ?? 0,
        exemplar: exemplars[index],
        extra: `le="${this.#bound(bound)}"`,
      })
    })
    const rest = exemplars[reading.bounds.length]
    this.#push('_bucket', series, { value: reading.count, exemplar: rest, extra: 'le="+Inf"' })
    this.#push('_sum', series, { value: reading.sum ?? 0 })
    this.#push('_count', series, { value: reading.count })
  }

  #writeSummary(series: Shared, reading: SummaryReading): void {
    for (const [quantile, value] of reading.quantiles) {
      this.#push('', series, { value, extra: `quantile="${this.#bound(quantile)}"` })
    }
    this.#push('_sum', series, { value: reading.sum })
    this.#push('_count', series, { value: reading.count })
  }

  #push(ending: string, { labels, time }: Shared, { value, exemplar, extra = '' }: Sample): void {
    const name = this.#name + ending
    const isPlain = legacyName.test(name)
    const inside = [isPlain ? '' : quoted(name), labels, extra].filter((part) => part !== '').join(',')
    const head = `${isPlain ? name : ''}${inside === '' ? '' : `{${inside}}`}`
    const mark = this.#options.openMetrics && exemplar !== undefined ? exemplarText(exemplar) : ''
    this.#lines.push(`${head} ${numberText(value)}${time}${mark}`)
  }

  /** Writes once what all lines of a series share; a label of the name that they add gives way. */
  #shared({ labels, time }: ShownSeries, added = ''): Shared {
    const { openMetrics, sendTimestamps, allowsUtf8 } = this.#options
    const parts = new Map<string, string>()
    for (const [key, value] of labels) {
      const own = allowsUtf8 || legacyLabel.test(key) ? key : escapedName(key).replaceAll(':', '_')
      if (own === added || parts.has(own)) continue
      parts.set(own, `${legacyLabel.test(own) ? own : `"${escapeValue(own)}"`}="${escapeValue(value)}"`)
    }
    return {
      labels: [...parts.values()].join(','),
      time: sendTimestamps && time > 0n ? ` ${timeText(time, openMetrics)}` : '',
    }
  }

  /** OpenMetrics wants bounds as canonical floats: `1.0`, not `1`. */
  #bound(bound: number): string {
    const text = numberText(bound)
    return this.#options.openMetrics && /^-?\d+$/.test(text) ? `${text}.0` : text
  }
}

/** Labels and time of a series as they are written. */
interface Shared {
  readonly labels: string
  readonly time: string
}

interface Sample {
  readonly value: number
  readonly exemplar?: MetricExemplar | undefined
  /** A label of this line alone, as it is written. */
  readonly extra?: string
}

/** Puts each exemplar into the first bucket whose bound is not below it; the latest one stays. */
function exemplarsByBucket({ bounds, exemplars }: HistogramReading): (MetricExemplar | undefined)[] {
  const found = new Array<MetricExemplar | undefined>(bounds.length + 1)
  for (const exemplar of exemplars) found[bucketOf(bounds, numberOf(exemplar.value))] = exemplar
  return found
}

/** Halves the ascending bounds: a stranger may send as many bounds as exemplars. */
function bucketOf(bounds: readonly number[], value: number): number {
  let low = 0
  let high = bounds.length
  while (low < high) {
    const middle = (low + high) >>> 1
    // In bounds: the middle lies between the two.
    if (value <= (bounds[middle] as number)) high = middle
    else low = middle + 1
  }
  return low
}

function exemplarText({ traceId, spanId, value, time }: MetricExemplar): string {
  const labels = [
    ...(traceId === '' ? [] : [`trace_id="${traceId}"`]),
    ...(spanId === '' ? [] : [`span_id="${spanId}"`]),
  ]
  const at = time > 0n ? ` ${timeText(time, true)}` : ''
  return ` # {${labels.join(',')}} ${numberText(numberOf(value))}${at}`
}

function typeText(
  type: FamilyType,
  { openMetrics, isTotal }: { openMetrics: boolean; isTotal: boolean },
): string {
  if (!openMetrics) return type === 'unknown' ? 'untyped' : type
  return type === 'counter' && !isTotal ? 'unknown' : type
}

function timeText(nanos: bigint, openMetrics: boolean): string {
  const millis = Number(nanos / 1_000_000n)
  return openMetrics ? (millis / 1_000).toFixed(3) : String(millis)
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
}

/** Prometheus 3 takes any name in quotes. */
function quoted(name: string): string {
  return legacyName.test(name) ? name : `"${escapeValue(name)}"`
}

function escapedName(name: string): string {
  const escaped = name.replaceAll(/[^a-zA-Z0-9_:]/gu, '_')
  return /^\d/.test(escaped) ? `_${escaped}` : escaped
}

function helpText(help: string, openMetrics: boolean): string {
  const escaped = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return openMetrics ? escaped.replaceAll('"', '\\"') : escaped
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
