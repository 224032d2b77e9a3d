/** Whether the period of an entry has passed, by its class and the policy of its tenant. Pure. */
import type { AuditEvent } from '../../../contracts/audit-event.ts'
import { defaultKeepDays, defaultPolicyVersion, type TimedClass } from '../../../contracts/retention.ts'
import { reaches, type HeldParts } from './holds.ts'
import type { RegisterEntry } from './register-entry.ts'

const dayMillis = 86_400_000

export interface RetentionPolicy {
  readonly version: string
  readonly keepDays: Readonly<Record<TimedClass, number>>
}

/** States in which a policy holds: one that is to be withdrawn does until a second person says so. */
export const policyStates: readonly string[] = ['in_force', 'withdrawal_proposed']

/** Finds the policy that holds: the newest in force, else that of the house. */
export function policyOf(entries: readonly RegisterEntry<'retention'>[]): RetentionPolicy {
  const inForce = entries.filter(({ state }) => policyStates.includes(state))
  const newest = inForce.toSorted((a, b) => (a.openedAt < b.openedAt ? 1 : -1))[0]
  if (newest === undefined) return { version: defaultPolicyVersion, keepDays: defaultKeepDays }
  const { version, access, admin, security } = newest.facts
  return { version, keepDays: { access, admin, security } }
}

/** Answers the instant before which entries of a class have served their time: the beginning of a day. */
export function cutoffOf({ keepDays }: RetentionPolicy, timed: TimedClass, now: number): number {
  return Math.floor(now / dayMillis) * dayMillis - keepDays[timed] * dayMillis
}

/** Answers the latest of the instants before which some class has served its time. */
export function newestCutoff(policy: RetentionPolicy, now: number): number {
  // Every key of the table is a class.
  const timed = Object.keys(defaultKeepDays) as TimedClass[]
  return Math.max(...timed.map((each) => cutoffOf(policy, each, now)))
}

/** What others prove their gaps by stays as long as the log. */
const foreverActions: ReadonlySet<AuditEvent['facts']['action']> = new Set([
  'retention.applied',
  'subject.erased',
])

/** Tells whether an entry of an action is kept for good. */
export function outlivesTime(action: AuditEvent['facts']['action']): boolean {
  return foreverActions.has(action)
}

export interface Judged extends HeldParts {
  readonly class: AuditEvent['facts']['class']
  readonly action: AuditEvent['facts']['action']
  /**
   * When the student's education records were destroyed, milliseconds since the epoch; undefined while some are kept
   * and where the register does not know.
   */
  readonly destroyedAt: number | undefined
  /** True while the student's request to inspect is open, 34 CFR 99.10(e). */
  readonly isInspected: boolean
}

export interface Circumstances {
  readonly policy: RetentionPolicy
  /** Those that stand. */
  readonly holds: readonly RegisterEntry<'hold'>[]
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** `kept` until its period has passed, then `due` unless something keeps it. */
export type Fate = 'kept' | 'due' | 'hold' | 'inspection'

/** Judges an entry. */
export function fateOf(entry: Judged, { policy, holds, now }: Circumstances): Fate {
  if (outlivesTime(entry.action)) return 'kept'
  // The record of disclosures goes with the student's record and never by time, 34 CFR 99.32(a)(2); what was recorded
  // since is about a record of a student who came back, whether or not the register has it yet.
  const over = entry.class === 'disclosure' ? (entry.destroyedAt ?? 0) : cutoffOf(policy, entry.class, now)
  const isOver = entry.time < over
  if (!isOver) return 'kept'
  if (holds.some((hold) => reaches(hold, entry))) return 'hold'
  return entry.isInspected ? 'inspection' : 'due'
}
