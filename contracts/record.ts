/** Bodies of the record door: disclosures, requests for access, and the registers that stand behind both. */
import Type, { type Static, type TSchema } from 'typebox'
import type { Receipt } from './audit-event.ts'
import { basisCodes } from './basis.ts'
import { Party, recordFacts, recordPersonal, recordTypes } from './record-fields.ts'

const { IsoDate, Text, Time, Uuid, Version, Word } = recordTypes
const oneOf = <const V extends readonly string[]>(values: V) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: values })
const closed = { additionalProperties: false } as const

/** Most students of one disclosure; larger ones are several disclosures. */
export const maxStudents = 5_000

const Account = Type.String({ minLength: 1, maxLength: 128 })
const Students = Type.Array(Account, { maxItems: maxStudents, uniqueItems: true })

const { register: _register, state: _state, ...disclosureFacts } = recordFacts
const {
  disclosure: _disclosure,
  statements: _statements,
  statement: _statement,
  details: _details,
  ...disclosurePersonal
} = recordPersonal

/** `POST /v1/record/:tenant/disclosures`: one event for each student, none of whom can see the others. */
export const DisclosureBody = Type.Object(
  {
    /** Made by the caller once; the same body again gives the same receipts. */
    id: Uuid,
    /** When it was disclosed; clocks and registers are read as of then. */
    time: Time,
    /** Account of who disclosed. */
    actor: Account,
    basis: oneOf(basisCodes),
    /** Empty only where the basis is not about anybody, 34 CFR 99.31(b). */
    students: Students,
    /** Request for re-disclosure records this one came in by; it is then a disclosure by the recipient. */
    redisclosure: Type.Optional(Uuid),
    synthetic: Type.Optional(Type.Boolean()),
    facts: Type.Object(disclosureFacts, closed),
    personal: Type.Object(disclosurePersonal, closed),
  },
  closed,
)
export type DisclosureBody = Static<typeof DisclosureBody>

/** `POST /v1/record/:tenant/requests`: a request for access, taken in or refused. */
export const AccessRequestBody = Type.Object(
  {
    id: Uuid,
    time: Time,
    actor: Account,
    students: Type.Array(Account, { minItems: 1, maxItems: maxStudents, uniqueItems: true }),
    decision: oneOf(['received', 'refused'] as const),
    /** Why it was refused. */
    reason: Type.Optional(Word),
    basis: Type.Optional(oneOf(basisCodes)),
    recordKinds: Type.Optional(recordFacts.recordKinds),
    parties: Type.Array(Party, { minItems: 1, maxItems: 50 }),
    synthetic: Type.Optional(Type.Boolean()),
  },
  closed,
)
export type AccessRequestBody = Static<typeof AccessRequestBody>

/** Answers one student's entry. */
export interface RecordReceipt extends Receipt {
  /** The student the entry is about; absent where it is about nobody. */
  readonly student?: string
  /** Statements the student placed with the record: they go along with it, 34 CFR 99.21(c). */
  readonly statements?: readonly string[]
}

/** The registers, each with its own states and, some of them, a clock. */
export const registers = [
  'agreement',
  'consent',
  'directory_policy',
  'opt_out',
  'annual_notice',
  'debarment',
  'hold',
  'inspection',
  'amendment',
  'redisclosure',
  'retention',
  'student_record',
  'eligibility',
  'dependency',
] as const
export type Register = (typeof registers)[number]

/** Registers whose entries are due one day. */
export const clocks = ['agreement', 'inspection', 'redisclosure'] as const satisfies readonly Register[]

const Kinds = Type.Array(Word, { minItems: 1, maxItems: 20, uniqueItems: true })

/** A day to a century. */
const KeepDays = Type.Integer({ minimum: 1, maximum: 36_525 })
const dependencyEvidence = oneOf(['tax_return', 'declaration', 'student_record'] as const)

/** What an entry of each register says in words that name nobody. */
export const registerFacts = {
  agreement: Type.Object(
    {
      bases: Type.Array(oneOf(basisCodes), { minItems: 1, maxItems: 10, uniqueItems: true }),
      recordKinds: Kinds,
      from: IsoDate,
      until: IsoDate,
      /** Day by which the records are destroyed; the register's clock. */
      destroyBy: Type.Optional(IsoDate),
      directControl: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
  consent: Type.Object(
    {
      recordKinds: Kinds,
      /** Day of the signature, 34 CFR 99.30(a); it holds from then on. */
      signedOn: IsoDate,
      until: Type.Optional(IsoDate),
      signature: oneOf(['handwritten', 'electronic'] as const),
      /** How an electronic signature is tied to the person, 34 CFR 99.30(d). */
      identityMethod: Type.Optional(recordFacts.identityMethod),
    },
    closed,
  ),
  directory_policy: Type.Object(
    {
      version: Version,
      recordKinds: Kinds,
      noticeDate: IsoDate,
      /** Last day on which students could opt out before the policy took effect. */
      optOutUntil: IsoDate,
      /** True where only the named parties may get it, 34 CFR 99.37(d). */
      isLimited: Type.Boolean(),
    },
    closed,
  ),
  opt_out: Type.Object({ from: IsoDate }, closed),
  annual_notice: Type.Object(
    {
      version: Version,
      noticeDate: IsoDate,
      languages: Type.Array(Type.String({ pattern: '^[a-z]{2,3}(-[A-Z]{2})?$' }), {
        minItems: 1,
        maxItems: 50,
        uniqueItems: true,
      }),
      delivery: oneOf(['email', 'mail', 'handbook', 'website'] as const),
      /** SHA-256 of the text, lower-case hex; the text itself is published. */
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    },
    closed,
  ),
  debarment: Type.Object({ from: IsoDate, until: IsoDate }, closed),
  hold: Type.Object(
    {
      scope: oneOf(['tenant', 'subject', 'actor'] as const),
      /** Entries of these days only; without them all. */
      from: Type.Optional(IsoDate),
      until: Type.Optional(IsoDate),
    },
    closed,
  ),
  inspection: Type.Object({ recordKinds: Kinds, copies: Type.Boolean() }, closed),
  amendment: Type.Object({ recordKinds: Kinds }, closed),
  redisclosure: Type.Object({ since: IsoDate }, closed),
  /** How long entries of each class are kept, in days; the newest in force holds. */
  retention: Type.Object({ version: Version, access: KeepDays, admin: KeepDays, security: KeepDays }, closed),
  /** That the institution keeps education records of the student, as the student system says. */
  student_record: Type.Object({ from: IsoDate }, closed),
  /** What the rights of 34 CFR 99.5 pass to the student by; the days stand under `personal`. */
  eligibility: Type.Object({}, closed),
  /** A dependent student of 26 U.S.C. 152, 34 CFR 99.31(a)(8). */
  dependency: Type.Object({ evidence: dependencyEvidence, from: IsoDate, until: IsoDate }, closed),
} as const satisfies Readonly<Record<Register, TSchema>>
export type RegisterFacts = { readonly [R in Register]: Static<(typeof registerFacts)[R]> }

/** What an entry says that may name somebody; sealed under the student's key where it has one. */
export const RegisterPersonal = Type.Object(
  {
    parties: recordPersonal.parties,
    purpose: recordPersonal.purpose,
    records: recordPersonal.records,
    legalCase: recordPersonal.legalCase,
    statement: recordPersonal.statement,
    /** Account whose deeds a hold covers. */
    heldActor: Type.Optional(Account),
    /** Day of the eighteenth birthday and of the first attendance after school: the earlier one counts, 34 CFR 99.3. */
    eighteenOn: Type.Optional(IsoDate),
    postsecondaryFrom: Type.Optional(IsoDate),
  },
  closed,
)
export type RegisterPersonal = Static<typeof RegisterPersonal>

/** `POST /v1/record/:tenant/registers/:register`; `facts` is checked by the register's own schema. */
export const OpenEntryBody = Type.Object(
  {
    id: Uuid,
    time: Time,
    actor: Account,
    student: Type.Optional(Account),
    synthetic: Type.Optional(Type.Boolean()),
    facts: Type.Unknown(),
    personal: Type.Optional(RegisterPersonal),
  },
  closed,
)
export type OpenEntryBody = Static<typeof OpenEntryBody>

/** `POST /v1/record/:tenant/registers/:register/:id/:command` */
export const CommandBody = Type.Object(
  {
    time: Time,
    actor: Account,
    synthetic: Type.Optional(Type.Boolean()),
    /** Why, in one word of the house. */
    reason: Type.Optional(Word),
    /** Reasons, a decision, an attestation or a student's own statement, in words. */
    statement: Type.Optional(Text),
    /** True: the student was told of the right to a hearing, 34 CFR 99.20(c). */
    hearingNotice: Type.Optional(Type.Boolean()),
    /** True: whoever decided has no interest in the outcome, 34 CFR 99.22(c). */
    impartialOfficer: Type.Optional(Type.Boolean()),
    /** How many records came in. */
    count: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  },
  closed,
)
export type CommandBody = Static<typeof CommandBody>
