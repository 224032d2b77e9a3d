/** The privacy fence as the encoders use it: one question per string, the answers to repeated ones remembered. */
import { createHmac } from 'node:crypto'
import { createFence, type Fence } from '../privacy/fence.ts'
import type { AttributePlace, TextPlace } from '../privacy/place.ts'
import { defaultPolicy, type PrivacyPolicy } from '../privacy/policy.ts'

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

/** Most answers remembered, and the longest value worth remembering: attackers choose some values. */
const maxRemembered = 4_096
const maxRememberedLength = 256

/**
 * Builds the fence of a process.
 *
 * @param hmacKey turns join keys into pseudonyms; without it they are dropped
 * @param policy what a site may set, default the policy of a fresh installation
 */
export function telemetryFence(
  hmacKey: Uint8Array | undefined,
  policy: PrivacyPolicy = defaultPolicy,
): TelemetryFence {
  const fence = createFence({
    policy,
    ...(hmacKey === undefined
      ? {}
      : { pseudonym: (value: string) => createHmac('sha256', hmacKey).update(value).digest('hex') }),
  })
  return {
    attribute: remembering(fence, 'span.attribute'),
    logAttribute: remembering(fence, 'log.attribute'),
    resourceAttribute: remembering(fence, 'resource.attribute'),
    spanName: rememberingText(fence, 'span.name'),
    eventName: rememberingText(fence, 'event.name'),
    logBody: (body) => fence.body(body),
  }
}

function remembering(fence: Fence, place: AttributePlace): (key: string, value: unknown) => unknown {
  const answers = new Map<string, Map<unknown, unknown>>()
  return (key, value) => {
    if (typeof value === 'object' || (typeof value === 'string' && value.length > maxRememberedLength)) {
      return fence.attribute(place, key, toFenceValue(value))
    }
    let ofKey = answers.get(key)
    if (ofKey?.has(value) === true) return ofKey.get(value)
    const answer = fence.attribute(place, key, toFenceValue(value))
    if (ofKey === undefined && answers.size < maxRemembered) {
      ofKey = new Map()
      answers.set(key, ofKey)
    }
    if (ofKey !== undefined && ofKey.size < maxRemembered) ofKey.set(value, answer)
    return answer
  }
}

function rememberingText(fence: Fence, place: TextPlace): (text: string) => string {
  const answers = new Map<string, string>()
  return (text) => {
    const known = answers.get(text)
    if (known !== undefined) return known
    const answer = fence.text(place, text)
    if (answers.size < maxRemembered && text.length <= maxRememberedLength) answers.set(text, answer)
    return answer
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
