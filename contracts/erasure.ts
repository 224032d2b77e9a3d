/** What is asked of `POST /v1/erasures/:tenant`, and what is answered. */
import Type, { type Static } from 'typebox'
import { recordTypes } from './record-fields.ts'

const oneOf = <const V extends readonly string[]>(values: V) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: values })

/**
 * What became of the education record the entries are about: the record of disclosures is kept as long as it is
 * (34 CFR 99.32(a)(2)). `none` says that there never was one.
 */
export const recordStates = ['kept', 'destroyed', 'none'] as const

/** Reasons to refuse, in the order they are looked at. */
const erasureGrounds = ['record_kept', 'inspection_open', 'legal_hold', 'statutory_exemption'] as const
export type ErasureGround = (typeof erasureGrounds)[number]

export const ErasureBody = Type.Object(
  {
    /** Of the certificate; the same again is the same erasure. */
    id: recordTypes.Uuid,
    subject: Type.String({ minLength: 1, maxLength: 128 }),
    /** One word, kept in the certificate; never anything about the person. */
    reason: recordTypes.Word,
    recordState: oneOf(recordStates),
    /** A law that asks to keep it, e.g. a legal obligation or claims, GDPR 17(3)(b) and (e). */
    isExempt: Type.Optional(Type.Boolean()),
    /** True for demo data. */
    synthetic: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type ErasureBody = Static<typeof ErasureBody>

/** Answer to `POST /v1/erasures/:tenant/approvals`, which takes the very body the erasure will be asked for with. */
export const ErasureApproval = Type.Object(
  {
    /** Of the erasure. */
    id: recordTypes.Uuid,
    /** When it has to be given again. */
    expiresAt: recordTypes.Time,
  },
  { additionalProperties: false },
)
export type ErasureApproval = Static<typeof ErasureApproval>

export const ErasureCertificate = Type.Object(
  {
    /** Id of the event `subject.erased`. */
    id: recordTypes.Uuid,
    index: Type.Integer({ minimum: 0 }),
    /** RFC 6962 leaf hash, base64. */
    leafHash: Type.String(),
    erasedAt: recordTypes.Time,
    /** When the last backup of the keystore that holds the key is gone. */
    unrecoverableAfter: recordTypes.Time,
    /** Entries whose side-store rows were emptied by this call. */
    entries: Type.Integer({ minimum: 0 }),
  },
  { additionalProperties: false },
)
export type ErasureCertificate = Static<typeof ErasureCertificate>

/** Longest life of a backup of the keystore. */
export const keystoreBackupDays = 35
