/** A strict reader of metric pages: OpenMetrics 1.0 (its ABNF, exemplars, `# EOF`) and Prometheus text 0.0.4. */

export interface MetricFamily {
  readonly type: string
  readonly samples: { readonly name: string; readonly labels: string; readonly value: number }[]
}

const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"'
const labels = `\\{(?:${label}(?:,${label})*)?\\}`
const number = '[+-]?(?:Inf|NaN|\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)'
const sample = new RegExp(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(${labels})? (${number})( \\d+(?:\\.\\d+)?)?( # .*)?$`)
const exemplar = new RegExp(`^ # (${labels}) ${number}(?: \\d+(?:\\.\\d+)?)?$`)
const comment = /^# (HELP|TYPE|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/

/** Endings of sample names by type; the counter's differs between the two formats. */
const endings: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total', '_created'],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['', '_sum', '_count', '_created'],
  gauge: [''],
  unknown: [''],
  untyped: [''],
}

/** Reads a page and throws at the first line that breaks the format. */
export function readMetricsPage(
  page: string,
  format: 'openmetrics' | 'prometheus',
): Map<string, MetricFamily> {
  const lines = page.split('\n')
  if (lines.pop() !== '') throw new Error('the last line has no end')
  if (format === 'openmetrics' && lines.pop() !== '# EOF') throw new Error('the page does not end in # EOF')
  const families = new Map<string, MetricFamily>()
  let current = ''
  for (const line of lines.filter((text) => text !== '')) {
    const [, kind, name = '', text = ''] = comment.exec(line) ?? []
    if (kind === 'UNIT' && !name.endsWith(`_${text}`)) throw new Error(`unit not in the name: ${line}`)
    if (kind === 'TYPE') {
      if (families.has(name)) throw new Error(`twice: ${line}`)
      families.set(name, { type: text, samples: [] })
      current = name
    } else if (kind === undefined) readSample(line, current, { families, format })
  }
  for (const [name, family] of families) if (family.type === 'histogram') checkHistogram(name, family)
  return families
}

interface Page {
  readonly families: Map<string, MetricFamily>
  readonly format: 'openmetrics' | 'prometheus'
}

function readSample(line: string, family: string, { families, format }: Page): void {
  const [, name = '', labelText = '', value = '', , mark] = sample.exec(line) ?? []
  const of = families.get(family)
  if (name === '' || of === undefined) throw new Error(`no sample of a family: ${line}`)
  const allowed = format === 'prometheus' && of.type === 'counter' ? [''] : (endings[of.type] ?? [])
  if (!allowed.some((ending) => name === family + ending)) throw new Error(`outside ${family}: ${line}`)
  if (mark !== undefined) {
    const [, set = ''] = exemplar.exec(mark) ?? []
    if (format === 'prometheus' || set === '') throw new Error(`no exemplar here: ${line}`)
    // OpenMetrics 1.0, §Exemplars: at most 128 characters of names and values.
    if (set.replaceAll(/[{}",=]/g, '').length > 128) throw new Error(`long exemplar: ${line}`)
  }
  if (of.samples.some((known) => known.name === name && known.labels === labelText))
    throw new Error(`twice: ${line}`)
  of.samples.push({ name, labels: labelText, value: Number(value.replace('Inf', 'Infinity')) })
}

/** Buckets of one series rise to +Inf, which equals its count. */
function checkHistogram(name: string, { samples }: MetricFamily): void {
  const highest = new Map<string, number>()
  for (const { name: own, labels: set, value } of samples) {
    const series = set
      .replace(/,?le="[^"]*"/, '')
      .replace('{,', '{')
      .replace(/^\{\}$/, '')
    if (own === `${name}_bucket`) {
      if (value < (highest.get(series) ?? 0)) throw new Error(`${name}: buckets fall in ${series}`)
      highest.set(series, value)
    } else if (own === `${name}_count` && highest.get(series) !== value) {
      throw new Error(`${name}: +Inf and count differ in ${series}`)
    }
  }
}
