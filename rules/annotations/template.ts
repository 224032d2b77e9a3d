/**
 * Text of an annotation, written once as parts: as Prometheus's template for the rule, and as the very text it
 * becomes for the test of the rule.
 */

/** Labels a rule may group by; closed names, never a person, a path or a title. */
export type AlertLabel = 'tenant' | 'service'

/** Kinds in which the measured value is shown. */
type ValueForm = 'number' | 'percent' | 'duration'

type Part =
  | string
  | { readonly label: AlertLabel; readonly isInUrl?: true }
  | { readonly value: ValueForm }
  | { readonly secondsPerValue: number }

export type Template = readonly Part[]

/** What a template is filled with. */
export interface Filling {
  readonly labels: Readonly<Partial<Record<AlertLabel, string>>>
  readonly value: number
}

/** The tenant of the alert. */
export const tenant: Part = { label: 'tenant' }
/** The service of the alert. */
export const service: Part = { label: 'service' }
/** The measured value with four digits. */
export const value: Part = { value: 'number' }
/** The measured ratio as a percentage. */
export const percent: Part = { value: 'percent' }
/** The measured seconds as days, hours, minutes. */
export const elapsed: Part = { value: 'duration' }

/** Shows `seconds` divided by the measured value as a duration: how long a budget lasts at a burn rate. */
export function lasting(seconds: number): Part {
  return { secondsPerValue: seconds }
}

/** A label's value where it stands in the query of a URL. */
export function inUrl(label: AlertLabel): Part {
  return { label, isInUrl: true }
}

/** Puts text and parts together. */
export function text(strings: TemplateStringsArray, ...parts: readonly Part[]): Template {
  return strings
    .flatMap((string, at): (Part | undefined)[] => [string, parts[at]])
    .filter((part): part is Part => part !== undefined && part !== '')
}

/** Names the labels a template shows. */
export function labelsIn(template: Template): AlertLabel[] {
  return template.flatMap((part) => (typeof part === 'object' && 'label' in part ? [part.label] : []))
}

/** Writes the template as Prometheus reads it. */
export function toPrometheus(template: Template): string {
  return template.map(partToPrometheus).join('')
}

function partToPrometheus(part: Part): string {
  if (typeof part === 'string') return part
  if ('label' in part)
    return part.isInUrl ? `{{ $labels.${part.label} | urlquery }}` : `{{ $labels.${part.label} }}`
  // Templates cannot divide; a query can.
  if ('secondsPerValue' in part)
    return `{{ printf "${part.secondsPerValue} / %f" $value | query | first | value | humanizeDuration }}`
  switch (part.value) {
    case 'number':
      return '{{ $value | printf "%.4g" }}'
    case 'percent':
      return '{{ $value | humanizePercentage }}'
    case 'duration':
      return '{{ $value | humanizeDuration }}'
  }
}

/** Writes the text the template becomes for given labels and value. */
export function fill(template: Template, filling: Filling): string {
  return template.map((part) => fillPart(part, filling)).join('')
}

function fillPart(part: Part, { labels, value: measured }: Filling): string {
  if (typeof part === 'string') return part
  if ('label' in part) {
    const found = labels[part.label] ?? ''
    return part.isInUrl ? encodeURIComponent(found) : found
  }
  if ('secondsPerValue' in part) return humanDuration(part.secondsPerValue / Number(measured.toFixed(6)))
  switch (part.value) {
    case 'number':
      return fourDigits(measured)
    case 'percent':
      return `${fourDigits(measured * 100)}%`
    case 'duration':
      return humanDuration(measured)
  }
}

/** Go's `%.4g`. */
function fourDigits(number: number): string {
  if (number === 0) return '0'
  const [digits = '', exponent = '0'] = number.toExponential(3).split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 4) return String(Number(number.toPrecision(4)))
  const sign = power < 0 ? '-' : '+'
  return `${String(Number(digits))}e${sign}${String(Math.abs(power)).padStart(2, '0')}`
}

/** Prometheus's `humanizeDuration` for durations of a millisecond and more. */
function humanDuration(seconds: number): string {
  if (seconds > 0 && seconds < 1) return `${fourDigits(seconds * 1_000)}ms`
  const whole = Math.trunc(seconds)
  const rest = [`${Math.trunc(whole / 60) % 60}m`, `${whole % 60}s`].join(' ')
  const hours = Math.trunc(whole / 3_600) % 24
  const days = Math.trunc(whole / 86_400)
  if (days > 0) return `${days}d ${hours}h ${rest}`
  if (hours > 0) return `${hours}h ${rest}`
  return whole >= 60 ? rest : `${fourDigits(seconds)}s`
}
