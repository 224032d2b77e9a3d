/**
 * Objects of OCSF 1.8.0 (ocsf.io) with the attributes the ledger writes, closed against any other. Names, types,
 * requirements and constraints are those of the published schema; the `edu` ones are those of `edu/`.
 */
import Type from 'typebox'

export const ocsfVersion = '1.8.0'
export const eduVersion = '0.1.0'

const closed = { additionalProperties: false } as const
const text = () => Type.String({ minLength: 1 })
const hex256 = () => Type.String({ pattern: '^[0-9a-f]{64}$' })

/** One of the named attributes at least, as OCSF's `at_least_one` says it. */
export function atLeastOne(...names: readonly string[]) {
  return { anyOf: names.map((name) => ({ required: [name] })) }
}

export const OcsfFingerprint = Type.Object(
  { algorithm: Type.Literal('SHA-256'), algorithm_id: Type.Literal(3), value: hex256() },
  closed,
)

export const OcsfMetadata = Type.Object(
  {
    version: Type.Literal(ocsfVersion),
    product: Type.Object({ name: text(), vendor_name: text() }, closed),
    extensions: Type.Array(Type.Object({ name: text(), uid: text(), version: text() }, closed)),
    profiles: Type.Array(
      Type.Union([Type.Literal('trace'), Type.Literal('edu/ferpa'), Type.Literal('edu/ledger')]),
    ),
    /** Id the producer gave the event. */
    uid: text(),
    /** The action in our own words. */
    event_code: text(),
    /** Origin of the log. */
    log_name: text(),
    log_provider: text(),
    log_version: text(),
    tenant_uid: text(),
    /** When the ledger sequenced it, milliseconds since the epoch; the event's `time` is the producer's. */
    logged_time: Type.Integer({ minimum: 0 }),
    /** The producer's own count. */
    sequence: Type.Optional(Type.Integer({ minimum: 0 })),
    correlation_uid: Type.Optional(text()),
    labels: Type.Optional(Type.Array(text())),
  },
  closed,
)

export const OcsfUser = Type.Object(
  {
    uid: Type.Optional(text()),
    name: Type.Optional(text()),
    type: Type.Optional(text()),
    type_id: Type.Integer(),
  },
  { ...closed, ...atLeastOne('name', 'uid') },
)

export const OcsfActor = Type.Object(
  { user: Type.Optional(OcsfUser), app_name: text() },
  { ...closed, ...atLeastOne('user', 'app_name') },
)

export const OcsfEndpoint = Type.Object({ svc_name: text() }, closed)
export const OcsfService = Type.Object({ name: text() }, closed)
export const OcsfApi = Type.Object({ operation: text(), service: Type.Optional(OcsfService) }, closed)
export const OcsfTrace = Type.Object({ uid: text() }, closed)
export const OcsfTable = Type.Object({ name: text(), uid: Type.Optional(text()) }, closed)
export const OcsfEntity = Type.Object(
  { name: text(), uid: Type.Optional(text()), type: text(), type_id: Type.Literal(99) },
  closed,
)

/** Object `ferpa` of the extension: what 34 CFR 99.32 asks to know of a disclosure or a request. */
export const EduFerpa = Type.Object(
  {
    basis: text(),
    /** Whether 34 CFR 99.32 asks for a record; `exemption` says by which paragraph it does not. */
    record_required: Type.Boolean(),
    exemption: Type.Optional(text()),
    parties: Type.Optional(Type.Array(text())),
    interest: Type.Optional(text()),
    student_uid: Type.Optional(text()),
  },
  closed,
)

/** Object `ledger_entry` of the extension: where the event stands in the log, and what its proof starts from. */
export const EduLedgerEntry = Type.Object(
  {
    index: Type.Integer({ minimum: 0 }),
    /** RFC 6962 leaf hash. */
    leaf_hash: OcsfFingerprint,
    /** Base64url commitment of the leaf. */
    commitment: text(),
  },
  closed,
)
