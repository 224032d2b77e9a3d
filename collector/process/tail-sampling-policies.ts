/** The policies of `tail_sampling`: what of a trace each one looks at. */
import { compileStatements } from '../ottl/compile.ts'
import type { ContextName } from '../ottl/item.ts'
import { compilePattern } from '../ottl/regex/pattern.ts'
import { statusCodes } from '../wire/names.ts'
import { encodeTraces } from '../wire/traces.ts'
import { ProtobufWriter } from '../wire/writer.ts'
import { fnv64 } from './fnv.ts'
import { spansOf, type HeldTrace } from './held-traces.ts'
import type { Resource, Span, Value } from './model.ts'
import { anyHolds, visitTraces, type ErrorMode, type StatementOptions } from './statements.ts'
import { TokenBucket } from './token-bucket.ts'
import { findAttribute, isWhole } from './value.ts'

/** One that looks at a trace alone, with the part of its own type. */
export interface PlainPolicy {
  readonly name: string
  readonly type: string
  readonly latency?: { readonly thresholdMs: number; readonly upperThresholdMs: number }
  readonly numericAttribute?: {
    readonly key: string
    readonly minValue?: number
    readonly maxValue?: number
    readonly invertMatch: boolean
  }
  readonly probabilistic?: { readonly hashSalt: string; readonly samplingPercentage: number }
  readonly statusCode?: { readonly statusCodes: readonly string[] }
  readonly stringAttribute?: {
    readonly key: string
    readonly values: readonly string[]
    readonly enabledRegexMatching: boolean
    readonly invertMatch: boolean
  }
  readonly rateLimiting?: { readonly spansPerSecond: number }
  readonly bytesLimiting?: { readonly bytesPerSecond: number; readonly burstCapacity?: number }
  readonly spanCount?: { readonly minSpans: number; readonly maxSpans: number }
  readonly traceState?: { readonly key: string; readonly values: readonly string[] }
  readonly booleanAttribute?: { readonly key: string; readonly value: boolean; readonly invertMatch: boolean }
  readonly ottlCondition?: {
    readonly errorMode: ErrorMode
    readonly span?: readonly string[]
    readonly spanevent?: readonly string[]
  }
}

/** Tells whether a policy wants a trace. */
export type Wants = (trace: HeldTrace, nowMillis: number) => boolean

/** The bucket of a limit holds what comes in two seconds, as upstream. */
const burstSeconds = 2
const defaultSalt = 'default-hash-seed'

/**
 * Builds the test of a policy.
 *
 * @throws CollectorError PATTERN_UNSUPPORTED, OTTL_INVALID
 */
export function createPlainPolicy(policy: PlainPolicy, options: StatementOptions): Wants {
  switch (policy.type) {
    case 'always_sample':
      return () => true
    case 'latency':
      return latencyPolicy(part(policy, policy.latency))
    case 'numeric_attribute':
      return numericPolicy(part(policy, policy.numericAttribute))
    case 'string_attribute':
      return stringPolicy(part(policy, policy.stringAttribute))
    case 'boolean_attribute': {
      const { key, value, invertMatch } = part(policy, policy.booleanAttribute)
      return attributePolicy(key, invertMatch, (found) => found === value)
    }
    case 'probabilistic':
      return probabilisticPolicy(part(policy, policy.probabilistic))
    case 'status_code': {
      const wanted = part(policy, policy.statusCode).statusCodes.map((name) =>
        statusCodes.findIndex((code) => code === name),
      )
      return anySpan(({ statusCode }) => wanted.includes(statusCode))
    }
    case 'rate_limiting': {
      const { spansPerSecond } = part(policy, policy.rateLimiting)
      const bucket = new TokenBucket(spansPerSecond, spansPerSecond * burstSeconds)
      return ({ spanCount }, nowMillis) => bucket.take(spanCount, nowMillis)
    }
    case 'bytes_limiting':
      return bytesPolicy(part(policy, policy.bytesLimiting))
    case 'span_count': {
      const { minSpans, maxSpans } = part(policy, policy.spanCount)
      return ({ spanCount }) => spanCount >= minSpans && (maxSpans === 0 || spanCount <= maxSpans)
    }
    case 'trace_state':
      return traceStatePolicy(part(policy, policy.traceState))
    case 'trace_flags':
      return anySpan(({ flags }) => (flags & 1) === 1)
    case 'ottl_condition':
      return conditionPolicy(part(policy, policy.ottlCondition), options)
    default:
      throw new TypeError(`the policy type ${policy.type} is not one that the configuration lets pass`)
  }
}

function part<T>({ name, type }: PlainPolicy, given: T | undefined): T {
  if (given === undefined) throw new TypeError(`the policy ${name} came without its part ${type}`)
  return given
}

function anySpan(test: (span: Span) => boolean): Wants {
  return ({ batch }) => {
    for (const span of spansOf(batch)) if (test(span)) return true
    return false
  }
}

/** From the first start to the last end. Without upper bound the lower one is exclusive too (v0.157). */
function latencyPolicy({ thresholdMs, upperThresholdMs }: NonNullable<PlainPolicy['latency']>): Wants {
  const [least, most] = [BigInt(thresholdMs) * 1_000_000n, BigInt(upperThresholdMs) * 1_000_000n]
  return ({ batch }) => {
    let first: bigint | undefined
    let last = 0n
    for (const { start, end } of spansOf(batch)) {
      if (first === undefined || start < first) first = start
      if (end > last) last = end
    }
    const duration = last - (first ?? last)
    return duration > least && (most === 0n || duration <= most)
  }
}

/** Looks at the attributes of resources and of spans; inverted, it wants the traces that have none that matches. */
function attributePolicy(key: string, isInverted: boolean, test: (value: Value) => boolean): Wants {
  const matches = (attributes: Span['attributes']): boolean => {
    const found = findAttribute(attributes, key)
    return found !== undefined && test(found.value)
  }
  const onSpan = anySpan(({ attributes }) => matches(attributes))
  // Many traces of a request have one resource, which is looked through once.
  const known = new WeakMap<Resource, boolean>()
  const onResource = (resource: Resource): boolean => {
    const found = known.get(resource) ?? matches(resource.attributes)
    known.set(resource, found)
    return found
  }
  return (trace, nowMillis) => {
    const found = trace.batch.some(({ resource }) => onResource(resource)) || onSpan(trace, nowMillis)
    return found !== isInverted
  }
}

/** As upstream, a bound of 0 is none. */
function numericPolicy({
  key,
  minValue,
  maxValue,
  invertMatch,
}: NonNullable<PlainPolicy['numericAttribute']>): Wants {
  const least = minValue === undefined || minValue === 0 ? -Infinity : minValue
  const most = maxValue === undefined || maxValue === 0 ? Infinity : maxValue
  return attributePolicy(key, invertMatch, (value) => isWhole(value) && value >= least && value <= most)
}

function stringPolicy({
  key,
  values,
  enabledRegexMatching,
  invertMatch,
}: NonNullable<PlainPolicy['stringAttribute']>): Wants {
  const wanted = values.filter((value) => value !== '')
  if (enabledRegexMatching) {
    const patterns = wanted.map(compilePattern)
    return attributePolicy(
      key,
      invertMatch,
      (value) => typeof value === 'string' && patterns.some((pattern) => pattern.test(value)),
    )
  }
  return attributePolicy(key, invertMatch, (value) => typeof value === 'string' && wanted.includes(value))
}

/** Keeps the traces whose hash with the salt is at most that share of all hashes. */
function probabilisticPolicy({
  hashSalt,
  samplingPercentage,
}: NonNullable<PlainPolicy['probabilistic']>): Wants {
  const salted = fnv64(Buffer.from(hashSalt === '' ? defaultSalt : hashSalt))
  const threshold = shareOf(samplingPercentage / 100)
  return ({ id }) => fnv64(Buffer.from(id.padEnd(32, '0'), 'hex'), salted) <= threshold
}

/** That share of 2^64−1, whole and exact: multiplied as doubles, the last eleven bits would be lost. */
function shareOf(ratio: number): bigint {
  const all = 2n ** 64n - 1n
  // A power of two moves the point of a double and changes none of its digits.
  return ratio >= 1 ? all : (all * BigInt(Math.floor(ratio * 2 ** 100))) >> 100n
}

function bytesPolicy({
  bytesPerSecond,
  burstCapacity = 0,
}: NonNullable<PlainPolicy['bytesLimiting']>): Wants {
  const bucket = new TokenBucket(
    bytesPerSecond,
    burstCapacity === 0 ? bytesPerSecond * burstSeconds : burstCapacity,
  )
  const writer = new ProtobufWriter()
  return ({ batch }, nowMillis) => bucket.take(encodeTraces(writer, batch).length, nowMillis)
}

function traceStatePolicy({ key, values }: NonNullable<PlainPolicy['traceState']>): Wants {
  return anySpan(({ traceState }) =>
    traceState.split(',').some((member) => {
      const [name, ...rest] = member.trim().split('=')
      return name === key && values.includes(rest.join('='))
    }),
  )
}

function conditionPolicy(
  { errorMode, span = [], spanevent = [] }: NonNullable<PlainPolicy['ottlCondition']>,
  options: StatementOptions,
): Wants {
  const tests = (
    [
      ['span', span],
      ['spanevent', spanevent],
    ] as const
  ).map(([context, conditions]) => ({
    context: context satisfies ContextName,
    holds: anyHolds(compileStatements({ context, conditions }, [context]), errorMode, options),
  }))
  return ({ batch }) => {
    let found = false
    for (const { context, holds } of tests) {
      visitTraces(batch, context, options, (item) => void (found ||= holds(item)))
    }
    return found
  }
}
