/**
 * Bounds how often one e-mail, and everybody together, may try to log in. The clock is an argument. A lock
 * tells nothing of whether the account exists: unknown e-mails are locked alike.
 */

export interface Attempts {
  /** Answers how many seconds to wait, or undefined when the attempt may be made; it is counted then. */
  readonly begin: (email: string, nowMillis: number) => number | undefined
  /** Forgets the failures of an e-mail whose owner has logged in. */
  readonly succeeded: (email: string) => void
}

/** Wrong passwords in a row before the first lock; it lasts 15 s and doubles up to 15 minutes. */
const freeTries = 5
const firstLockMillis = 15_000
const longestLockMillis = 900_000
/** Attempts of everybody together in a minute. */
const maxPerMinute = 60
const maxRemembered = 5_000

interface Tries {
  readonly count: number
  readonly untilMillis: number
}

/** Makes the memory of attempts; it lasts as long as the process. */
export function createAttempts(): Attempts {
  const byEmail = new Map<string, Tries>()
  const recent: number[] = []
  return {
    begin: (email, nowMillis) => {
      while (recent.length > 0 && (recent[0] ?? 0) <= nowMillis - 60_000) recent.shift()
      if (recent.length >= maxPerMinute) return secondsUntil((recent[0] ?? nowMillis) + 60_000, nowMillis)
      const tries = byEmail.get(email)
      if (tries !== undefined && tries.untilMillis > nowMillis)
        return secondsUntil(tries.untilMillis, nowMillis)
      recent.push(nowMillis)
      const count = (tries?.count ?? 0) + 1
      byEmail.delete(email)
      byEmail.set(email, { count, untilMillis: nowMillis + lockMillis(count) })
      const [oldest] = byEmail.keys()
      if (byEmail.size > maxRemembered && oldest !== undefined) byEmail.delete(oldest)
      return undefined
    },
    succeeded: (email) => void byEmail.delete(email),
  }
}

function lockMillis(count: number): number {
  if (count < freeTries) return 0
  return Math.min(longestLockMillis, firstLockMillis * 2 ** (count - freeTries))
}

function secondsUntil(millis: number, nowMillis: number): number {
  return Math.max(1, Math.ceil((millis - nowMillis) / 1_000))
}
