/** Hands a batch to the ledger and sorts what became of it. The ledger's answer is checked before it is believed. */
import { AppendResponse, type Receipt } from '../../contracts/audit-event.ts'
import { ExchangeError, type ShortToken } from '../../lib/short-token.ts'
import { validator } from '../../lib/validate.ts'
import type { TracedFetch } from '../fetch.ts'

export interface Delivery {
  readonly ledgerUrl: string
  readonly token: Pick<ShortToken, 'get' | 'forget'>
  readonly fetch: TracedFetch
  /** Longest time of one batch, in milliseconds. */
  readonly timeoutMillis: number
}

/**
 * `answered`: every event has its receipt or none yet. `refused`: the batch as a whole cannot be taken, whoever
 * is to blame is inside. `unavailable`: the same batch again later.
 */
export type DeliveryOutcome =
  | { readonly status: 'answered'; readonly receipts: ReadonlyMap<string, Receipt> }
  | { readonly status: 'refused'; readonly detail: string }
  | {
      readonly status: 'unavailable'
      readonly reason: string
      /** True when it has nothing to do with which events were sent. */
      readonly isOverall: boolean
    }

const validate = validator(AppendResponse)
/** Answers that say that something in the body is wrong and always will be. */
const refusals: ReadonlySet<number> = new Set([400, 413, 422])

/** Posts events in order; never throws. */
export async function deliver(events: readonly unknown[], delivery: Delivery): Promise<DeliveryOutcome> {
  try {
    const response = await delivery.fetch(new URL('/v1/events', delivery.ledgerUrl), {
      method: 'POST',
      timeoutMillis: delivery.timeoutMillis,
      // The body, too, must not keep the batch's transaction waiting.
      signal: AbortSignal.timeout(delivery.timeoutMillis),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await delivery.token.get()}` },
      body: JSON.stringify({ events }),
    })
    const text = await response.text()
    if (response.status === 401) delivery.token.forget()
    if (refusals.has(response.status)) return { status: 'refused', detail: `status ${response.status}` }
    if (!response.ok) {
      return { status: 'unavailable', reason: `status_${response.status}`, isOverall: response.status < 500 }
    }
    const checked = validate(JSON.parse(text))
    if (!checked.valid) return { status: 'unavailable', reason: 'answer_invalid', isOverall: true }
    return {
      status: 'answered',
      receipts: new Map(checked.value.receipts.map((receipt) => [receipt.id, receipt])),
    }
  } catch (error) {
    const reason = error instanceof ExchangeError ? `status_${error.status}` : 'unreachable'
    return { status: 'unavailable', reason, isOverall: true }
  }
}
