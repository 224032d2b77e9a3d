/** An incident as the inbox of the console shows it: what PagerDuty would have made of the same events. */
import Type, { type Static } from 'typebox'

const oneOf = <const V extends readonly string[]>(values: V) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: values })

export const incidentStates = ['triggered', 'acknowledged', 'resolved'] as const
export type IncidentState = (typeof incidentStates)[number]

/** One step in the life of an incident. */
export const IncidentStep = Type.Object(
  {
    /** RFC 3339, UTC, by the clock of the console. */
    time: Type.String(),
    action: oneOf(['trigger', 'acknowledge', 'resolve'] as const),
    /** `event` came in at `/v2/enqueue`; `person` was done on the page. */
    by: oneOf(['event', 'person'] as const),
    /** E-mail of the console account, where a person did it. */
    person: Type.Optional(Type.String()),
    /** Summary of the event, where it brought one. */
    summary: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)
export type IncidentStep = Static<typeof IncidentStep>

export const Incident = Type.Object(
  {
    /** Counted up from 1, never used twice. */
    id: Type.Integer({ minimum: 1 }),
    dedupKey: Type.String(),
    state: oneOf(incidentStates),
    severity: oneOf(['critical', 'error', 'warning', 'info'] as const),
    /** Of the newest trigger. */
    summary: Type.String(),
    source: Type.String(),
    component: Type.Optional(Type.String()),
    group: Type.Optional(Type.String()),
    class: Type.Optional(Type.String()),
    client: Type.Optional(Type.String()),
    openedAt: Type.String(),
    lastEventAt: Type.String(),
    acknowledgedAt: Type.Optional(Type.String()),
    resolvedAt: Type.Optional(Type.String()),
    /** Events that came in for it. */
    events: Type.Integer({ minimum: 0 }),
    links: Type.Array(
      Type.Object({ href: Type.String(), text: Type.String() }, { additionalProperties: false }),
    ),
    /** `custom_details` of the newest trigger, every value as text; long ones are cut. */
    details: Type.Record(Type.String(), Type.String()),
    /** Oldest first; of a long life the beginning and the newest part. */
    steps: Type.Array(IncidentStep),
  },
  { additionalProperties: false },
)
export type Incident = Static<typeof Incident>

/** Answer of `GET /api/incidents`, newest incident first. */
export const IncidentList = Type.Object(
  {
    /** Whether PagerDuty receives the same events, or this inbox stands in for it. */
    mode: oneOf(['stand-in', 'copy'] as const),
    counts: Type.Object(
      { triggered: Type.Integer(), acknowledged: Type.Integer(), resolved: Type.Integer() },
      { additionalProperties: false },
    ),
    incidents: Type.Array(Incident),
  },
  { additionalProperties: false },
)
export type IncidentList = Static<typeof IncidentList>
