/** Writes span metrics as Prometheus text 0.0.4 or OpenMetrics 1.0 (exemplars only there). */
import type { Exemplar, Series, SpanMetrics } from '../process/span-metrics.ts'

export interface ExpositionOptions {
  /** `traces.span.metrics`; dots become underscores. */
  readonly namespace: string
  readonly unit: 's' | 'ms'
  /** Upper bounds in the unit. */
  readonly buckets: readonly number[]
  readonly openMetrics: boolean
}

export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
export const prometheusType = 'text/plain; version=0.0.4; charset=utf-8'

/** Tells the names that the span metrics take on the page of the exporter. */
export function spanMetricsNames({ namespace, unit }: Pick<ExpositionOptions, 'namespace' | 'unit'>) {
  const prefix = namespace.replaceAll(/[^A-Za-z0-9_]/g, '_')
  const words = unit === 's' ? 'seconds' : 'milliseconds'
  return {
    words,
    calls: `${prefix}_calls`,
    total: `${prefix}_calls_total`,
    duration: `${prefix}_duration_${words}`,
  }
}

/** Renders every series: the counter `<namespace>_calls_total` and the histogram `<namespace>_duration_<unit>`. */
export function exposeSpanMetrics(metrics: SpanMetrics, options: ExpositionOptions): string {
  const { words, calls, duration, ...names } = spanMetricsNames(options)
  const total = options.openMetrics ? calls : names.total
  const lines = [`# HELP ${total} Spans seen.`, `# TYPE ${total} counter`]
  for (const { labels, calls: count } of metrics.series())
    lines.push(`${calls}_total{${labelsOf(labels)}} ${count}`)
  lines.push(`# HELP ${duration} Duration of spans.`, `# TYPE ${duration} histogram`)
  if (options.openMetrics) lines.push(`# UNIT ${duration} ${words}`)
  for (const series of metrics.series()) pushHistogram(lines, duration, series, options)
  if (options.openMetrics) lines.push('# EOF')
  return lines.join('\n') + '\n'
}

function pushHistogram(lines: string[], name: string, series: Series, options: ExpositionOptions): void {
  const labels = labelsOf(series.labels)
  let count = 0
  series.counts.forEach((inBucket, index) => {
    count += inBucket
    const bound = options.buckets[index]
    const le = bound === undefined ? '+Inf' : boundText(bound, options.openMetrics)
    const exemplar = options.openMetrics ? exemplarText(series.exemplars[index]) : ''
    lines.push(`${name}_bucket{${labels},le="${le}"} ${count}${exemplar}`)
  })
  lines.push(`${name}_sum{${labels}} ${series.sum}`, `${name}_count{${labels}} ${count}`)
}

/** OpenMetrics wants bounds as canonical floats: `1.0`, not `1`. */
function boundText(bound: number, openMetrics: boolean): string {
  return openMetrics && Number.isInteger(bound) ? `${bound}.0` : String(bound)
}

function exemplarText(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined) return ''
  const seconds = (Number(exemplar.time / 1_000_000n) / 1_000).toFixed(3)
  return ` # {trace_id="${exemplar.traceId}",span_id="${exemplar.spanId}"} ${exemplar.value} ${seconds}`
}

function labelsOf(labels: Series['labels']): string {
  return labels.map(([name, value]) => `${name}="${escape(value)}"`).join(',')
}

function escape(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
