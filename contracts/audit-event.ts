/** What a producer tells the ledger. Personal data stands only under `personal`; everything else is facts. */
import Type, { type Static } from 'typebox'
import { basisCodes } from './basis.ts'
import { recordFacts, recordPersonal, recordTypes } from './record-fields.ts'
import { maxRunNumbers } from './retention.ts'
import { roles, services, tenantPattern } from './services.ts'

const oneOf = <const V extends readonly string[]>(values: V) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: values })

/** `disclosure` is the record of 34 CFR 99.32; reads exempt from it by (d)(1)–(5) are `access`. */
export const auditClasses = ['disclosure', 'access', 'admin', 'security'] as const

export const auditActions = [
  'transcript.read',
  'transcript.denied',
  'record.denied',
  'accesses.read',
  'roster.read',
  'grade.entered',
  'grade.changed',
  'profile.read',
  'directory.searched',
  'user.created',
  'user.updated',
  'user.deleted',
  'role.changed',
  'booking.created',
  'booking.cancelled',
  'auth.login',
  'auth.failed',
  'auth.logout',
  'auth.token_reused',
  'auth.token_refused',
  'tenant.crossed',
  'break_glass.read',
  'break_glass.reviewed',
  'ledger.exported',
  'ledger.verified',
  'ledger.searched',
  'ledger.sampled',
  'compliance.scanned',
  'producer.heartbeat',
  'event.conflicted',
  'record.requested',
  'record.refused',
  'record.disclosed',
  'record.redisclosed',
  'token.issued',
  'erasure.approved',
  'register.opened',
  'register.changed',
  'subject.erased',
  'register.read',
  'retention.applied',
  'ledger.reviewed',
  'quarantine.read',
  'quarantine.dropped',
] as const

/** Upper bound of one event after canonicalisation, in bytes (a tlog-tiles entry carries a 16-bit length). */
export const maxEventBytes = 65_535

/** What left the ledger: of which entries, how many of them, and a hash over what was sent or said. */
const Evidence = Type.Object(
  {
    format: Type.String({ pattern: '^[a-z][a-z0-9_]{0,31}$' }),
    from: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    /** Exclusive. */
    to: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    count: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  },
  { additionalProperties: false },
)

/** Entries whose period has passed, as runs: start, exclusive end, start … */
const Retention = Type.Object(
  {
    class: oneOf(auditClasses),
    policy: recordTypes.Version,
    /** Entries sequenced before it; absent where the state of the student's record decides and not time. */
    before: Type.Optional(recordTypes.Time),
    runs: Type.Array(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), {
      minItems: 2,
      maxItems: maxRunNumbers,
    }),
  },
  { additionalProperties: false },
)

/** A token that was issued: its life in seconds, and the times of sequencing it is limited to. */
const IssuedToken = Type.Object(
  {
    seconds: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    period: Type.Optional(
      Type.Object({ since: recordTypes.Time, until: recordTypes.Time }, { additionalProperties: false }),
    ),
  },
  { additionalProperties: false },
)

export const AuditEvent = Type.Object(
  {
    /** UUID chosen by the producer once; the same id again is the same event. */
    id: Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' }),
    tenant: Type.String({ pattern: tenantPattern }),
    producer: oneOf(services),
    /** Position among the producer's events of this tenant where the producer counts them; gaps prove loss. */
    sequence: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    /** When it happened, by the producer's clock: RFC 3339, UTC, milliseconds. Never trusted for order. */
    time: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' }),
    facts: Type.Object(
      {
        class: oneOf(auditClasses),
        action: oneOf(auditActions),
        outcome: oneOf(['success', 'denied', 'failure'] as const),
        actorRole: Type.Optional(oneOf([...roles, 'service', 'anonymous'] as const)),
        basis: Type.Optional(oneOf(basisCodes)),
        reason: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' })),
        resource: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' })),
        traceId: Type.Optional(Type.String({ pattern: '^[0-9a-f]{32}$' })),
        /** True for demo data: it can never be exported as evidence. */
        synthetic: Type.Optional(Type.Boolean()),
        /** What was shown by a report, an export or a search, so that another answer later would contradict it. */
        evidence: Type.Optional(Evidence),
        /** Of a certificate of erasure: when it was done, and when no backup holds the key any more. */
        erasedAt: Type.Optional(recordTypes.Time),
        unrecoverableAfter: Type.Optional(recordTypes.Time),
        /** Of a retention: which entries lost what they said, and by which policy. */
        retention: Type.Optional(Retention),
        token: Type.Optional(IssuedToken),
        ...recordFacts,
      },
      { additionalProperties: false },
    ),
    personal: Type.Optional(
      Type.Object(
        {
          /** Opaque account id of who acted. */
          actor: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
          /** Opaque student id whose record it concerns; the key the data is encrypted under is this subject's. */
          subject: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
          /** Id of the thing touched. */
          resourceId: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
          /** How the actor is named to the student, e.g. a job title and office; never more than the roster says. */
          party: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
          /** The legitimate interest in words, 34 CFR 99.32(a)(3)(ii). */
          interest: Type.Optional(Type.String({ minLength: 1, maxLength: 2_000 })),
          ...recordPersonal,
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type AuditEvent = Static<typeof AuditEvent>

/** Body of `POST /v1/events`; every event is answered for itself. */
export const AppendRequest = Type.Object(
  { events: Type.Array(Type.Unknown(), { minItems: 1, maxItems: 500 }) },
  { additionalProperties: false },
)

export const Receipt = Type.Object(
  {
    id: Type.String(),
    outcome: oneOf(['appended', 'duplicate', 'conflict', 'invalid'] as const),
    /** Zero-based position in the tenant's log, present when appended or duplicate. */
    index: Type.Optional(Type.Integer({ minimum: 0 })),
    /** RFC 6962 leaf hash, base64, present when appended or duplicate. */
    leafHash: Type.Optional(Type.String()),
    /** What was wrong, present when conflict or invalid. */
    detail: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)
export type Receipt = Static<typeof Receipt>

/** In the order of the request. An event without a receipt was not taken: its log is in trouble, send it again. */
export const AppendResponse = Type.Object({ receipts: Type.Array(Receipt) }, { additionalProperties: false })
export type AppendResponse = Static<typeof AppendResponse>
