/**
 * What an audit event of the disclosure record says beside the fields every event has. Facts are closed words, dates
 * and versions and are exported in the clear; whatever may name or describe somebody stands under `personal`.
 */
import Type from 'typebox'

const oneOf = <const V extends readonly string[]>(values: V) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: values })

const word = '^[a-z][a-z0-9_]{0,63}$'
const uuid = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
const date = '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$'
const time = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$'

const Word = Type.String({ pattern: word })
const Uuid = Type.String({ pattern: uuid })
const IsoDate = Type.String({ pattern: date })
const Version = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' })
const Line = Type.String({ minLength: 1, maxLength: 256 })
const Text = Type.String({ minLength: 1, maxLength: 2_000 })

/** The fields' shapes, for bodies of the record door that carry the same things. */
export const recordTypes = { Word, Uuid, IsoDate, Version, Line, Text, Time: Type.String({ pattern: time }) }

export const media = ['electronic', 'paper', 'oral', 'view'] as const

/** How the recipient was known to be who they said, 34 CFR 99.31(c). */
export const identityMethods = [
  'password',
  'multi_factor',
  'federated_login',
  'photo_id',
  'known_person',
  'known_address',
  'agency_credential',
  'notarised',
] as const

/** Somebody who asked for or got records, and why that is legitimate, 34 CFR 99.32(a)(3). */
export const Party = Type.Object({ name: Line, interest: Text }, { additionalProperties: false })

/** Facts of a disclosure. All optional here: `audit/record/rules/` knows which basis asks for which. */
export const recordFacts = {
  medium: Type.Optional(oneOf(media)),
  /** Which kinds of records or fields went out, e.g. `transcript`, `grades`, `discipline`. */
  recordKinds: Type.Optional(Type.Array(Word, { minItems: 1, maxItems: 20, uniqueItems: true })),
  identityMethod: Type.Optional(oneOf(identityMethods)),
  /** Version and time of the notice of 34 CFR 99.33(d) as the recipient got it. */
  redisclosureNotice: Type.Optional(
    Type.Object(
      { version: Version, deliveredAt: Type.String({ pattern: time }) },
      { additionalProperties: false },
    ),
  ),
  /** True when the recipient may pass it on; `onward` then names to whom, 34 CFR 99.33(b). */
  onwardAllowed: Type.Optional(Type.Boolean()),
  recipientRole: Type.Optional(Word),
  /** Annual notice with the criteria for officials and their interest, 34 CFR 99.7(a)(3)(iii). */
  policyVersion: Type.Optional(Version),
  /** Notice of directory information, 34 CFR 99.37. */
  noticeVersion: Type.Optional(Version),
  optOutChecked: Type.Optional(Type.Boolean()),
  /** What students were found by; a social security number or anything not directory information is refused. */
  matchedOn: Type.Optional(oneOf(['roster', 'directory', 'ssn', 'other'] as const)),
  /** True where the name, id or address is used in a class the student attends, 34 CFR 99.37(c). */
  inClass: Type.Optional(Type.Boolean()),
  directControl: Type.Optional(Type.Boolean()),
  transferNotice: Type.Optional(oneOf(['attempted', 'annual_notice', 'initiated_by_student'] as const)),
  copyOffered: Type.Optional(Type.Boolean()),
  destroyBy: Type.Optional(IsoDate),
  certified: Type.Optional(Type.Boolean()),
  dependencyEvidence: Type.Optional(oneOf(['tax_return', 'declaration', 'student_record'] as const)),
  /** The attempt to tell the student before a subpoena is complied with, 34 CFR 99.31(a)(9)(ii). */
  advanceNotice: Type.Optional(
    Type.Object(
      {
        attemptedAt: Type.String({ pattern: time }),
        method: oneOf(['mail', 'email', 'telephone', 'in_person'] as const),
      },
      { additionalProperties: false },
    ),
  ),
  decidedAt: Type.Optional(Type.String({ pattern: time })),
  finalResults: Type.Optional(
    Type.Object(
      {
        offence: oneOf(['crime_of_violence', 'nonforcible_sex_offence'] as const),
        decidedOn: IsoDate,
        violationFound: Type.Boolean(),
      },
      { additionalProperties: false },
    ),
  ),
  othersWithheld: Type.Optional(Type.Boolean()),
  underTwentyOne: Type.Optional(Type.Boolean()),
  codeIndependent: Type.Optional(Type.Boolean()),
  /** Register of the record this event changed, and the state it brought the entry to. */
  register: Type.Optional(Word),
  state: Type.Optional(Word),
} as const

/** Personal half of a disclosure, sealed under the student's key. */
export const recordPersonal = {
  parties: Type.Optional(Type.Array(Party, { minItems: 1, maxItems: 50 })),
  /** To whom the recipients may pass it on, each with their interest, 34 CFR 99.33(b)(1). */
  onward: Type.Optional(Type.Array(Party, { minItems: 1, maxItems: 50 })),
  /** Authorities that may disclose it further, 34 CFR 99.32(a)(1). */
  authorities: Type.Optional(Type.Array(Line, { minItems: 1, maxItems: 50 })),
  purpose: Type.Optional(Text),
  /** Records or fields in words, where their kinds do not say enough. */
  records: Type.Optional(Text),
  /** The caller's id of a disclosure to several students at once. */
  disclosure: Type.Optional(Uuid),
  agreement: Type.Optional(Uuid),
  consent: Type.Optional(Uuid),
  /** Open amendment statements that went along with the record, 34 CFR 99.21(c). */
  statements: Type.Optional(Type.Array(Uuid, { minItems: 1, maxItems: 50 })),
  instrument: Type.Optional(
    Type.Object(
      {
        kind: oneOf(['court_order', 'subpoena', 'grand_jury_subpoena', 'ex_parte_order'] as const),
        issuer: Line,
        reference: Line,
      },
      { additionalProperties: false },
    ),
  ),
  legalCase: Type.Optional(
    Type.Object({ reference: Line, relevance: Text }, { additionalProperties: false }),
  ),
  statute: Type.Optional(Line),
  /** The articulable and significant threat, 34 CFR 99.32(a)(5)(i). */
  threat: Type.Optional(Text),
  /** What was known when it was decided, 34 CFR 99.36(c). */
  circumstances: Type.Optional(Text),
  /** How it was determined that nobody can be recognised, 34 CFR 99.31(b). */
  determination: Type.Optional(Text),
  /** What a person wrote or decided, e.g. a statement placed with a record. */
  statement: Type.Optional(Text),
  /** What else an entry of a register or a command to it says, canonical JSON. */
  details: Type.Optional(Type.String({ minLength: 2, maxLength: 16_000 })),
} as const
