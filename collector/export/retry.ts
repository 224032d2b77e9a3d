/** When to send again, as `retry_on_failure` of the OpenTelemetry Collector's exporters does. */

export interface RetryOptions {
  readonly enabled: boolean
  readonly initialMillis: number
  readonly maxMillis: number
  readonly multiplier: number
  /** 0.5 spreads each pause over 50 % to 150 %. */
  readonly randomization: number
  /** Longest time from the first try; 0 means no end. */
  readonly maxElapsedMillis: number
}

/** What a try came to. */
export type Outcome =
  /** `rejected` counts the items that the other side will never take. */
  | { readonly status: 'success'; readonly rejected?: number }
  | { readonly status: 'retryable'; readonly retryInMillis?: number }
  /** `isOfMessage` where the message is to blame, so that a part of it may be taken. */
  | { readonly status: 'failure'; readonly isOfMessage?: boolean }

/** Statuses that OTLP calls retryable. */
const retryable: readonly number[] = [429, 502, 503, 504]
/** Statuses that blame the message. */
const ofMessage: readonly number[] = [400, 413, 422]

/** Judges a response by its status and its Retry-After, which is seconds or an HTTP date. */
export function outcomeOf(status: number, retryAfter: string | null, now: number): Outcome {
  if (status >= 200 && status < 300) return { status: 'success' }
  if (!retryable.includes(status)) return { status: 'failure', isOfMessage: ofMessage.includes(status) }
  const wait =
    retryAfter === null
      ? Number.NaN
      : /^\d+$/.test(retryAfter)
        ? Number(retryAfter) * 1_000
        : Date.parse(retryAfter) - now
  return Number.isNaN(wait)
    ? { status: 'retryable' }
    : { status: 'retryable', retryInMillis: Math.max(0, wait) }
}

/**
 * Computes the pause before the next try, or undefined when there is none.
 *
 * @param tries failed tries so far, at least 1
 * @param random from 0 to 1
 */
export function pauseMillis(
  options: RetryOptions,
  {
    tries,
    elapsedMillis,
    random,
  }: { readonly tries: number; readonly elapsedMillis: number; readonly random: number },
): number | undefined {
  if (!options.enabled) return undefined
  const base = Math.min(options.maxMillis, options.initialMillis * options.multiplier ** (tries - 1))
  const pause = base * (1 - options.randomization + 2 * options.randomization * random)
  const isOver = options.maxElapsedMillis > 0 && elapsedMillis + pause > options.maxElapsedMillis
  return isOver ? undefined : pause
}
