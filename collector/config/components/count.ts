/** Connector `count`: counts items that conditions hold for. */
import { checkConditions, conditions } from '../blocks/ottl.ts'
import { defineComponent, pointer } from '../component.ts'
import { block, defaulted, list, optional, record, required } from '../shape.ts'
import { anything, attributeName, text } from '../values.ts'

const attribute = block(
  {
    key: required(attributeName, 'Attribute that becomes a label.'),
    default_value: optional(anything, 'Value where there is none; without it, such items are not counted.'),
  },
  { any_depth: 'key, spelled as it is on the item' },
)
const plain = {
  description: defaulted(text, '', 'Description of the metric.'),
  conditions: defaulted(conditions, [], 'Conditions, one of which must hold; none counts everything.'),
}
const metric = record(
  block({ ...plain, attributes: defaulted(list(attribute, 10), [], 'Attributes that part the count.') }),
)

export const count = defineComponent('connectors', 'count', {
  says: 'Counts spans, span events, metrics, data points and log records.',
  signals: ['traces', 'metrics', 'logs'],
  gives: 'metrics',
  body: block(
    {
      spans: defaulted(
        metric,
        { 'trace.span.count': { description: 'The number of spans observed.' } },
        'Metrics that count spans, by name.',
      ),
      spanevents: defaulted(
        metric,
        { 'trace.span.event.count': { description: 'The number of span events observed.' } },
        'Metrics that count events of spans.',
      ),
      metrics: defaulted(
        record(block(plain, { attributes: 'datapoints, which have attributes' })),
        { 'metric.count': { description: 'The number of metrics observed.' } },
        'Metrics that count metrics.',
      ),
      datapoints: defaulted(
        metric,
        { 'metric.datapoint.count': { description: 'The number of data points observed.' } },
        'Metrics that count data points.',
      ),
      logs: defaulted(
        metric,
        { 'log.record.count': { description: 'The number of log records observed.' } },
        'Metrics that count log records.',
      ),
    },
    { profiles: 'leave it out: profiles are not taken' },
  ),
  check: ({ spans, spanevents, metrics, datapoints, logs }, report) => {
    const counted = [
      ['spans', 'span', spans],
      ['spanevents', 'spanevent', spanevents],
      ['metrics', 'metric', metrics],
      ['datapoints', 'datapoint', datapoints],
      ['logs', 'log', logs],
    ] as const
    for (const [kind, context, named] of counted) {
      for (const [metric, { conditions: given }] of Object.entries(named)) {
        const at = `${kind}${pointer(metric)}/conditions`
        checkConditions(given, context, { at, report })
      }
    }
  },
})
