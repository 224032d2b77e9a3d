/** Waiting for a condition instead of for a time. */

export interface PollOptions {
  /** Longest wait in milliseconds. Default 60 000. */
  readonly withinMillis?: number
  /** Pause between tries in milliseconds. Default 100. */
  readonly everyMillis?: number
}

/**
 * Asks until the answer is neither undefined nor false nor an empty text (a file that was opened and not yet written),
 * and returns it. It asks a last time when the time is over: a process that was held up meanwhile has missed its turns.
 *
 * @throws Error naming `what`, with the last error of `ask` as its cause, when the time is over
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  { withinMillis = 60_000, everyMillis = 100 }: PollOptions = {},
): Promise<T> {
  const deadline = performance.now() + withinMillis
  for (;;) {
    const isLast = performance.now() >= deadline
    let cause: unknown
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== false && answer !== '') return answer
    } catch (error) {
      cause = error
    }
    if (isLast) throw new Error(`not within ${withinMillis} ms: ${what}`, { cause })
    await new Promise((resolve) => setTimeout(resolve, everyMillis))
  }
}
