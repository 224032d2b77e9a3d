/** Faults that can be switched on in the demo, to prove that the right alert rings. Nowhere else do they exist. */
import Type, { type Static } from 'typebox'
import { tenantPattern } from './services.ts'

/** Switches inside processes; floods, bad logins and tampering come from outside and need none. */
export const faultNames = [
  /** academics: GPA calculations of the tenant answer 500. */
  'gpa-500',
  /** booking: the search for free rooms waits in the database. */
  'slow-sql',
  /** booking: connections are taken from the pool and held. */
  'pool-leak',
  /** collector: one redaction rule is off for the tenant. */
  'pii-leak',
  /** ledger: appends are refused with 503. */
  'audit-down',
  /** supervisor: Alertmanager is held down. */
  'stop-alertmanager',
] as const
export type FaultName = (typeof faultNames)[number]

/** The one tenant that faults and drills may touch; nobody real is in it. */
export const drillTenant = 'drill'

/** Longest a fault may last, in seconds: what forgets to end it does not keep it. */
export const maxFaultSeconds = 900

/** Body of `POST /faults`. The tenant is `drill` unless the fault knows none. */
export const FaultRequest = Type.Object(
  {
    fault: Type.Unsafe<FaultName>({ type: 'string', enum: faultNames }),
    active: Type.Boolean(),
    /** How long it lasts, in seconds; needed to switch on. */
    seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: maxFaultSeconds })),
    tenant: Type.Optional(Type.String({ pattern: tenantPattern })),
  },
  { additionalProperties: false },
)
export type FaultRequest = Static<typeof FaultRequest>

/** Answer of `GET /faults` and `POST /faults`: what this process can do, and what is on. */
export const FaultStatus = Type.Object(
  {
    service: Type.String(),
    faults: Type.Array(
      Type.Object(
        {
          fault: Type.Unsafe<FaultName>({ type: 'string', enum: faultNames }),
          active: Type.Boolean(),
          /** RFC 3339, when active. */
          until: Type.Optional(Type.String()),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type FaultStatus = Static<typeof FaultStatus>
