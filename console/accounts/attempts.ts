/**
 * Bounds how often one e-mail, and all strangers together, may try to log in. The clock is an argument. A lock
 * tells nothing of whether the account exists: unknown e-mails are locked alike. A browser that logged in before is
 * counted apart, so that no stranger can keep its owner out.
 */

export interface Attempt {
  readonly email: string
  /** Whether the browser has logged in with this e-mail before. */
  readonly isKnown: boolean
}

export interface Attempts {
  /** Answers how many seconds to wait, or undefined when the attempt may be made; it is counted then. */
  readonly begin: (attempt: Attempt, nowMillis: number) => number | undefined
  /** Forgets the failures of the one who has logged in. */
  readonly succeeded: (attempt: Attempt) => void
}

/** Wrong passwords in a row before the first lock; it lasts 15 s and doubles up to 15 minutes. */
const freeTries = 5
const firstLockMillis = 15_000
const longestLockMillis = 900_000
/** Attempts of all strangers together in a minute. */
const maxPerMinute = 60
const maxRemembered = 5_000

interface Tries {
  readonly count: number
  readonly untilMillis: number
}

/** Makes the memory of attempts; it lasts as long as the process. */
export function createAttempts(): Attempts {
  const byWho = new Map<string, Tries>()
  const recent: number[] = []
  return {
    begin: (attempt, nowMillis) => {
      const who = whoOf(attempt)
      while (recent.length > 0 && (recent[0] ?? 0) <= nowMillis - 60_000) recent.shift()
      if (!attempt.isKnown && recent.length >= maxPerMinute)
        return secondsUntil((recent[0] ?? nowMillis) + 60_000, nowMillis)
      const tries = byWho.get(who)
      if (tries !== undefined && tries.untilMillis > nowMillis)
        return secondsUntil(tries.untilMillis, nowMillis)
      if (!attempt.isKnown) recent.push(nowMillis)
      const count = (tries?.count ?? 0) + 1
      byWho.delete(who)
      byWho.set(who, { count, untilMillis: nowMillis + lockMillis(count) })
      const [oldest] = byWho.keys()
      if (byWho.size > maxRemembered && oldest !== undefined) byWho.delete(oldest)
      return undefined
    },
    succeeded: (attempt) => void byWho.delete(whoOf(attempt)),
  }
}

function whoOf({ email, isKnown }: Attempt): string {
  return `${isKnown ? 'known' : 'stranger'} ${email}`
}

function lockMillis(count: number): number {
  if (count < freeTries) return 0
  return Math.min(longestLockMillis, firstLockMillis * 2 ** (count - freeTries))
}

function secondsUntil(millis: number, nowMillis: number): number {
  return Math.max(1, Math.ceil((millis - nowMillis) / 1_000))
}
