/**
 * Who saw a student's record: every entry about the student, each with what proves that it stands in the log and
 * says what it says, and a statement of how many there are that the ledger has bound itself to.
 */
import Type, { type Static } from 'typebox'
import { AuditEvent } from './audit-event.ts'
import { Leaf } from './leaf.ts'

export const studentReportFormat = 'campanile/student-report/v1'

/** Hashed before the leaf hashes of all entries about the student, in their order. */
export const statementDomain = 'campanile/student-statement/v1\0'

/** What a report shows, word for word the same in every format. */
export const reportShows = [
  'Every line is an entry of the log: its leaf hash follows from the leaf, its proof leads from there to the signed root, and its facts and personal data fit the commitment in the leaf.',
  'The ledger has written into the same log how many entries about the student there are and a hash over all of them. It cannot later give another answer for the same size without contradicting that entry; every earlier statement that is among the lines agrees with them.',
] as const

/** What a report does not show. */
export const reportDoesNotShow = [
  'Leaves do not reveal whom they are about. Nobody but the holder of the keys can tell from the log alone that no further entry is about the student; an auditor with those keys can derive the same list again from every entry.',
  'Without a witness on another host no report can detect a holder of the log key who rewrote the log.',
  'Disclosures that a court forbids to reveal are kept elsewhere and are in no report.',
] as const

const base64 = { pattern: '^[A-Za-z0-9+/]{43}=$' }
const base64url = { pattern: '^[A-Za-z0-9_-]{43}$' }
const time = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' })
const count = () => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

export const ReportLine = Type.Object(
  {
    index: count(),
    /** `accounting` is the record of 34 CFR 99.32; `access` is evidence of what is exempt from it. */
    section: Type.Unsafe<'accounting' | 'access'>({ type: 'string', enum: ['accounting', 'access'] }),
    leaf: Leaf,
    leafHash: Type.String(base64),
    /** Audit path to the root of the checkpoint, leaf upwards. */
    path: Type.Array(Type.String(base64), { maxItems: 64 }),
    facts: AuditEvent.properties.facts,
    factsSalt: Type.String(base64url),
    personal: Type.Object({}),
    personalSalt: Type.String(base64url),
  },
  { additionalProperties: false },
)
export type ReportLine = Static<typeof ReportLine>

/** An entry about the student outside the period of the report, or whose facts retention has deleted. */
export const UnshownEntry = Type.Object(
  { index: count(), leafHash: Type.String(base64), path: Type.Array(Type.String(base64), { maxItems: 64 }) },
  { additionalProperties: false },
)
export type UnshownEntry = Static<typeof UnshownEntry>

export const StudentReport = Type.Object(
  {
    format: Type.Literal(studentReportFormat),
    tenant: Type.String(),
    subject: Type.String({ minLength: 1, maxLength: 128 }),
    generatedAt: time,
    /** The lines are of entries sequenced from `from` up to, not including, `to`; absent when of all. */
    period: Type.Optional(Type.Object({ from: time, to: time }, { additionalProperties: false })),
    /** Verifier key of the log; compare it with the one received by another way. */
    vkey: Type.String(),
    /** The signed checkpoint all proofs lead to. */
    checkpoint: Type.String(),
    /** True when demo data is among the lines: such a report is no evidence. */
    synthetic: Type.Boolean(),
    /** Ascending by index. */
    lines: Type.Array(ReportLine),
    unshown: Type.Array(UnshownEntry),
    statement: Type.Object(
      {
        /** Id of the entry that says the same: it joins the log after this report was made. */
        id: Type.String(),
        /** Size of the log the statement is about. */
        size: count(),
        /** Entries about the student below that size, lines and unshown together. */
        count: count(),
        sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      },
      { additionalProperties: false },
    ),
    shows: Type.Array(Type.String()),
    doesNotShow: Type.Array(Type.String()),
  },
  { additionalProperties: false },
)
export type StudentReport = Static<typeof StudentReport>
