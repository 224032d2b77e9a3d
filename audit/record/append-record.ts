/** Appends events the record door has made itself, and turns what the log says of them into an answer. */
import type { AuditEvent, Receipt } from '../../contracts/audit-event.ts'
import type { Fault } from '../../contracts/problem.ts'
import { Refusal } from '../../lib/refusal.ts'
import type { Appender } from '../append/appender.ts'
import { checkEvent } from '../append/check-event.ts'

/** Events of one call of the appender: a disclosure to thousands leaves room for everybody else's events. */
const chunkEvents = 500

const ledgerItself = { name: 'ledger', mayWrite: () => true, onForeign: () => undefined }

/** How far a caller's clock may be ahead. */
const aheadMillis = 300_000

/** Refuses an instant that does not exist or is still to come. */
export function checkTime(time: string, now: number): Fault[] {
  const millis = Date.parse(time)
  const isInstant = !Number.isNaN(millis) && new Date(millis).toISOString() === time
  return isInstant && millis <= now + aheadMillis
    ? []
    : [{ at: '/time', expected: 'an instant that has been' }]
}

/**
 * Appends events in order and answers once all are durable. Sent again after a failure, what was already appended
 * is answered as a duplicate.
 *
 * @throws Refusal body_invalid before anything is appended, conflict when an id was used for something else, and
 *   overloaded when not all could be taken now
 */
export async function appendRecord(
  appender: Pick<Appender, 'append'>,
  events: readonly AuditEvent[],
): Promise<Receipt[]> {
  for (const event of events) {
    const checked = checkEvent(event, ledgerItself)
    if (!checked.valid) throw new Refusal('body_invalid', { detail: checked.receipt.detail ?? 'invalid' })
  }
  const receipts: Receipt[] = []
  for (let at = 0; at < events.length; at += chunkEvents) {
    for (const receipt of await appender.append(events.slice(at, at + chunkEvents))) {
      if (receipt === undefined) {
        throw new Refusal('overloaded', {
          detail: 'not every entry could be taken: send the same again',
          headers: { 'retry-after': '2' },
        })
      }
      receipts.push(receipt)
    }
  }
  if (receipts.some(({ outcome }) => outcome === 'conflict')) {
    throw new Refusal('conflict', { detail: 'this id was used for something else before' })
  }
  return receipts
}
