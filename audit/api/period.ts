/**
 * The period an auditor's token is limited to. What lies outside is refused and never quietly left out: an answer
 * that was cut would look complete.
 */
import type { Request } from 'express'
import { Refusal } from '../../lib/refusal.ts'
import { tokenOf, type SignedGrant } from '../../lib/token.ts'
import type { LeafRange } from '../log/subtree.ts'
import type { Reader } from '../store/reader.ts'

export interface ReadLog {
  readonly reader: Pick<Reader, 'entries'>
  readonly tenant: string
}

interface Times {
  readonly since: number | undefined
  readonly until: number | undefined
}

/** Refuses times that are not all within the period. @throws Refusal forbidden */
export function checkTimes(request: Request, { since, until }: Times): void {
  const period = periodOf(request)
  if (period === undefined) return
  const isWithin =
    since !== undefined && until !== undefined && since >= period.since && until <= period.until
  if (!isWithin) throw outside(period)
}

/**
 * Refuses entries that were not all sequenced within the period: times never decrease, so the first and the last
 * tell of all between.
 *
 * @throws Refusal forbidden
 */
export async function checkEntries(request: Request, log: ReadLog, { start, end }: LeafRange): Promise<void> {
  const period = periodOf(request)
  if (period === undefined || start >= end) return
  const isWithin = (await timeAt(log, start)) >= period.since && (await timeAt(log, end - 1)) < period.until
  if (!isWithin) throw outside(period)
}

/** Reads when an entry was sequenced. @throws Refusal not_found */
export async function timeAt({ reader, tenant }: ReadLog, index: number): Promise<number> {
  const [entry] = await reader.entries(tenant, { from: index, to: index + 1, limit: 1 })
  if (entry === undefined) throw new Refusal('not_found')
  // The ledger itself wrote it.
  const { time } = JSON.parse(entry.leaf) as { time: number }
  return time
}

function periodOf(request: Request): SignedGrant['period'] {
  return tokenOf(request).signed?.period
}

function outside({ since, until }: NonNullable<SignedGrant['period']>): Refusal {
  const [from, to] = [since, until].map((millis) => new Date(millis).toISOString())
  return new Refusal('forbidden', { detail: `the token is limited to since=${from} until=${to}` })
}
