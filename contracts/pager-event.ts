/**
 * An event of PagerDuty's Events API v2, as Alertmanager and the heartbeat send it and the inbox takes it. Bounds are
 * those of PagerDuty's documentation: a longer event is refused there, so it is refused here too.
 */
import Type, { type Static } from 'typebox'

/** Most bytes of one event. */
export const maxPagerEventBytes = 512_000
/** Calls a minute that PagerDuty takes for one routing key before it answers 429. */
export const pagerCallsPerMinute = 120
export const maxDedupKeyLength = 255
export const maxSummaryLength = 1_024

const webAddress = Type.String({ minLength: 1, maxLength: 2_048, format: 'web-address' })

const Links = Type.Array(
  Type.Object({ href: webAddress, text: Type.Optional(Type.String({ maxLength: 1_024 })) }),
  { maxItems: 32 },
)

const Images = Type.Array(
  Type.Object({
    src: Type.String({ pattern: '^https://' }),
    href: Type.Optional(webAddress),
    alt: Type.Optional(Type.String({ maxLength: 1_024 })),
  }),
  { maxItems: 32 },
)

const PagerPayload = Type.Object({
  summary: Type.String({ minLength: 1, maxLength: maxSummaryLength }),
  source: Type.String({ minLength: 1, maxLength: 1_024 }),
  severity: Type.Unsafe<'critical' | 'error' | 'warning' | 'info'>({
    type: 'string',
    enum: ['critical', 'error', 'warning', 'info'],
  }),
  /** RFC 3339. */
  timestamp: Type.Optional(Type.String({ maxLength: 64, format: 'date-time' })),
  component: Type.Optional(Type.String({ maxLength: 1_024 })),
  group: Type.Optional(Type.String({ maxLength: 1_024 })),
  class: Type.Optional(Type.String({ maxLength: 1_024 })),
  custom_details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})

const common = {
  /** Integration key, 32 characters. */
  routing_key: Type.String({ minLength: 32, maxLength: 32 }),
  client: Type.Optional(Type.String({ maxLength: 1_024 })),
  client_url: Type.Optional(Type.String({ maxLength: 2_048 })),
  links: Type.Optional(Links),
  images: Type.Optional(Images),
}
const DedupKey = Type.String({ minLength: 1, maxLength: maxDedupKeyLength })

/** Opens an incident, or adds to the open one of its dedup key; without a key PagerDuty makes one. */
export const PagerTrigger = Type.Object({
  ...common,
  event_action: Type.Literal('trigger'),
  dedup_key: Type.Optional(DedupKey),
  payload: PagerPayload,
})
export type PagerTrigger = Static<typeof PagerTrigger>

/** Changes the open incident of its dedup key; without one it changes nothing. */
export const PagerUpdate = Type.Object({
  ...common,
  event_action: Type.Unsafe<'acknowledge' | 'resolve'>({ type: 'string', enum: ['acknowledge', 'resolve'] }),
  dedup_key: DedupKey,
  payload: Type.Optional(PagerPayload),
})
export type PagerUpdate = Static<typeof PagerUpdate>

export const PagerEvent = Type.Union([PagerTrigger, PagerUpdate])
export type PagerEvent = Static<typeof PagerEvent>

/** The answer 202, and with `errors` the answer 400. */
export const PagerAnswer = Type.Object({
  status: Type.String(),
  message: Type.String(),
  dedup_key: Type.Optional(Type.String()),
  errors: Type.Optional(Type.Array(Type.String())),
})
export type PagerAnswer = Static<typeof PagerAnswer>
