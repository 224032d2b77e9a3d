/** The outcome of one control on one resource. Unknown is never a pass. */
import Type, { type Static } from 'typebox'

export const Finding = Type.Object(
  {
    /** Stable over runs: control, resource and nothing that moves. */
    id: Type.String({ minLength: 1 }),
    control: Type.String({ pattern: '^[A-Z]{2,10}-\\d{2,3}[a-z]?$' }),
    status: Type.Unsafe<'pass' | 'fail' | 'unknown' | 'not-applicable'>({
      type: 'string',
      enum: ['pass', 'fail', 'unknown', 'not-applicable'],
    }),
    severity: Type.Unsafe<'critical' | 'high' | 'medium' | 'low'>({
      type: 'string',
      enum: ['critical', 'high', 'medium', 'low'],
    }),
    resource: Type.String(),
    location: Type.Optional(
      Type.Object({ file: Type.String(), startLine: Type.Integer(), endLine: Type.Integer() }),
    ),
    found: Type.Optional(Type.String()),
    expected: Type.String(),
    fix: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)
export type Finding = Static<typeof Finding>
