/** Answers of the record functions, and what a refused reader is told. The decision itself is the database's. */
import type { BasisCode } from '../../../contracts/basis.ts'
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
}

export interface TranscriptRead {
  readonly outcome: 'read'
  readonly relationship: Relationship
  readonly basis: BasisCode
  readonly class: 'access' | 'disclosure'
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

/** Tells what a refused reader may learn. */
export function disclosureOf(reason: DenialReason): Disclosure {
  switch (reason) {
    case 'unknown_student':
    case 'foreign':
      return 'not_found'
    case 'reason_missing':
      return 'reason_wanted'
    case 'role':
    case 'no_relationship':
      return 'forbidden'
  }
}
