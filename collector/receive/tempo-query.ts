/** Reads what Grafana's Tempo data source asks in its parameters. */
import type { Request } from 'express'
import { Refusal } from '../../lib/refusal.ts'
import { CollectorError } from '../errors.ts'
import type { TimeRange } from '../store/query.ts'
import { compileQuery, type SpanQuery } from '../traceql/compile.ts'
import type { TraceFacts } from '../traceql/fields.ts'

const durationText = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/
const maxTagPairs = 32
/** Longest `tags` in characters, as of a query: the work grows with the square of what has no `=`. */
const maxTagsLength = 4_096

/** Reads one parameter; others that are sent are of no concern here, as in the reference. */
export function parameter(request: Request, name: string): string | undefined {
  const value = request.query[name]
  if (value === undefined || value === '') return undefined
  if (typeof value !== 'string') throw invalid(name, 'one value')
  return value
}

export function limitOf(
  request: Request,
  name: string,
  { fallback, most }: { fallback: number; most: number },
) {
  const text = parameter(request, name)
  if (text === undefined) return fallback
  if (!/^\d{1,6}$/.test(text) || Number(text) < 1) throw invalid(name, 'a whole number from 1')
  return Math.min(Number(text), most)
}

/** Reads `start` and `end`, seconds since 1970; both or none. */
export function rangeOf(request: Request): TimeRange {
  const [from, to] = [secondsOf(request, 'start'), secondsOf(request, 'end')]
  if ((from === undefined) !== (to === undefined)) throw invalid('start', 'start and end, or neither')
  // The second that `end` names belongs to it.
  return from === undefined || to === undefined ? {} : { from, to: to + 999_999_999n }
}

function secondsOf(request: Request, name: string): bigint | undefined {
  const text = parameter(request, name)
  if (text === undefined) return undefined
  if (!/^\d{1,10}$/.test(text)) throw invalid(name, 'seconds since 1970 as a whole number')
  return BigInt(text) * 1_000_000_000n
}

/** Reads a trace id of up to 32 hex digits; shorter ones stand for the last of them. */
export function traceIdOf(value: unknown): string {
  if (typeof value !== 'string' || !/^[0-9a-f]{1,32}$/i.test(value))
    throw invalid('traceID', 'up to 32 hexadecimal digits')
  return value.toLowerCase().padStart(32, '0')
}

/** Joins `q`, `tags`, `minDuration` and `maxDuration` to one query. */
export function searchQueryOf(request: Request): SpanQuery {
  const parts = [
    ...(['q'] as const).map((name) => compiled(name, parameter(request, name) ?? '{}')),
    compiled('tags', tagsQuery(parameter(request, 'tags') ?? '')),
    ...(['minDuration', 'maxDuration'] as const).flatMap((name) => {
      const text = parameter(request, name)
      if (text === undefined) return []
      if (!durationText.test(text)) throw invalid(name, 'a duration such as 100ms')
      return [compiled(name, `{ traceDuration ${name === 'minDuration' ? '>=' : '<='} ${text} }`)]
    }),
  ]
  return joined(parts)
}

/** Reads the `q` of a list of values; as in the reference, one that cannot be read yet filters nothing. */
export function filterOf(request: Request): SpanQuery | undefined {
  const text = parameter(request, 'q')
  if (text === undefined) return undefined
  try {
    return compileQuery(text)
  } catch (error) {
    if (error instanceof CollectorError) return undefined
    throw error
  }
}

function compiled(name: string, query: string): SpanQuery {
  try {
    return compileQuery(query)
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error
    throw invalid(name, error.message)
  }
}

function joined(queries: readonly SpanQuery[]): SpanQuery {
  const ofTraces = queries.flatMap(({ ofTrace }) => (ofTrace === undefined ? [] : [ofTrace]))
  const service = queries.map((query) => query.service).find((found) => found !== undefined)
  return {
    ofSpan: (candidate) => queries.every((query) => query.ofSpan(candidate)),
    ...(ofTraces.length === 0
      ? {}
      : { ofTrace: (facts: TraceFacts) => ofTraces.every((test) => test(facts)) }),
    ...(service === undefined ? {} : { service }),
    minDuration: queries.reduce((most, { minDuration }) => (minDuration > most ? minDuration : most), 0n),
  }
}

/** Writes logfmt pairs (`service.name=booking status.code=error`) as a query. */
function tagsQuery(tags: string): string {
  if (tags.length > maxTagsLength) throw invalid('tags', `at most ${maxTagsLength} characters`)
  const pairs = [...tags.matchAll(/([^\s=]+)=("(?:\\[^]|[^\\"])*"|\S*)/g)]
  if (pairs.length > maxTagPairs) throw invalid('tags', `at most ${maxTagPairs} pairs`)
  if (tags.trim() !== '' && pairs.length === 0) throw invalid('tags', 'pairs such as service.name=booking')
  return `{ ${pairs.map(([, key = '', value = '']) => tagCondition(key, value)).join(' && ')} }`
}

function tagCondition(key: string, value: string): string {
  const bare = value.startsWith('"') ? value.slice(1, -1) : value
  const text = value.startsWith('"') ? value : JSON.stringify(value)
  switch (key) {
    case 'name':
      return `name = ${text}`
    case 'service.name':
      return `resource.service.name = ${text}`
    case 'root.name':
      return `rootName = ${text}`
    case 'root.service.name':
      return `rootServiceName = ${text}`
    case 'status.code':
      return `status = ${bare}`
    case 'error':
      return bare === 'true' ? 'status = error' : 'status != error'
    default: {
      const isTyped = bare === 'true' || bare === 'false' || /^-?\d+(?:\.\d+)?$/.test(bare)
      const field = `.${JSON.stringify(key)}`
      return isTyped ? `(${field} = ${text} || ${field} = ${bare})` : `${field} = ${text}`
    }
  }
}

export function invalid(at: string, expected: string): Refusal {
  return new Refusal('query_invalid', { detail: `${at}: ${expected}`, faults: [{ at, expected }] })
}
