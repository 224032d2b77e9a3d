/** When a failed call to a service is tried again, and after how long. */

/** Tries in all, the first included. */
export const maxTries = 3

/** `refused`: the service never saw the request; `broken`: it may have; `timeout`: it was too slow. */
export type Failure = 'refused' | 'broken' | 'timeout'

const idempotent = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])

/** Tells whether the try `tried` (one-based) is followed by another; what may have run twice is tried once. */
export function isTriedAgain(method: string, failure: Failure, tried: number): boolean {
  if (tried >= maxTries || failure === 'timeout') return false
  return failure === 'refused' || idempotent.has(method)
}

/**
 * Tells the pause after the try `tried`, milliseconds: 100, then 200, each half fixed and half random, so that
 * clients that failed together do not come back together.
 *
 * @param random from 0 to 1
 */
export function backoffMillis(tried: number, random: number): number {
  const full = 100 * 2 ** (tried - 1)
  return full / 2 + (full / 2) * random
}
