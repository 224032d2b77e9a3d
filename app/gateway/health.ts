/** Keeps the answer of the health page for a second, so that whoever asks often costs the database nothing. */

export type Health = () => Promise<string | undefined>

const keptMillis = 1_000

/** Wraps a check; questions at the same time share one. */
export function keepHealth(check: Health, nowMillis: () => number): Health {
  let last: { readonly atMillis: number; readonly answer: Promise<string | undefined> } | undefined
  return () => {
    const now = nowMillis()
    // A clock that was set back makes the answer stale as well.
    const isFresh = last !== undefined && Math.abs(now - last.atMillis) < keptMillis
    if (last === undefined || !isFresh) last = { atMillis: now, answer: check() }
    return last.answer
  }
}
