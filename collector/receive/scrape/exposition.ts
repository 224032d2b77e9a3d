/**
 * Reads pages that Prometheus would scrape: its text format 0.0.4 and OpenMetrics 1.0. The target wrote the page and
 * may be anybody's program; every line is read once, from left to right.
 */
import { CollectorError } from '../../errors.ts'
import { LineReader } from './line-reader.ts'

export type ExpositionFormat = 'prometheus' | 'openmetrics'

/** Labels as they stand on the page. */
export type ExposedLabels = readonly (readonly [name: string, value: string])[]

export interface ExposedExemplar {
  readonly labels: ExposedLabels
  readonly value: number
  readonly timeMillis: number | undefined
}

export interface ExposedSample {
  readonly name: string
  readonly labels: ExposedLabels
  readonly value: number
  readonly timeMillis: number | undefined
  readonly exemplar: ExposedExemplar | undefined
}

const types = [
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
  'unknown',
] as const
export type ExposedType = (typeof types)[number]

export interface ExposedFamily {
  readonly name: string
  type: ExposedType
  help: string
  unit: string
  readonly samples: ExposedSample[]
}

/** What names of samples add to the name of their family. */
const endings: Readonly<Record<ExposedType, readonly string[]>> = {
  counter: ['', '_total', '_created'],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  gaugehistogram: ['_bucket', '_gsum', '_gcount'],
  summary: ['', '_sum', '_count', '_created'],
  info: ['', '_info'],
  stateset: [''],
  unknown: [''],
}
/** Most labels of a page for each sample that it may hold: ordinary ones have three to six. */
const labelsEach = 8
const everyEnding = [...new Set(Object.values(endings).flat())].filter((ending) => ending !== '')

/**
 * Reads a page.
 *
 * @param maxSamples most samples it may hold, and most families that it may name; eight times as many labels
 * @throws CollectorError SCRAPE_MALFORMED, SCRAPE_TOO_MANY
 */
export function parseExposition(page: string, format: ExpositionFormat, maxSamples: number): ExposedFamily[] {
  const families = new Families(maxSamples)
  let samples = 0
  let labels = 0
  let hasEnded = false
  for (let from = 0; from < page.length;) {
    const found = page.indexOf('\n', from)
    const to = found === -1 ? page.length : found
    const line = page.slice(from, to).trim()
    from = to + 1
    if (line === '') continue
    if (hasEnded) throw malformed('text behind # EOF')
    if (line.startsWith('#')) hasEnded = readComment(line, format, families)
    else {
      if (++samples > maxSamples) {
        throw new CollectorError('SCRAPE_TOO_MANY', `found more than ${maxSamples} samples`)
      }
      const sample = readSample(line, format)
      labels += sample.labels.length + (sample.exemplar?.labels.length ?? 0)
      if (labels > labelsEach * maxSamples) {
        throw new CollectorError('SCRAPE_TOO_MANY', `found more than ${labelsEach * maxSamples} labels`)
      }
      families.of(sample.name).samples.push(sample)
    }
  }
  if (format === 'openmetrics' && !hasEnded) throw malformed('a page that breaks off')
  return families.list()
}

/** Reads a line that begins with `#`, and tells whether it ends the page. */
function readComment(line: string, format: ExpositionFormat, families: Families): boolean {
  if (format === 'openmetrics' && line === '# EOF') return true
  const kind = /^#[ \t]+(HELP|TYPE|UNIT)[ \t]+/.exec(line)
  if (kind === null) return false
  const reader = new LineReader(line, kind[0].length)
  const family = families.declared(reader.metricName())
  reader.skipBlanks()
  const text = reader.rest()
  if (kind[1] === 'HELP') family.help = unescaped(text)
  else if (kind[1] === 'UNIT') family.unit = text
  else family.type = typeOf(text)
  return false
}

function typeOf(text: string): ExposedType {
  return types.find((type) => type === text.toLowerCase()) ?? 'unknown'
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, (whole, next: string) =>
    next === 'n' ? '\n' : next === '\\' || next === '"' ? next : whole,
  )
}

function readSample(line: string, format: ExpositionFormat): ExposedSample {
  const reader = new LineReader(line)
  const { name, labels } = reader.series()
  if (name === '') throw malformed('a sample without a name')
  reader.skipBlanks()
  const value = numberOf(reader.word())
  reader.skipBlanks()
  const time = reader.peek() === '#' ? '' : reader.word()
  reader.skipBlanks()
  const exemplar = format === 'openmetrics' && reader.peek() === '#' ? readExemplar(reader) : undefined
  if (reader.rest() !== '') throw malformed('more than a sample in a line')
  return { name, labels, value, timeMillis: time === '' ? undefined : millisOf(time, format), exemplar }
}

function readExemplar(reader: LineReader): ExposedExemplar {
  reader.take('#')
  reader.skipBlanks()
  const { labels } = reader.series()
  reader.skipBlanks()
  const value = numberOf(reader.word())
  reader.skipBlanks()
  const time = reader.word()
  return { labels, value, timeMillis: time === '' ? undefined : millisOf(time, 'openmetrics') }
}

/** Text gives milliseconds, OpenMetrics seconds. */
function millisOf(text: string, format: ExpositionFormat): number {
  const time = numberOf(text)
  const millis = Math.round(format === 'openmetrics' ? time * 1_000 : time)
  if (!Number.isSafeInteger(millis)) throw malformed('a time that is no number')
  return millis
}

/** A digit fits one place of the pattern only: a target may send a line of nothing but digits. */
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i

function numberOf(text: string): number {
  if (decimal.test(text)) return Number(text)
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text)
  if (special === null) throw malformed('a value that is no number')
  if (special[2]?.toLowerCase() === 'nan') return Number.NaN
  return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

class Families {
  readonly #byName = new Map<string, ExposedFamily>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  declared(name: string): ExposedFamily {
    let found = this.#byName.get(name)
    if (found === undefined) {
      if (this.#byName.size >= this.#most) {
        throw new CollectorError('SCRAPE_TOO_MANY', `found more than ${this.#most} families`)
      }
      found = { name, type: 'unknown', help: '', unit: '', samples: [] }
      this.#byName.set(name, found)
    }
    return found
  }

  /** Finds the family a sample belongs to by its name; one that nobody declared has a type of its own. */
  of(sample: string): ExposedFamily {
    const own = this.#byName.get(sample)
    if (own !== undefined && endings[own.type].includes('')) return own
    for (const ending of everyEnding) {
      if (!sample.endsWith(ending)) continue
      const family = this.#byName.get(sample.slice(0, -ending.length))
      if (family !== undefined && endings[family.type].includes(ending)) return family
    }
    return this.declared(sample)
  }

  list(): ExposedFamily[] {
    return [...this.#byName.values()].filter(({ samples }) => samples.length > 0)
  }
}

/** Says what was found, never the text itself, which may hold anything. */
function malformed(found: string): CollectorError {
  return new CollectorError('SCRAPE_MALFORMED', `found ${found}, expected an exposition`)
}
