/** The privacy fence as the encoders use it: one question per string, what it took away counted by rule. */
import { createHmac } from 'node:crypto'
import { createFence, type Fence } from '../privacy/fence.ts'
import type { AttributePlace } from '../privacy/place.ts'
import { defaultPolicy, type PrivacyPolicy } from '../privacy/policy.ts'
import { createPseudonyms } from '../privacy/pseudonym.ts'
import type { Rule } from '../privacy/rule.ts'

type FenceValue = Parameters<Fence['attribute']>[2]

export interface TelemetryFence {
  /** Answers what may leave under a key of a span, event or link, undefined for nothing. */
  readonly attribute: (key: string, value: unknown) => unknown
  readonly logAttribute: (key: string, value: unknown) => unknown
  readonly resourceAttribute: (key: string, value: unknown) => unknown
  readonly spanName: (name: string) => string
  readonly eventName: (name: string) => string
  readonly logBody: (body: string) => unknown
}

export interface TelemetryFenceOptions {
  /** Turns join keys into pseudonyms; without it they are dropped. */
  readonly hmacKey?: Uint8Array
  /** What a site may set. Default the policy of a fresh installation. */
  readonly policy?: PrivacyPolicy
  /** Told each time something was taken away or changed. */
  readonly count?: (rule: Rule) => void
  /** Tells the time in milliseconds since the epoch, against which allowances expire. Default the clock. */
  readonly nowMillis?: () => number
}

/** Builds the fence of a process. */
export function telemetryFence(options: TelemetryFenceOptions = {}): TelemetryFence {
  const { hmacKey, policy = defaultPolicy, count, nowMillis = Date.now } = options
  const fence = createFence({
    policy,
    today: () => new Date(nowMillis()).toISOString().slice(0, 10),
    ...(count === undefined ? {} : { count }),
    ...(hmacKey === undefined
      ? {}
      : {
          pseudonyms: createPseudonyms({ current: hmacKey }, (key, text) =>
            createHmac('sha256', key).update(text).digest('hex'),
          ),
        }),
  })
  const at = (place: AttributePlace) => (key: string, value: unknown) =>
    fence.attribute(place, key, toFenceValue(value))
  return {
    attribute: at('span.attribute'),
    logAttribute: at('log.attribute'),
    resourceAttribute: at('resource.attribute'),
    spanName: (name) => fence.spanName(name),
    eventName: (name) => fence.text('event.name', name),
    logBody: (body) => fence.body(body),
  }
}

/** Narrows what an instrumentation hands over; anything that is no telemetry value is nothing. */
function toFenceValue(value: unknown): FenceValue {
  if (Array.isArray(value)) return value.map((item) => toFenceValue(item))
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
      return value
    default:
      return undefined
  }
}
