/** Processor `attributes`: changes attributes of spans, data points and log records. */
import { actions, checkActions } from '../blocks/actions.ts'
import { createMatcher } from '../../process/attribute-matcher.ts'
import { attempt } from '../blocks/ottl.ts'
import { defineComponent } from '../component.ts'
import { block, list, optional, required, titled } from '../shape.ts'
import { anything, attributeName, flag, integer, name, oneOf, text } from '../values.ts'
import { defaulted } from '../shape.ts'

const attribute = block({
  key: required(attributeName, 'Name of the attribute.'),
  value: optional(anything, 'Value it must have; any if absent.'),
})

const match = titled(
  'Matcher',
  block(
    {
      match_type: required(oneOf('strict', 'regexp'), 'Whether texts are compared or are patterns (RE2).'),
      services: optional(list(name), 'Service names, one of which must match; for spans.'),
      span_names: optional(list(name), 'Span names, one of which must match.'),
      span_kinds: optional(list(name), 'Span kinds such as `SPAN_KIND_SERVER`, one of which must match.'),
      log_bodies: optional(list(text), 'Bodies of log records, one of which must match.'),
      log_severity_texts: optional(list(name), 'Severities as text, one of which must match.'),
      log_severity_number: optional(
        block({
          min: required(integer(1, 24), 'Lowest severity number that matches.'),
          match_undefined: defaulted(flag, false, 'Whether records without severity match.'),
        }),
        'Severity as number.',
      ),
      metric_names: optional(list(name), 'Metric names, one of which must match.'),
      attributes: optional(list(attribute), 'Attributes, all of which must match.'),
      resources: optional(list(attribute), 'Resource attributes, all of which must match.'),
      libraries: optional(
        list(
          block({
            name: required(name, 'Name of the instrumentation scope.'),
            version: optional(text, 'Its version; any if absent.'),
          }),
        ),
        'Instrumentation scopes, one of which must match.',
      ),
    },
    {
      regexp: 'leave it out: patterns need no cache',
      expressions: 'the filter processor with OTTL conditions',
    },
  ),
)

export const attributes = defineComponent('processors', 'attributes', {
  says: 'Changes attributes of spans, data points and log records, action by action.',
  signals: ['traces', 'metrics', 'logs'],
  body: block({
    actions: required(actions, 'What is done, in order.'),
    include: optional(match, 'Only items that match are changed.'),
    exclude: optional(match, 'Items that match are left as they are.'),
  }),
  check: ({ actions: given, include, exclude }, report) => {
    checkActions(given, 'actions', report)
    for (const [at, each] of Object.entries({ include, exclude })) {
      if (each === undefined) continue
      if (Object.keys(each).length === 1) report(at, 'something to match beside match_type')
      attempt(() => createMatcher(each), { at, report })
    }
  },
})
