/** Processor `filter`: drops what a condition holds for. */
import { defineComponent } from '../component.ts'
import { checkConditions, conditions, errorMode } from '../blocks/ottl.ts'
import { block, defaulted, optional } from '../shape.ts'

const matchers = { include: 'a condition', exclude: 'a condition', regexp: 'a condition with IsMatch' }

export const filter = defineComponent('processors', 'filter', {
  says: 'Drops items for which one of the OTTL conditions holds.',
  signals: ['traces', 'metrics', 'logs'],
  body: block(
    {
      error_mode: defaulted(
        errorMode,
        'propagate',
        'What happens when a condition fails: `propagate` drops the payload.',
      ),
      traces: optional(
        block({
          resource: optional(conditions, 'Conditions on resources; all of one is dropped.'),
          span: optional(conditions, 'Conditions on spans.'),
          spanevent: optional(conditions, 'Conditions on events of spans.'),
        }),
        'Conditions for traces, by context.',
      ),
      metrics: optional(
        block(
          {
            resource: optional(conditions, 'Conditions on resources; all of one is dropped.'),
            metric: optional(conditions, 'Conditions on metrics.'),
            datapoint: optional(conditions, 'Conditions on data points.'),
          },
          matchers,
        ),
        'Conditions for metrics, by context.',
      ),
      logs: optional(
        block(
          {
            resource: optional(conditions, 'Conditions on resources; all of one is dropped.'),
            log_record: optional(conditions, 'Conditions on log records.'),
          },
          matchers,
        ),
        'Conditions for logs, by context.',
      ),
    },
    {
      spans: 'traces.span',
      profiles: 'leave it out: profiles are not taken',
      trace_conditions: 'traces.span, traces.spanevent',
      metric_conditions: 'metrics.metric, metrics.datapoint',
      log_conditions: 'logs.log_record',
      profile_conditions: 'leave it out: profiles are not taken',
    },
  ),
  check: ({ traces, metrics, logs }, report) => {
    if (traces === undefined && metrics === undefined && logs === undefined)
      report('', 'conditions under traces, metrics or logs')
    const at = (key: string) => ({ at: key, report })
    checkConditions(traces?.resource, 'resource', at('traces/resource'))
    checkConditions(traces?.span, 'span', at('traces/span'))
    checkConditions(traces?.spanevent, 'spanevent', at('traces/spanevent'))
    checkConditions(metrics?.resource, 'resource', at('metrics/resource'))
    checkConditions(metrics?.metric, 'metric', at('metrics/metric'))
    checkConditions(metrics?.datapoint, 'datapoint', at('metrics/datapoint'))
    checkConditions(logs?.resource, 'resource', at('logs/resource'))
    checkConditions(logs?.logRecord, 'log', at('logs/log_record'))
  },
})
