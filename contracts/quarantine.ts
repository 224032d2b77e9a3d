/** Events the ledger refused and keeps for a custodian to look at: `/v1/record/:tenant/quarantine`. */
import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false } as const
const count = () => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const time = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' })
const uuid = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' })

/**
 * Why an event was refused: its shape, a token of another producer, a day that does not exist, what its basis demands,
 * its size, no canonical form, or other bytes under an id that is taken.
 */
export const quarantineReasons = [
  'shape',
  'producer',
  'time',
  'record',
  'size',
  'canonical',
  'conflict',
] as const
export type QuarantineReason = (typeof quarantineReasons)[number]

/** What became of a refused event besides its receipt. */
export const quarantineOutcomes = ['kept', 'repeated', 'full', 'unattributed', 'failed'] as const

export const QuarantinedEvent = Type.Object(
  {
    id: uuid,
    reason: Type.Unsafe<QuarantineReason>({ type: 'string', enum: quarantineReasons }),
    /** Service whose token was shown; `other` for a token of no service. */
    producer: Type.String(),
    bodyBytes: count(),
    /** False where the body was too large to be kept. */
    isKept: Type.Boolean(),
    /** How often the same body came. */
    times: count(),
    /** Keyed hash of the body, hex. */
    digest: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    firstAt: time,
    lastAt: time,
  },
  closed,
)
export type QuarantinedEvent = Static<typeof QuarantinedEvent>

/** Oldest first; `next` is the `after` of the next page. */
export const QuarantinePage = Type.Object(
  { events: Type.Array(QuarantinedEvent), next: Type.Optional(uuid) },
  closed,
)

export const QuarantinedBody = Type.Object(
  {
    id: uuid,
    /** `open`; `too_large` where it was never kept; `erased` where the student's key is gone. */
    state: Type.Unsafe<'open' | 'too_large' | 'erased'>({
      type: 'string',
      enum: ['open', 'too_large', 'erased'],
    }),
    /** What was wrong, and the event as JSON text; present when open. */
    detail: Type.Optional(Type.String()),
    body: Type.Optional(Type.String()),
  },
  closed,
)

export const QuarantineDropped = Type.Object({ id: uuid, outcome: Type.Literal('dropped') }, closed)
