/** How a panel shows a figure: unit, decimals, bounds, thresholds, mappings. Pure. */
import { fieldsIn, listIn, numberIn, textIn, valueAt } from './json.ts'
import { formatValue } from './units.ts'

/** Names of the colours the console has; the style sheet gives each its shade in light and in dark. */
export const tones = ['green', 'orange', 'red', 'blue', 'purple', 'yellow', 'plain'] as const
export type Tone = (typeof tones)[number]

export interface Threshold {
  /** The lowest value it holds for; the first one holds from below. */
  readonly from: number
  readonly tone: Tone
}

export interface Mapping {
  readonly matches: (value: number | undefined) => boolean
  readonly text: string
  readonly tone: Tone | undefined
}

export interface Field {
  readonly unit: string
  readonly decimals: number | undefined
  readonly min: number | undefined
  readonly max: number | undefined
  readonly thresholds: readonly Threshold[]
  readonly mappings: readonly Mapping[]
  readonly noValue: string
  /** Settings of the panel's own kind. */
  readonly custom: unknown
}

export interface Shown {
  readonly text: string
  readonly tone: Tone | undefined
}

/** Names of colours in Grafana by what they look like here; a hue may have a shade before it. */
export function toneOf(color: string): Tone | undefined {
  const hue = color.replace(/^(?:super-|semi-)?(?:light|dark)-/, '')
  return tones.find((tone) => tone === hue) ?? (hue === 'text' ? 'plain' : undefined)
}

/** Reads the defaults of a panel's field configuration. */
export function readField(json: unknown): Field {
  const { unit, decimals, min, max, mappings, noValue, custom, thresholds } = fieldsIn(json)
  const bounds = { min: numberIn(min), max: numberIn(max) }
  return {
    unit: textIn(unit, 'none'),
    decimals: numberIn(decimals),
    ...bounds,
    thresholds: readThresholds(thresholds, bounds),
    mappings: listIn(mappings).flatMap(readMapping),
    noValue: textIn(noValue, 'No data'),
    custom,
  }
}

function readThresholds(
  json: unknown,
  { min = 0, max = 100 }: { readonly min: number | undefined; readonly max: number | undefined },
): readonly Threshold[] {
  const isPercent = valueAt(json, 'mode') === 'percentage'
  return listIn(valueAt(json, 'steps')).map((step) => {
    const { value, color } = fieldsIn(step)
    const from = numberIn(value) ?? -Infinity
    return {
      from: isPercent ? min + ((max - min) * from) / 100 : from,
      tone: toneOf(textIn(color)) ?? 'plain',
    }
  })
}

function readMapping(json: unknown): readonly Mapping[] {
  const { type, options } = fieldsIn(json)
  if (type === 'value') {
    return Object.entries(fieldsIn(options)).map(([written, result]) => ({
      matches: (value) => value !== undefined && value === Number(written),
      ...readResult(result),
    }))
  }
  if (type === 'range') {
    const from = numberIn(valueAt(options, 'from')) ?? -Infinity
    const to = numberIn(valueAt(options, 'to')) ?? Infinity
    return [
      {
        matches: (value) => value !== undefined && value >= from && value <= to,
        ...readResult(valueAt(options, 'result')),
      },
    ]
  }
  const isForNothing = type === 'special' && /null|nan|empty/.test(textIn(valueAt(options, 'match')))
  return isForNothing
    ? [{ matches: (value) => value === undefined, ...readResult(valueAt(options, 'result')) }]
    : []
}

function readResult(json: unknown): Pick<Mapping, 'text' | 'tone'> {
  const { text, color } = fieldsIn(json)
  return { text: textIn(text), tone: toneOf(textIn(color)) }
}

/** Tells the tone of a value: the last threshold it has reached. */
export function toneAt(value: number, thresholds: readonly Threshold[]): Tone | undefined {
  return thresholds.findLast(({ from }) => value >= from)?.tone
}

/** Writes a value as the panel wants it; undefined is what nobody has measured. */
export function show(value: number | undefined, field: Field): Shown {
  const known = value === undefined || Number.isNaN(value) ? undefined : value
  const mapped = field.mappings.find(({ matches }) => matches(known))
  const tone = known === undefined ? undefined : toneAt(known, field.thresholds)
  if (mapped !== undefined) return { text: mapped.text, tone: mapped.tone ?? tone }
  if (known === undefined) return { text: field.noValue, tone: undefined }
  return { text: formatValue(known, field.unit, field.decimals), tone }
}
