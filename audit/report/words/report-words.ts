/** What a student's report says in a language: a catalogue that lacks a text does not compile. */
import type { AuditEvent } from '../../../contracts/audit-event.ts'
import type { BasisCode } from '../../../contracts/basis.ts'
import type { CsvColumn } from '../../format/csv.ts'

type Facts = AuditEvent['facts']

/** Columns a report has in CSV beside those of an export: what proves the line. */
export const proofColumns = [
  'section',
  'leaf',
  'facts_salt',
  'personal_salt',
  'inclusion_proof',
  'tree_size',
  'root',
] as const

export interface ReportWords {
  /** BCP 47: the language of the document, and how its dates and numbers are written. */
  readonly locale: string
  readonly title: string
  readonly made: (about: {
    readonly subject: string
    readonly made: string
    readonly period?: { readonly from: string; readonly to: string }
  }) => string
  readonly log: (log: { readonly origin: string; readonly size: string; readonly root: string }) => string
  readonly synthetic: string
  readonly disclosures: string
  readonly otherAccess: string
  readonly none: string
  readonly notRecorded: string
  /** Heads of the table: entry, when, what, who, why, leaf hash. */
  readonly head: readonly [string, string, string, string, string, string]
  readonly showsHeading: string
  readonly statement: (statement: {
    readonly count: string
    readonly listed: string
    readonly unshown: string
    readonly id: string
    readonly sha256: string
  }) => string
  /** As many sentences as the report itself says, in their order. */
  readonly shows: readonly [string, string]
  readonly attached: string
  readonly doesNotShowHeading: string
  readonly doesNotShow: readonly [string, string, string]
  readonly attachment: string
  readonly actions: Readonly<Record<Facts['action'], string>>
  readonly outcomes: Readonly<Record<Exclude<Facts['outcome'], 'success'>, string>>
  readonly roles: Readonly<Record<NonNullable<Facts['actorRole']>, string>>
  readonly bases: Readonly<Record<BasisCode, string>>
  /** Kinds of things the campus app names; what is not here is shown as the producer wrote it. */
  readonly resources: Readonly<Record<string, string>>
  readonly columns: Readonly<Record<CsvColumn | (typeof proofColumns)[number], string>>
}
