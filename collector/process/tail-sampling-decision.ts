/** How the policies of `tail_sampling` come to one decision about a trace. */
import { CollectorError } from '../errors.ts'
import type { HeldTrace } from './held-traces.ts'
import type { StatementOptions } from './statements.ts'
import { createPlainPolicy, type PlainPolicy, type Wants } from './tail-sampling-policies.ts'

interface AndPolicy extends PlainPolicy {
  readonly and?: { readonly andSubPolicy: readonly PlainPolicy[] }
}

/** A policy of the configuration: plain, or made of others. */
export interface Policy extends AndPolicy {
  readonly not?: { readonly notSubPolicy: PlainPolicy }
  readonly drop?: { readonly dropSubPolicy: readonly PlainPolicy[] }
  readonly composite?: {
    readonly maxTotalSpansPerSecond: number
    /** Names, in the order in which they are asked. */
    readonly policyOrder: readonly string[]
    readonly compositeSubPolicy: readonly AndPolicy[]
    readonly rateAllocation: readonly { readonly policy: string; readonly percent: number }[]
  }
}

export type Decision = 'sampled' | 'not_sampled' | 'dropped'

export interface DecisionOptions extends StatementOptions {
  /** Takes the first policy's word that wants a trace; rate limits of those after it are not used up then. */
  readonly sampleOnFirstMatch: boolean
  /** Told of a policy that failed on a trace; it wants the trace no more than it does not. */
  readonly onFailed?: (error: CollectorError) => void
}

/**
 * Builds the decision: `drop` policies go before all others, then one that wants the trace is enough (precedence of
 * v0.160; `invert_match` only turns its own policy's answer round).
 *
 * @throws CollectorError PATTERN_UNSUPPORTED, OTTL_INVALID
 */
export function createDecision(
  policies: readonly Policy[],
  options: DecisionOptions,
): (trace: HeldTrace, nowMillis: number) => Decision {
  const guarded = policies.map((policy) => ({
    isDrop: policy.type === 'drop',
    wants: guard(createPolicy(policy, options), options),
  }))
  const drops = guarded.filter(({ isDrop }) => isDrop)
  const others = guarded.filter(({ isDrop }) => !isDrop)
  return (trace, nowMillis) => {
    if (drops.some(({ wants }) => wants(trace, nowMillis))) return 'dropped'
    let isSampled = false
    for (const { wants } of others) {
      // Every policy is asked, because rate limits count what they let through.
      if (wants(trace, nowMillis)) isSampled = true
      if (isSampled && options.sampleOnFirstMatch) break
    }
    return isSampled ? 'sampled' : 'not_sampled'
  }
}

function guard(wants: Wants, { onFailed }: DecisionOptions): Wants {
  return (trace, nowMillis) => {
    try {
      return wants(trace, nowMillis)
    } catch (error) {
      if (!(error instanceof CollectorError)) throw error
      onFailed?.(error)
      return false
    }
  }
}

function createPolicy(policy: Policy, options: DecisionOptions): Wants {
  const { not, drop, composite } = policy
  if (policy.type === 'not' && not !== undefined) {
    const wants = createPlainPolicy(not.notSubPolicy, options)
    return (trace, nowMillis) => !wants(trace, nowMillis)
  }
  if (policy.type === 'drop' && drop !== undefined) return allOf(drop.dropSubPolicy, options)
  if (policy.type === 'composite' && composite !== undefined) return createComposite(composite, options)
  return createAndOrPlain(policy, options)
}

function createAndOrPlain(policy: AndPolicy, options: DecisionOptions): Wants {
  if (policy.type === 'and' && policy.and !== undefined) return allOf(policy.and.andSubPolicy, options)
  return createPlainPolicy(policy, options)
}

function allOf(policies: readonly PlainPolicy[], options: DecisionOptions): Wants {
  const all = policies.map((policy) => createPlainPolicy(policy, options))
  return (trace, nowMillis) => all.every((wants) => wants(trace, nowMillis))
}

/** The first policy in order that wants a trace says whether there is room for it, by the spans of this second. */
function createComposite(
  {
    maxTotalSpansPerSecond,
    policyOrder,
    compositeSubPolicy,
    rateAllocation,
  }: NonNullable<Policy['composite']>,
  options: DecisionOptions,
): Wants {
  const ordered = policyOrder.flatMap((name) => compositeSubPolicy.filter((policy) => policy.name === name))
  const members = ordered.map((policy) => {
    const percent = rateAllocation.find((rate) => rate.policy === policy.name)?.percent ?? 0
    const share = percent > 0 ? percent / 100 : 1 / compositeSubPolicy.length
    return {
      wants: createAndOrPlain(policy, options),
      room: Math.trunc(share * maxTotalSpansPerSecond),
      spans: 0,
    }
  })
  let second = -1
  return (trace, nowMillis) => {
    const current = Math.floor(nowMillis / 1000)
    if (current !== second) for (const member of members) member.spans = 0
    second = current
    const member = members.find(({ wants }) => wants(trace, nowMillis))
    if (member === undefined) return false
    const spans = member.spans + trace.spanCount
    if (spans > member.room || spans > maxTotalSpansPerSecond) return false
    member.spans = spans
    return true
  }
}
