/** A service level objective as the rule generator reads it (the subset of OpenSLO v1 that we emit). */
import Type, { type Static } from 'typebox'
import { services } from './services.ts'

export const Slo = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$' }),
    service: Type.Unsafe<(typeof services)[number]>({ type: 'string', enum: services }),
    description: Type.String({ minLength: 1 }),
    /** Ratio of good events, above 0 and below 1. */
    objective: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
    windowDays: Type.Integer({ minimum: 1, maximum: 90 }),
    indicator: Type.Union([
      Type.Object({ kind: Type.Literal('availability'), route: Type.Optional(Type.String()) }),
      Type.Object({
        kind: Type.Literal('latency'),
        route: Type.Optional(Type.String()),
        thresholdSeconds: Type.Number({ exclusiveMinimum: 0 }),
      }),
    ]),
  },
  { additionalProperties: false },
)
export type Slo = Static<typeof Slo>
