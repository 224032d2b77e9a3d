/**
 * Puts variables into queries and texts as Grafana does (`$x`, `${x}`, `${x:format}`).
 * Values of variables come from the address of the page: whoever makes a link controls them. They are escaped so
 * that they stay one string of the query.
 */
import { durationText } from './steps.ts'

export interface Value {
  readonly values: readonly string[]
  readonly isAll: boolean
  /** Put in as it is, where all are chosen. */
  readonly allValue?: string | undefined
  /** True where queries compare it with `=~`. */
  readonly isPattern: boolean
}

export interface Clockwork {
  readonly stepSeconds: number
  readonly rateSeconds: number
  readonly start: number
  readonly end: number
}

export type Scope = ReadonlyMap<string, Value>

const reference = /\$\{(\w+)(?::(\w+))?\}|\$(\w+)/g

/** Replaces every variable that is known; anything else, such as `$1`, stays. */
export function interpolate(template: string, scope: Scope, clockwork?: Clockwork): string {
  return template.replaceAll(reference, (whole: string, braced?: string, format?: string, bare?: string) => {
    const name = braced ?? bare ?? ''
    const builtin = clockwork && builtinOf(name, clockwork)
    if (builtin !== undefined) return builtin
    const value = scope.get(name)
    return value === undefined ? whole : formatted(name, value, format)
  })
}

function builtinOf(name: string, { stepSeconds, rateSeconds, start, end }: Clockwork): string | undefined {
  const range = Math.max(1, Math.round(end - start))
  switch (name) {
    case '__interval':
      return durationText(stepSeconds)
    case '__interval_ms':
      return String(stepSeconds * 1_000)
    case '__rate_interval':
      return durationText(rateSeconds)
    case '__range':
      return durationText(range)
    case '__range_s':
      return String(range)
    case '__range_ms':
      return String(range * 1_000)
    case '__from':
      return String(Math.round(start * 1_000))
    case '__to':
      return String(Math.round(end * 1_000))
    default:
      return undefined
  }
}

function formatted(name: string, value: Value, format: string | undefined): string {
  const { values, isAll, allValue, isPattern } = value
  if (isAll && allValue !== undefined && format !== 'queryparam') return allValue
  switch (format) {
    case undefined:
      return isPattern ? alternatives(values, escapePattern) : quotable(values.join(','))
    case 'regex':
      return alternatives(values, escapePattern)
    case 'pipe':
      return values.map(quotable).join('|')
    case 'doublequote':
      return values.map((one) => `"${quotable(one)}"`).join(',')
    case 'queryparam':
      return (isAll ? ['$__all'] : values).map((one) => `var-${name}=${encodeURIComponent(one)}`).join('&')
    case 'raw':
    case 'text':
    case 'csv':
    default:
      return quotable(values.join(','))
  }
}

function alternatives(values: readonly string[], escape: (value: string) => string): string {
  const escaped = values.map(escape)
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`
}

/** Escapes for RE2 first, then for the quoted string of PromQL that the pattern stands in. */
function escapePattern(value: string): string {
  return quotable(value.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
}

/** Escapes for a string in double quotes of PromQL. */
function quotable(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
