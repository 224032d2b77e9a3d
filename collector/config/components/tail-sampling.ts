/** Processor `tail_sampling`: decides about a trace when its spans are there. */
import { createPlainPolicy, type PlainPolicy } from '../../process/tail-sampling-policies.ts'
import { attempt } from '../blocks/ottl.ts'
import { policy, type Policy } from '../blocks/policies.ts'
import { defineComponent, type Report } from '../component.ts'
import { block, defaulted, list, required } from '../shape.ts'
import { duration, flag, integer } from '../values.ts'

const cache = integer(0, 10_000_000)

export const tailSampling = defineComponent('processors', 'tail_sampling', {
  says: 'Holds the spans of a trace, then keeps or drops all of them by policies.',
  signals: ['traces'],
  body: block(
    {
      decision_wait: defaulted(duration, '30s', 'Time from the first span of a trace to its decision.'),
      num_traces: defaulted(integer(1, 10_000_000), 50_000, 'Most traces that are held.'),
      expected_new_traces_per_sec: defaulted(
        integer(0, 10_000_000),
        0,
        'A hint for the reference engine; memory is not set aside here.',
      ),
      decision_cache: defaulted(
        block({
          sampled_cache_size: defaulted(cache, 0, 'Ids of kept traces that are remembered for late spans.'),
          non_sampled_cache_size: defaulted(cache, 0, 'Ids of dropped traces that are remembered.'),
        }),
        {},
        'What is remembered of decisions.',
      ),
      sample_on_first_match: defaulted(flag, false, 'Decides by the first policy that keeps a trace.'),
      drop_pending_traces_on_shutdown: defaulted(
        flag,
        false,
        'Drops undecided traces at the end, instead of deciding early.',
      ),
      policies: required(
        list(policy),
        'The policies; one that keeps a trace is enough, one that drops it goes first.',
      ),
    },
    {
      num_shards: 'leave it out: one thread decides',
      sampling_strategy: 'leave it out: traces are decided whole',
      maximum_trace_size_bytes: 'num_traces, and a drop policy with span_count',
      block_on_overflow: 'num_traces: the oldest trace is decided early when it is reached',
      decision_wait_after_root_received: 'decision_wait',
      tail_storage: 'leave it out: what is held is in memory and bounded',
    },
  ),
  check: ({ policies }, report) => {
    if (policies.length === 0) report('policies', 'at least one policy')
    const names = new Set<string>()
    policies.forEach((each, index) => {
      if (names.has(each.name)) report(`policies/${index}/name`, 'a name that no other policy has')
      names.add(each.name)
      checkPolicy(each, `policies/${index}`, report)
    })
  },
})

/** Reports a policy whose part of its own type is missing. */
function checkPolicy(given: Policy, at: string, report: Report): void {
  const { type } = given
  const own: Readonly<Record<string, unknown>> = {
    latency: given.latency,
    numeric_attribute: given.numericAttribute,
    probabilistic: given.probabilistic,
    status_code: given.statusCode,
    string_attribute: given.stringAttribute,
    rate_limiting: given.rateLimiting,
    bytes_limiting: given.bytesLimiting,
    span_count: given.spanCount,
    trace_state: given.traceState,
    boolean_attribute: given.booleanAttribute,
    ottl_condition: given.ottlCondition,
    and: given.and,
    not: given.not,
    drop: given.drop,
    composite: given.composite,
  }
  if (Object.hasOwn(own, type) && own[type] === undefined) report(at, `a mapping ${type}, as the type is`)
  const members = Object.entries(own).filter(([name, part]) => part !== undefined && name !== type)
  const place = { at, report }
  const options = { now: () => 0n }
  const parts = [
    given,
    ...(given.and?.andSubPolicy ?? []),
    ...(given.not === undefined ? [] : [given.not.notSubPolicy]),
    ...(given.drop?.dropSubPolicy ?? []),
    ...(given.composite?.compositeSubPolicy ?? []),
  ]
  for (const part of parts) if (isPlain(part)) attempt(() => createPlainPolicy(part, options), place)
  for (const [name] of members) report(`${at}/${name}`, `no ${name}, as the type is ${type}`)
}

/** Whether the policy stands for itself, with the part of its own type. */
function isPlain({ type, stringAttribute, ottlCondition }: PlainPolicy): boolean {
  return (
    (type === 'string_attribute' && stringAttribute !== undefined) ||
    (type === 'ottl_condition' && ottlCondition !== undefined)
  )
}
