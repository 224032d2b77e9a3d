/**
 * The fence: the one policy that the SDK, the collector and the browser apply to everything that leaves a
 * process. Pure: the key for pseudonyms and the date arrive as arguments, counts leave through a callback.
 */
import type { AttributeSpec } from '../contracts/attributes/define.ts'
import { attributes } from '../contracts/attributes.ts'
import { allowedKeys } from './allowance.ts'
import { inspectBoolean, inspectNumber, inspectString } from './inspect.ts'
import { inspectText } from './inspect-text.ts'
import { VerdictMemo } from './memo.ts'
import type { AttributePlace, Place, TextPlace } from './place.ts'
import type { Audience, FenceMode, PrivacyPolicy } from './policy.ts'
import type { Pseudonyms } from './pseudonym.ts'
import type { Roster } from './roster.ts'
import type { Rule } from './rule.ts'
import { vocabularyOf } from './scrub/vocabulary.ts'
import { shownKey } from './shown-key.ts'
import { pass, redacted } from './verdict.ts'

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
  /** What join keys become; without it they are dropped. */
  readonly pseudonyms?: Pseudonyms
  /** Called once for each thing taken away or changed; must not throw. */
  readonly count?: (rule: Rule, place: Place) => void
  /** Told of each key that nothing passes under, by the name that may be shown of it; must not throw. */
  readonly blocked?: (name: string, rule: Rule, place: Place) => void
  /** Today, `YYYY-MM-DD` UTC, asked for at each check of an allowance; required when the policy allows keys. */
  readonly today?: () => string
  /** Names of the campus, which no name of a program may hold. */
  readonly roster?: Roster
  /** Who speaks. Default programs. */
  readonly audience?: Audience
  /** Most verdicts remembered, about 0.5 kB each. Default 4096. */
  readonly remembered?: number
}

export interface Fence {
  readonly mode: FenceMode
  /** Answers what may pass under this key, `undefined` when the pair must be dropped. */
  readonly attribute: (place: AttributePlace, key: string, value: FenceValue) => FenceValue
  /** The same for a whole object; dropped keys are absent from the answer. */
  readonly attributes: (
    place: AttributePlace,
    record: Readonly<Record<string, FenceValue>>,
  ) => Record<string, FenceValue>
  /** Answers what may stand at a place that holds one string: the same, a scrubbed one, `[redacted]` or ''. */
  readonly text: (place: TextPlace, value: string) => string
  /** Short for `text('span.name', value)`. */
  readonly spanName: (value: string) => string
  /** Log body of any type: a declared text stays, a map is treated key by key, anything else is `[redacted]`. */
  readonly body: (value: FenceValue) => FenceValue
}

/** Most elements of one array, members of one map and levels of one body; the rest is dropped. */
const maxElements = 128
const maxDepth = 4

const declared: ReadonlyMap<string, AttributeSpec> = new Map(Object.entries(attributes))

/**
 * Builds a fence.
 *
 * @throws PrivacyError PRIVACY_PATTERN_UNSUPPORTED, PRIVACY_TODAY_MISSING
 */
export function createFence(options: FenceOptions): Fence {
  const { policy } = options
  if (policy.mode === 'off') return openFence
  const judge = new Judge(options)
  const enforced: Omit<Fence, 'mode'> = {
    attribute: (place, key, value) => judge.attribute(place, key, value),
    attributes: (place, record) => judge.members(place, record),
    text: (place, value) => judge.text(place, value),
    spanName: (value) => judge.text('span.name', value),
    body: (value) => judge.body(value, 0),
  }
  return policy.mode === 'observe' ? observing(enforced) : { mode: 'enforce', ...enforced }
}

/** Changes nothing and counts nothing. */
const openFence: Fence = {
  mode: 'off',
  attribute: (_place, _key, value) => value,
  attributes: (_place, record) => ({ ...record }),
  text: (_place, value) => value,
  spanName: (value) => value,
  body: (value) => value,
}

/** Asks the fence, so that it counts, and answers what it was given. */
function observing(fence: Omit<Fence, 'mode'>): Fence {
  return {
    mode: 'observe',
    attribute: (place, key, value) => (fence.attribute(place, key, value), value),
    attributes: (place, record) => (fence.attributes(place, record), { ...record }),
    text: (place, value) => (fence.text(place, value), value),
    spanName: (value) => (fence.spanName(value), value),
    body: (value) => (fence.body(value), value),
  }
}

/** One policy at work; owns the memo, which nothing else reaches. */
class Judge {
  readonly #count: (rule: Rule, place: Place) => void
  readonly #blocked: FenceOptions['blocked']
  readonly #judgeKey: (place: string, key: string) => ReturnType<typeof inspectString>
  readonly #today: () => string
  readonly #allowed: ReturnType<typeof allowedKeys>
  readonly #memo: VerdictMemo
  /** Whether a key is open to who speaks. */
  readonly #isOpen: (key: string) => boolean
  readonly #judgeString: (key: string, value: string) => ReturnType<typeof inspectString>
  readonly #judgeText: (place: string, value: string) => ReturnType<typeof inspectString>

  constructor({
    policy,
    pseudonyms,
    count,
    blocked,
    today,
    roster,
    audience = 'programs',
    remembered = 4_096,
  }: FenceOptions) {
    const vocabulary = vocabularyOf(policy, audience, roster)
    const { browser } = vocabulary
    this.#isOpen = browser === undefined ? () => true : (key) => browser.keys.has(key)
    this.#allowed = allowedKeys(policy, today)
    this.#count = count ?? (() => undefined)
    this.#blocked = blocked
    this.#judgeKey = (_place, key) => pass(shownKey(key, vocabulary))
    this.#today = today ?? (() => '')
    this.#memo = new VerdictMemo(remembered)
    this.#judgeString = (key, value) => {
      const spec = declared.get(key) ?? this.#allowed.get(key)?.spec
      return spec === undefined
        ? { value: undefined, rules: ['key_unlisted'] }
        : inspectString(spec, value, { vocabulary, pseudonyms })
    }
    // Texts share the memo under the name of their place, which no attribute key can equal: it is not asked for.
    this.#judgeText = (place, value) => inspectText(place.slice(1) as TextPlace, value, vocabulary)
  }

  attribute(place: AttributePlace, key: string, value: FenceValue): FenceValue {
    const spec = this.#isOpen(key)
      ? (declared.get(key) ?? this.#allowance(place, key))
      : this.#closed(place, key)
    if (spec === undefined || value === undefined || value === null) return undefined
    if (spec.class === 'personal') this.#tell(key, 'key_personal', place)
    return this.#value(place, key, spec, value)
  }

  members(place: AttributePlace, record: Readonly<Record<string, FenceValue>>): Record<string, FenceValue> {
    const kept: [string, FenceValue][] = []
    for (const [key, value] of Object.entries(record)) {
      if (kept.length >= maxElements) {
        this.#count('too_many', place)
        break
      }
      const passed = this.attribute(place, key, value)
      if (passed !== undefined) kept.push([key, passed])
    }
    return Object.fromEntries(kept)
  }

  text(place: TextPlace, value: string): string {
    if (value === '') return value
    const verdict = this.#memo.verdict(`\0${place}`, value, this.#judgeText)
    for (const rule of verdict.rules) this.#count(rule, place)
    return verdict.value ?? redacted
  }

  body(value: FenceValue, depth: number): FenceValue {
    if (typeof value === 'string') return this.text('log.body', value)
    if (typeof value === 'boolean' || value === null || value === undefined) return value
    if (depth >= maxDepth) return this.#hidden('too_deep')
    if (Array.isArray(value)) {
      if (value.length > maxElements) this.#count('too_many', 'log.body')
      return value.slice(0, maxElements).map((item: FenceValue) => this.body(item, depth + 1))
    }
    return isMap(value) ? this.members('log.body', value) : this.#hidden('text_undeclared')
  }

  #hidden(rule: Rule): string {
    this.#count(rule, 'log.body')
    return redacted
  }

  /** Counts a key that is closed to who speaks; one of a person is named as such to anybody. */
  #closed(place: AttributePlace, key: string): undefined {
    const rule = declared.get(key)?.class === 'personal' ? 'key_personal' : 'key_unlisted'
    this.#count(rule, place)
    this.#tell(key, rule, place)
    return undefined
  }

  #allowance(place: AttributePlace, key: string): AttributeSpec | undefined {
    const allowed = this.#allowed.get(key)
    const isExpired = allowed !== undefined && allowed.expires < this.#today()
    if (allowed !== undefined && !isExpired) return allowed.spec
    const rule = isExpired ? 'key_expired' : 'key_unlisted'
    this.#count(rule, place)
    this.#tell(key, rule, place)
    return undefined
  }

  /** Tells of a key; what may be shown of it is remembered as verdicts are, under what no key and no place is called. */
  #tell(key: string, rule: Rule, place: Place): void {
    this.#blocked?.(this.#memo.verdict('\0key', key, this.#judgeKey).value ?? '', rule, place)
  }

  #value(place: AttributePlace, key: string, spec: AttributeSpec, value: FenceValue): FenceValue {
    if (typeof value === 'string') {
      const verdict = this.#memo.verdict(key, value, this.#judgeString)
      for (const rule of verdict.rules) this.#count(rule, place)
      return verdict.value
    }
    if (typeof value === 'number' || typeof value === 'bigint') {
      return this.#unless(inspectNumber(spec, value), place, value)
    }
    if (typeof value === 'boolean') return this.#unless(inspectBoolean(spec), place, value)
    if (Array.isArray(value)) return this.#elements(place, key, spec, value)
    this.#count(spec.class === 'personal' ? 'key_personal' : 'value_type', place)
    return undefined
  }

  #elements(
    place: AttributePlace,
    key: string,
    spec: AttributeSpec,
    values: readonly FenceValue[],
  ): FenceValue {
    if (spec.class === 'personal') return this.#unless('key_personal', place, values)
    if (values.length > maxElements) this.#count('too_many', place)
    const kept: FenceValue[] = []
    for (const value of values.slice(0, maxElements)) {
      const passed = Array.isArray(value)
        ? this.#unless('too_deep', place, value)
        : this.#value(place, key, spec, value)
      if (passed !== undefined) kept.push(passed)
    }
    return kept.length === 0 ? undefined : kept
  }

  #unless(rule: Rule | undefined, place: AttributePlace, value: FenceValue): FenceValue {
    if (rule === undefined) return value
    this.#count(rule, place)
    return undefined
  }
}

/** Tells whether a value is a map of keys; arrays and bytes are not. */
function isMap(value: FenceValue): value is { readonly [key: string]: FenceValue } {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  )
}
