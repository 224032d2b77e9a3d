/** The answer to a refused request: RFC 9457 problem details with a code that never changes meaning. */
import Type, { type Static } from 'typebox'

export const problemMediaType = 'application/problem+json'

export const Fault = Type.Object(
  {
    /** JSON Pointer into the body, or the name of a header or query parameter. */
    at: Type.String(),
    expected: Type.String(),
  },
  { additionalProperties: false },
)
export type Fault = Static<typeof Fault>

export const Problem = Type.Object(
  {
    /** `urn:campanile:problem:<code>` */
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    code: Type.String({ pattern: '^[A-Z][A-Z0-9_]*$' }),
    detail: Type.Optional(Type.String()),
    /** The trace to look at, where there is one. */
    traceId: Type.Optional(Type.String()),
    /** Every fault of a body at once. */
    faults: Type.Optional(Type.Array(Fault)),
  },
  { additionalProperties: false },
)
export type Problem = Static<typeof Problem>
