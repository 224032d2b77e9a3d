/** What the ledger's door answers where no other contract says it: pages, proofs and registers. */
import Type from 'typebox'
import { AuditEvent, Receipt } from './audit-event.ts'
import { basisCodes } from './basis.ts'
import { Leaf } from './leaf.ts'
import { recordTypes } from './record-fields.ts'
import { registers } from './record.ts'
import { Gone } from './retention.ts'

const closed = { additionalProperties: false } as const
const oneOf = <const V extends readonly string[]>(values: V) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: values })

const Index = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
/** SHA-256, base64. */
const Hash = Type.String({ pattern: '^[A-Za-z0-9+/]{43}=$' })
const Opening = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' })
const Path = Type.Array(Hash, { maxItems: 64 })
const Base64 = Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$' })

const Entry = Type.Object(
  {
    index: Index,
    leaf: Leaf,
    leafHash: Hash,
    /** Absent where retention or erasure took it; so are the other two. */
    facts: Type.Optional(AuditEvent.properties.facts),
    factsSalt: Type.Optional(Opening),
    personalCommitment: Type.Optional(Opening),
    /** What took them, where the ledger did. */
    gone: Type.Optional(Gone),
  },
  closed,
)

export const EntriesAnswer = Type.Object({ size: Index, entries: Type.Array(Entry) }, closed)

export const SearchAnswer = Type.Object(
  {
    /** Up to where the log is searched. */
    as_of_index: Index,
    /** Entries that a checkpoint covers; later ones are in the log and wait for theirs. */
    signed: Index,
    /** Newest first. */
    entries: Type.Array(Entry),
    /** `to` of the next page. */
    next: Type.Optional(Index),
  },
  closed,
)

export const InclusionAnswer = Type.Object(
  {
    index: Index,
    size: Index,
    leaf: Leaf,
    leafHash: Hash,
    path: Path,
    /** Where `size` is the newest signed. */
    checkpoint: Type.Optional(Type.String()),
  },
  closed,
)

export const ConsistencyAnswer = Type.Object({ from: Index, to: Index, path: Path }, closed)

export const AnchoredAnswer = Type.Object(
  { entry: Type.String(), anchor: Type.String(), policy: Type.String() },
  closed,
)

export const TimestampAnswer = Type.Object({ checkpoint: Base64, timestampReply: Base64 }, closed)

export const SampleAnswer = Type.Object(
  {
    tenant: Type.String(),
    vkey: Type.String(),
    checkpoint: Type.String(),
    nonce: Type.String(),
    from: Index,
    to: Index,
    count: Index,
    indices: Type.Array(Index),
  },
  closed,
)

const { facts } = AuditEvent.properties
const Access = Type.Object(
  {
    id: recordTypes.Uuid,
    index: Index,
    time: recordTypes.Time,
    action: facts.properties.action,
    class: facts.properties.class,
    outcome: facts.properties.outcome,
    basis: facts.properties.basis,
    actorRole: facts.properties.actorRole,
    party: Type.Optional(Type.String()),
    interest: Type.Optional(Type.String()),
    synthetic: Type.Boolean(),
  },
  closed,
)

export const AccessesAnswer = Type.Object(
  { accesses: Type.Array(Access), next: Type.Optional(Index) },
  closed,
)

const RecordReceipt = Type.Object(
  {
    ...Receipt.properties,
    student: Type.Optional(Type.String()),
    statements: Type.Optional(Type.Array(Type.String())),
  },
  closed,
)

export const RecordAnswer = Type.Object({ id: recordTypes.Uuid, receipts: Type.Array(RecordReceipt) }, closed)

export const RegisterEntryAnswer = Type.Object(
  {
    id: recordTypes.Uuid,
    register: oneOf(registers),
    state: recordTypes.Word,
    revision: Type.Integer({ minimum: 1 }),
    openedAt: recordTypes.Time,
    dueAt: Type.Optional(recordTypes.Time),
    closedAt: Type.Optional(recordTypes.Time),
    /** In the shape of the register. */
    facts: Type.Object({}),
    personal: Type.Optional(Type.Object({})),
  },
  closed,
)

export const RegisterPage = Type.Object(
  { entries: Type.Array(RegisterEntryAnswer), next: Type.Optional(recordTypes.Uuid) },
  closed,
)

const BasisRuleAnswer = Type.Object(
  {
    meaning: Type.String(),
    duty: Type.String(),
    notice: Type.String(),
    sealed: Type.Optional(Type.Literal(true)),
    demands: Type.Array(Type.String()),
  },
  closed,
)

export const BasesAnswer = Type.Object(
  { bases: Type.Object(Object.fromEntries(basisCodes.map((code) => [code, BasisRuleAnswer])), closed) },
  closed,
)

export const BlocksAnswer = Type.Object(
  { blocks: Type.Array(oneOf(['hold', 'inspection'] as const)) },
  closed,
)

export const SealedAnswer = Type.Object(
  { id: recordTypes.Uuid, status: oneOf(['written', 'waiting'] as const) },
  closed,
)

export const HealthAnswer = Type.Object(
  { status: oneOf(['ok', 'degraded', 'unavailable'] as const), reason: Type.Optional(Type.String()) },
  closed,
)

/** Who holds the rights over a student's record, 34 CFR 99.5, and by what a parent may see it. */
export const RightsAnswer = Type.Object(
  {
    holder: oneOf(['parent', 'student', 'unknown'] as const),
    /** Day on which they pass, or passed, to the student. */
    transferOn: Type.Optional(recordTypes.IsoDate),
    parentBasis: Type.Optional(oneOf(['99.31(a)(12)', '99.31(a)(8)'] as const)),
    dependencyEvidence: Type.Optional(oneOf(['tax_return', 'declaration', 'student_record'] as const)),
  },
  closed,
)
