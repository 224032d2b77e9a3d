/**
 * Names of OTLP as Prometheus spells them: the rules of `prometheus/otlptranslator`, which the Collector's
 * `prometheus` and `prometheusremotewrite` exporters and Prometheus' own OTLP door share.
 */

/** How names are changed; the values of `translation_strategy`. */
export const translationStrategies = [
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  'NoTranslation',
] as const
export type TranslationStrategy = (typeof translationStrategies)[number]

/** What decides about `_total` and `_ratio`. */
export type NamedKind = 'gauge' | 'counter' | 'other'

export interface MetricNamer {
  /** Translates a metric's name; empty when nothing of it can stand in a name. */
  readonly metric: (name: string, unit: string, kind: NamedKind) => string
  /** Translates an attribute key; empty when nothing of it can stand in a label. */
  readonly label: (key: string) => string
}

/** UCUM units by their words; what is not here is its own word. */
const unitWords: ReadonlyMap<string, string> = new Map([
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['By', 'bytes'],
  ['KiBy', 'kibibytes'],
  ['MiBy', 'mebibytes'],
  ['GiBy', 'gibibytes'],
  ['TiBy', 'tibibytes'],
  ['KBy', 'kilobytes'],
  ['MBy', 'megabytes'],
  ['GBy', 'gigabytes'],
  ['TBy', 'terabytes'],
  ['m', 'meters'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
  ['g', 'grams'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['1', ''],
  ['%', 'percent'],
])
/** What stands behind `/`, in the singular. */
const perWords: ReadonlyMap<string, string> = new Map([
  ['s', 'second'],
  ['m', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
  ['w', 'week'],
  ['mo', 'month'],
  ['y', 'year'],
])

/**
 * Builds the names of one exporter.
 *
 * @param namespace stands before every metric name; empty for none
 */
export function createNamer(strategy: TranslationStrategy, namespace: string): MetricNamer {
  switch (strategy) {
    case 'UnderscoreEscapingWithSuffixes':
      return {
        metric: (name, unit, kind) => escapedWithSuffixes(name, { unit, kind, namespace }),
        label: escapedLabel,
      }
    case 'UnderscoreEscapingWithoutSuffixes':
      return { metric: (name) => escapedWithoutSuffixes(name, namespace), label: escapedLabel }
    case 'NoUTF8EscapingWithSuffixes':
      return {
        metric: (name, unit, kind) => suffixed(prefixed(name, namespace), unit, kind),
        label: anyLabel,
      }
    case 'NoTranslation':
      return { metric: (name) => prefixed(name, namespace), label: anyLabel }
  }
}

interface Naming {
  readonly unit: string
  readonly kind: NamedKind
  readonly namespace: string
}

function escapedWithSuffixes(name: string, { unit, kind, namespace }: Naming): string {
  let tokens = name.split(/[^a-zA-Z0-9:]+/).filter((token) => token !== '')
  const words = wordsOf(unit)
  tokens = withUnit(tokens, cleanUnit(words.main), cleanUnit(words.per))
  if (kind === 'counter') tokens = movedLast(tokens, 'total')
  if (unit === '1' && kind === 'gauge') tokens = movedLast(tokens, 'ratio')
  if (namespace !== '')
    tokens.unshift(
      namespace
        .split(/[^a-zA-Z0-9:]+/)
        .filter(Boolean)
        .join('_'),
    )
  return checked(withoutLeadingDigit(tokens.join('_')), name)
}

function withUnit(tokens: readonly string[], main: string, per: string): string[] {
  const perWord = per === 'per_' ? '' : per.replace(/_$/, '')
  const addsPer = perWord !== '' && !tokens.includes(perWord)
  const mainWord = addsPer ? main.replace(/_$/, '') : main
  const addsMain = mainWord !== '' && !tokens.includes(main)
  return [...tokens, ...(addsMain ? [mainWord] : []), ...(addsPer ? [perWord] : [])]
}

function movedLast(tokens: readonly string[], word: string): string[] {
  return [...tokens.filter((token) => token !== word), word]
}

function escapedWithoutSuffixes(name: string, namespace: string): string {
  // Unlike the tokens of the other strategy, underscores of the name itself stay as they are.
  const escape = (text: string) =>
    text
      .split(/[^a-zA-Z0-9:_]+/)
      .filter((part) => part !== '')
      .join('_')
  const own = escape(name)
  return checked(namespace === '' ? withoutLeadingDigit(own) : `${escape(namespace)}_${own}`, name)
}

function prefixed(name: string, namespace: string): string {
  return namespace === '' ? name : `${namespace}_${name}`
}

/** Appends the words where the name does not end in them, character for character. */
function suffixed(name: string, unit: string, kind: NamedKind): string {
  const endings: string[] = []
  let own = name
  const moveToEnd = (word: string) => {
    if (own.endsWith(word) && own.length > word.length + 1) own = own.slice(0, -(word.length + 1))
    endings.unshift(`_${word}`)
  }
  if (unit === '1' && kind === 'gauge') moveToEnd('ratio')
  if (kind === 'counter') moveToEnd('total')
  const { main, per } = wordsOf(unit)
  if (per !== '') moveToEnd(per)
  if (main !== '' && !own.endsWith(main)) own = `${own}_${main}`
  return own + endings.join('')
}

/** Splits a unit at its slash into the word for the unit and `per_` with the word behind the slash. */
function wordsOf(unit: string): { readonly main: string; readonly per: string } {
  const slash = unit.indexOf('/')
  const main = wordOf(slash === -1 ? unit : unit.slice(0, slash), unitWords)
  const per = slash === -1 ? '' : wordOf(unit.slice(slash + 1), perWords)
  return { main, per: per === '' ? '' : `per_${per}` }
}

/** Annotations in braces are no unit. */
function wordOf(unit: string, words: ReadonlyMap<string, string>): string {
  const trimmed = unit.trim()
  return /[{}]/.test(trimmed) ? '' : (words.get(trimmed) ?? trimmed)
}

function cleanUnit(unit: string): string {
  return unit
    .replaceAll(/[^a-zA-Z0-9:]/g, '_')
    .replaceAll(/__+/g, '_')
    .replace(/^_/, '')
}

function withoutLeadingDigit(name: string): string {
  return /^[0-9]/.test(name) ? `_${name}` : name
}

/** A name of nothing but underscores says nothing, unless it came so. */
function checked(escaped: string, name: string): string {
  return escaped !== name && /^_*$/.test(escaped) ? '' : escaped
}

/**
 * Escapes a label as the Collector does while its gate `PermissiveLabelSanitization` is off: runs of what cannot
 * stand in a label become one underscore, and `key` comes before a leading digit or underscore.
 */
function escapedLabel(key: string): string {
  const isReserved = key.length > 4 && key.startsWith('__') && key.endsWith('__')
  const inner = (isReserved ? key.slice(2, -2) : key).replaceAll(/[^a-zA-Z0-9]+/g, '_')
  const escaped = isReserved ? `__${inner}__` : inner
  if (/^_*$/.test(escaped)) return ''
  if (/^[0-9]/.test(escaped)) return `key_${escaped}`
  return escaped.startsWith('_') && !escaped.startsWith('__') ? `key${escaped}` : escaped
}

/** Prometheus takes any UTF-8 label since 3.0; one of underscores alone says nothing. */
function anyLabel(key: string): string {
  return /^_*$/.test(key) ? '' : key
}
