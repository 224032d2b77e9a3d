/** Which entries a request is about: `from` and `to` by index, or `since` and `until` by time. */
import type { Request } from 'express'
import { Refusal } from '../../lib/refusal.ts'
import type { LeafRange } from '../log/subtree.ts'
import type { Reader } from '../store/reader.ts'
import { numberOf, optionalText } from './parameters.ts'
import { checkEntries, checkTimes, timeAt } from './period.ts'

const timePattern = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z)?$/

/** Reads a time in milliseconds since the epoch. @throws Refusal query_invalid naming the parameter */
export function timeOf(request: Request, name: string): number | undefined {
  const text = optionalText(request, name, timePattern)
  if (text === undefined) return undefined
  const millis = Date.parse(text)
  if (!Number.isNaN(millis)) return millis
  throw new Refusal('query_invalid', {
    faults: [{ at: name, expected: 'a date or a time of UTC, RFC 3339' }],
  })
}

export interface Signed {
  readonly reader: Reader
  readonly tenant: string
  /** Signed size. */
  readonly size: number
}

/**
 * Reads the range of a request; without parameters it is the whole signed log.
 *
 * @throws Refusal query_invalid, or forbidden outside the period of the token
 */
export async function entryRangeOf(request: Request, signed: Signed): Promise<LeafRange> {
  const since = timeOf(request, 'since')
  const until = timeOf(request, 'until')
  const isByTime = since !== undefined || until !== undefined
  if (isByTime && (request.query['from'] !== undefined || request.query['to'] !== undefined)) {
    throw new Refusal('query_invalid', { faults: [{ at: 'since', expected: 'no index beside a time' }] })
  }
  if (isByTime) {
    checkTimes(request, { since, until })
    const start = since === undefined ? 0 : await firstAt(signed, since)
    const end = until === undefined ? signed.size : await firstAt(signed, until)
    return { start, end: Math.max(start, end) }
  }
  const end = numberOf(request, 'to', { fallback: signed.size, max: signed.size })
  const range = { start: numberOf(request, 'from', { fallback: 0, max: end }), end }
  await checkEntries(request, signed, range)
  return range
}

/** Finds the first entry sequenced at a time or later, by halving: times never decrease within a log. */
async function firstAt({ reader, tenant, size }: Signed, millis: number): Promise<number> {
  let low = 0
  let high = size
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const time = await timeAt({ reader, tenant }, middle)
    if (time >= millis) high = middle
    else low = middle + 1
  }
  return low
}
