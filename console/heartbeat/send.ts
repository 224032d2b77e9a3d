/** Sends one event as PagerDuty's Events API v2 asks: 202 is taken, 429 and 5xx come again soon, a refusal seldom. */
import type { PagerEvent } from '../../contracts/pager-event.ts'
import { systemCodeOf } from '../../lib/errors.ts'

export type SendOutcome =
  | { readonly status: 'accepted' }
  | { readonly status: 'refused'; readonly reason: string }
  | { readonly status: 'retryable'; readonly reason: string; readonly retryInMillis?: number }

/** Longest time for one try. */
const timeoutMillis = 10_000
/** A sink cannot ask for a longer silence than this. */
const longestRetryAfterMillis = 300_000

/** Posts an event; never throws. */
export async function sendEvent(address: string, event: PagerEvent): Promise<SendOutcome> {
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMillis),
    })
    // The answer says nothing we use; unread it would hold its connection.
    await response.body?.cancel()
    return judge(response.status, response.headers.get('retry-after'))
  } catch (error) {
    // Refused, reset, no name, too late: all may be better next time.
    return { status: 'retryable', reason: reasonOf(error) }
  }
}

/** The system's code of a failed connection, else the kind of error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return systemCodeOf(error.cause) ?? error.name
}

/** Judges an answer by its status and its Retry-After in seconds. */
export function judge(status: number, retryAfter: string | null): SendOutcome {
  if (status >= 200 && status < 300) return { status: 'accepted' }
  const reason = `status ${status}`
  if (status !== 429 && status !== 408 && status < 500) return { status: 'refused', reason }
  if (retryAfter === null || !/^\d{1,9}$/.test(retryAfter)) return { status: 'retryable', reason }
  const retryInMillis = Math.min(Number(retryAfter) * 1_000, longestRetryAfterMillis)
  return { status: 'retryable', reason, retryInMillis }
}

const firstPauseMillis = 1_000
const longestPauseMillis = 60_000

/**
 * Computes the pause before the next try: doubling from one second to a minute, spread over half to one and a half
 * of it, and never shorter than the sink asked for.
 *
 * @param tries failed tries so far, at least 1
 * @param random from 0 to 1
 */
export function pauseMillis(tries: number, random: number, retryInMillis = 0): number {
  const base = Math.min(longestPauseMillis, firstPauseMillis * 2 ** (tries - 1))
  return Math.max(retryInMillis, base * (0.5 + random))
}

/** Computes the pause after a try that was not accepted; after a refusal it is the longest at once. */
export function pauseOf(outcome: SendOutcome, tries: number, random: number): number {
  if (outcome.status === 'retryable') return pauseMillis(tries, random, outcome.retryInMillis)
  return longestPauseMillis * (0.5 + random)
}
