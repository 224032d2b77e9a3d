/**
 * A waiver: somebody answers for a failure until a day. It takes a failure out of the gate and never out of the
 * report; when its day has passed the failure counts again.
 */
import Type, { type Static } from 'typebox'

const day = Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' })
const words = (minLength: number) => Type.String({ minLength, maxLength: 500 })

/** One waiver as it stands in the file. */
export const Waiver = Type.Object(
  {
    control: Type.String({ pattern: '^[A-Z]{3}-\\d{2}$' }),
    /** Address of one resource, e.g. `service.gateway`; without it every failure of the control. */
    resource: Type.Optional(words(1)),
    /** End of the path of the file it stands in, where an address alone is not enough. */
    file: Type.Optional(words(1)),
    owner: words(2),
    /** Somebody else than the owner. */
    approver: words(2),
    /** Why it is accepted. */
    reason: words(10),
    /** What protects instead. */
    compensating: words(10),
    /** First day it holds. */
    granted: day,
    /** Last day it holds. */
    expires: day,
  },
  { additionalProperties: false },
)
export type Waiver = Static<typeof Waiver>

/** True on every day from the one it was granted up to the one it expires. */
export function isActive(waiver: Waiver, nowMillis: number): boolean {
  return nowMillis >= Date.parse(waiver.granted) && !isExpired(waiver, nowMillis)
}

/** True from the day after the last one it holds. */
export function isExpired({ expires }: Waiver, nowMillis: number): boolean {
  return nowMillis >= Date.parse(expires) + 86_400_000
}
