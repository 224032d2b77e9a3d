/**
 * The breaker in front of a service as values: closed, open, half open. Consecutive failed calls open it; after
 * a pause one probe is let through, which closes it or opens it again.
 */

export type Breaker =
  | { readonly state: 'closed'; readonly failures: number }
  | { readonly state: 'open'; readonly untilMillis: number }
  | { readonly state: 'half_open'; readonly untilMillis: number }

/** Failed calls in a row that open it, and how long it stays open, milliseconds. */
export const openAfterFailures = 5
export const openMillis = 60_000

export const closedBreaker: Breaker = { state: 'closed', failures: 0 }

export type Admission =
  | { readonly status: 'pass'; readonly breaker: Breaker }
  | { readonly status: 'refused'; readonly retrySeconds: number }

/** Decides whether a call may pass now. A half-open breaker that never hears of its probe lets another one pass. */
export function admit(breaker: Breaker, nowMillis: number): Admission {
  if (breaker.state === 'closed') return { status: 'pass', breaker }
  if (nowMillis >= breaker.untilMillis) {
    return { status: 'pass', breaker: { state: 'half_open', untilMillis: nowMillis + openMillis } }
  }
  const leftMillis = breaker.untilMillis - nowMillis
  const isProbing = breaker.state === 'half_open'
  return { status: 'refused', retrySeconds: isProbing ? 1 : Math.ceil(leftMillis / 1_000) }
}

/** Learns how a call that passed has ended. */
export function learn(breaker: Breaker, hasSucceeded: boolean, nowMillis: number): Breaker {
  // A call that began before the breaker opened says nothing about now.
  if (breaker.state === 'open') return breaker
  if (hasSucceeded) return closedBreaker
  const failures = breaker.state === 'closed' ? breaker.failures + 1 : openAfterFailures
  if (failures < openAfterFailures) return { state: 'closed', failures }
  return { state: 'open', untilMillis: nowMillis + openMillis }
}

/** The value of `circuit_breaker_state`: 0 closed, 1 open, 2 half open. */
export function gaugeOf({ state }: Breaker): 0 | 1 | 2 {
  return state === 'closed' ? 0 : state === 'open' ? 1 : 2
}
