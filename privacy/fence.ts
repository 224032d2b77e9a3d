/**
 * The fence: the one policy that the SDK, the collector and the browser apply to everything that leaves a
 * process. Pure: the key for pseudonyms and the date arrive as arguments, counts leave through a callback.
 */
import type { AttributePlace, Place, TextPlace } from './place.ts'
import type { FenceMode, PrivacyPolicy } from './policy.ts'
import type { Rule } from './rule.ts'

/** What an attribute value or a log body may be when it reaches the fence; bytes and maps are walked or refused. */
export type FenceValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Uint8Array
  | readonly FenceValue[]
  | { readonly [key: string]: FenceValue }

export interface FenceOptions {
  readonly policy: PrivacyPolicy
  /** Keyed HMAC of a value as 32 to 64 lower-case hexadecimal digits; without it join keys are dropped. */
  readonly pseudonym?: (value: string) => string
  /** Called once for each thing taken away or changed; must not throw. */
  readonly count?: (rule: Rule, place: Place) => void
  /** Today, `YYYY-MM-DD` UTC, asked for at each check of an allowance; required when the policy allows keys. */
  readonly today?: () => string
}

export interface Fence {
  readonly mode: FenceMode
  /** Answers what may pass under this key, `undefined` when the pair must be dropped. */
  readonly attribute: (place: AttributePlace, key: string, value: FenceValue) => FenceValue
  /** The same for a whole object; dropped keys are absent from the answer. */
  readonly attributes: <V extends FenceValue>(
    place: AttributePlace,
    record: Readonly<Record<string, V>>,
  ) => Record<string, V>
  /** Answers what may stand at a place that holds one string: the same, a scrubbed one, `[redacted]` or ''. */
  readonly text: (place: TextPlace, value: string) => string
  /** Short for `text('span.name', value)`. */
  readonly spanName: (value: string) => string
  /** Log body of any type: a declared text stays, a map is treated key by key, anything else is `[redacted]`. */
  readonly body: (value: FenceValue) => FenceValue
}
