/** The policies of `tail_sampling`. */
import { block, defaulted, list, optional, required, type Settings, titled } from '../shape.ts'
import { attributeName, decimal, flag, integer, name, oneOf, text } from '../values.ts'
import { conditions, errorMode } from './ottl.ts'

const whole = integer(-(2 ** 53) + 1, 2 ** 53 - 1)
const amount = integer(0, 2 ** 53 - 1)
const invert = defaulted(flag, false, 'Keeps traces that do not match; upstream advises `not`.')

const plain = {
  latency: optional(
    block({
      threshold_ms: required(amount, 'Milliseconds a kept trace takes at least.'),
      upper_threshold_ms: defaulted(amount, 0, 'Milliseconds it takes at most; 0 for any.'),
    }),
    'For `latency`: from the first start to the last end.',
  ),
  numeric_attribute: optional(
    block({
      key: required(attributeName, 'Attribute of a span or resource.'),
      min_value: optional(whole, 'Least value that matches.'),
      max_value: optional(whole, 'Greatest value that matches.'),
      invert_match: invert,
    }),
    'For `numeric_attribute`.',
  ),
  probabilistic: optional(
    block({
      hash_salt: defaulted(
        text,
        'default-hash-seed',
        'Salt of the hash; collectors in a row need different ones.',
      ),
      sampling_percentage: required(decimal(0, 100), 'Percent of traces that is kept.'),
    }),
    'For `probabilistic`.',
  ),
  status_code: optional(
    block({
      status_codes: required(list(oneOf('ERROR', 'OK', 'UNSET')), 'Status of a span of a kept trace.'),
    }),
    'For `status_code`.',
  ),
  string_attribute: optional(
    block({
      key: required(attributeName, 'Attribute of a span or resource.'),
      values: required(list(text), 'Values, or RE2 patterns, one of which matches.'),
      enabled_regex_matching: defaulted(flag, false, 'Whether the values are patterns.'),
      cache_max_size: defaulted(amount, 128, 'A hint for the reference engine; patterns need no cache here.'),
      invert_match: invert,
    }),
    'For `string_attribute`.',
  ),
  rate_limiting: optional(
    block({ spans_per_second: required(amount, 'Most spans that are kept in a second.') }),
    'For `rate_limiting`.',
  ),
  bytes_limiting: optional(
    block({
      bytes_per_second: required(amount, 'Most bytes that are kept in a second.'),
      burst_capacity: optional(amount, 'Most bytes at once; twice `bytes_per_second` if absent.'),
    }),
    'For `bytes_limiting`.',
  ),
  span_count: optional(
    block({
      min_spans: defaulted(amount, 0, 'Least spans of a kept trace.'),
      max_spans: defaulted(amount, 0, 'Most spans of a kept trace; 0 for any.'),
    }),
    'For `span_count`.',
  ),
  trace_state: optional(
    block({
      key: required(name, 'Key of tracestate.'),
      values: required(list(text), 'Values, one of which it must have.'),
    }),
    'For `trace_state`.',
  ),
  boolean_attribute: optional(
    block({
      key: required(attributeName, 'Attribute of a span or resource.'),
      value: required(flag, 'Value it must have.'),
      invert_match: invert,
    }),
    'For `boolean_attribute`.',
  ),
  ottl_condition: optional(
    block({
      error_mode: defaulted(errorMode, 'propagate', 'What happens when a condition fails.'),
      span: optional(conditions, 'Conditions on spans.'),
      spanevent: optional(conditions, 'Conditions on events of spans.'),
    }),
    'For `ottl_condition`: one that holds for one span or event keeps the trace.',
  ),
}

const plainTypes = [
  'always_sample',
  'latency',
  'numeric_attribute',
  'probabilistic',
  'status_code',
  'string_attribute',
  'rate_limiting',
  'bytes_limiting',
  'span_count',
  'trace_state',
  'trace_flags',
  'boolean_attribute',
  'ottl_condition',
] as const

const named = { name: required(name, 'Name in the collector’s own metrics.') }
const type = 'Kind of the policy.'
const plainPolicy = titled(
  'Plain policy',
  block({ ...named, type: required(oneOf(...plainTypes), type), ...plain }),
)

const and = optional(
  block({ and_sub_policy: required(list(plainPolicy), 'Policies that must all keep the trace.') }),
  'For `and`.',
)

const compositePart = titled(
  'Policy of a composite',
  block({ ...named, type: required(oneOf(...plainTypes, 'and'), type), ...plain, and }),
)

export const policy = block({
  ...named,
  type: required(oneOf(...plainTypes, 'and', 'not', 'drop', 'composite'), type),
  ...plain,
  and,
  not: optional(
    block({ not_sub_policy: required(plainPolicy, 'Policy that must not keep the trace.') }),
    'For `not`.',
  ),
  drop: optional(
    block({
      drop_sub_policy: required(list(plainPolicy), 'Policies; when all match, the trace is dropped.'),
    }),
    'For `drop`, which goes before every other.',
  ),
  composite: optional(
    block({
      max_total_spans_per_second: required(amount, 'Most spans that are kept in a second.'),
      policy_order: required(list(name), 'Names of the policies, in the order they are asked.'),
      composite_sub_policy: required(list(compositePart), 'The policies.'),
      rate_allocation: defaulted(
        list(
          block({
            policy: required(name, 'Name of a policy.'),
            percent: required(integer(0, 100), 'Its percent of the spans in a second.'),
          }),
        ),
        [],
        'Shares of the policies.',
      ),
    }),
    'For `composite`.',
  ),
})
export type Policy = Settings<typeof policy>
