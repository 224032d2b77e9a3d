/** What a legal hold reaches: its window against when an entry happened, its scope against whom it is about. Pure. */
import type { RegisterEntry } from './register-entry.ts'

const dayMillis = 86_400_000

/** When an entry happened, by its producer and by the ledger; milliseconds since the epoch. */
export interface EntryTimes {
  readonly eventTime: number
  readonly time: number
}

/** States in which a hold stands: a release that was only proposed releases nothing. */
export const standingStates: readonly string[] = ['placed', 'release_proposed']

/** Tells whether the window of a hold, whole days of UTC, meets the time between an event and its entry. */
export function isInWindow({ facts }: RegisterEntry<'hold'>, { eventTime, time }: EntryTimes): boolean {
  const from = facts.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(facts.from)
  const until = facts.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(facts.until) + dayMillis
  return Math.max(eventTime, time) >= from && Math.min(eventTime, time) < until
}

/** What is known of an entry beside its times. */
export interface HeldParts extends EntryTimes {
  /** Undefined where the entry is about nobody, or where it cannot be told any more. */
  readonly subject: string | undefined
  readonly actor: string | undefined
  /** False where the personal half cannot be opened: a hold then reaches it to be on the safe side. */
  readonly isOpen: boolean
}

/** Tells whether a hold that stands keeps an entry. */
export function reaches(hold: RegisterEntry<'hold'>, entry: HeldParts): boolean {
  if (!isInWindow(hold, entry)) return false
  const { scope } = hold.facts
  if (scope === 'tenant') return true
  const { student, heldActor } = hold.personal ?? {}
  // A hold whose own half is gone, and an entry that nobody can open, are taken for each other's.
  if (!entry.isOpen || hold.personal === undefined) return true
  return scope === 'subject' ? entry.subject === student : entry.actor === heldActor
}
