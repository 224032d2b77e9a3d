/** How much one client may ask of the gateway. `docs/portal.md` says these figures. */
import type { BucketLimits } from './token-bucket.ts'

export const limits = {
  /** Requests of an account, or of an address while nobody is logged in. */
  client: { ratePerSecond: 10, burst: 20 },
  /** Logins from an address: a campus behind one address begins its day with them. */
  address: { ratePerSecond: 5, burst: 20 },
  /** Logins with an e-mail, from wherever: a person mistypes, many machines guess. */
  email: { ratePerSecond: 1, burst: 10 },
  /** Readings of health and metrics by an address; whoever monitors asks every few seconds. */
  probe: { ratePerSecond: 20, burst: 100 },
} as const satisfies Readonly<Record<string, BucketLimits>>

export type LimitName = keyof typeof limits
