/** Answers of the record functions, and what a refused reader is told. The decision itself is the database's. */
import type { BasisCode } from '../../../contracts/basis.ts'
import type { Role } from '../../../contracts/services.ts'
import type { Letter } from './gpa.ts'

export type Relationship = 'self' | 'instructor' | 'advisor' | 'registrar' | 'parent' | 'break_glass'

/** Why a read was refused; `foreign` is an id of another tenant. */
export type DenialReason = 'role' | 'no_relationship' | 'reason_missing' | 'unknown_student' | 'foreign'

export interface StoredCourse {
  readonly id: string
  readonly code: string
  readonly title: string
  readonly term: string
  readonly creditHundredths: number
  readonly grade: Letter | null
}

export interface Transcript {
  readonly student: { readonly id: string; readonly name: string }
  readonly courses: readonly StoredCourse[]
}

export interface Denied<R extends string = DenialReason> {
  readonly outcome: 'denied'
  readonly reason: R
  /** True for the registrar of record, who stands in a relationship to every student of the tenant. */
  readonly keeper?: boolean
}

export interface TranscriptRead {
  readonly outcome: 'read'
  readonly relationship: Relationship
  readonly basis: BasisCode
  readonly class: 'access' | 'disclosure'
  /** When broken glass closes and a new reason is wanted, RFC 3339; absent for a read by relationship. */
  readonly glassEndsAt?: string
  readonly transcript: Transcript
}

export type TranscriptAnswer = TranscriptRead | Denied

export interface AccessesOpened {
  readonly outcome: 'read'
  readonly relationship: Relationship
  readonly basis: BasisCode
}

export type AccessesAnswer = AccessesOpened | Denied

/** How a refusal leaves the house: an unknown student and one of another tenant look the same. */
export type Disclosure = 'not_found' | 'forbidden' | 'reason_wanted'

/** What the request showed beside its id. */
export interface Shown {
  readonly role: Role
  /** True when a typed reason came with it that is one. */
  readonly hasReason: boolean
}

/**
 * Tells what a refused reader may learn. Whoever stands in no relationship gets the same answer for a student
 * they may not read and for an id that nobody of the tenant has; only the keeper of the records, and an
 * official whose typed reason would have opened the record, are told that there is none.
 */
export function disclosureOf({ reason, keeper = false }: Denied, { role, hasReason }: Shown): Disclosure {
  switch (reason) {
    case 'reason_missing':
      return 'reason_wanted'
    case 'role':
    case 'no_relationship':
      return 'forbidden'
    case 'unknown_student':
    case 'foreign':
      if (keeper) return 'not_found'
      if (!mayBreakGlass(role)) return 'forbidden'
      return hasReason ? 'not_found' : 'reason_wanted'
  }
}

function mayBreakGlass(role: Role): boolean {
  return role === 'faculty' || role === 'staff' || role === 'registrar'
}
