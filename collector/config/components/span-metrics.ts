/** Connector `span_metrics`: requests, errors and durations from spans. */
import { defineComponent } from '../component.ts'
import { block, defaulted, list, optional, required } from '../shape.ts'
import { attributeName, duration, flag, integer, name, oneOf, text } from '../values.ts'

const dimensions = list(
  block(
    {
      name: required(attributeName, 'Attribute of the span, else of its resource.'),
      default: optional(text, 'Value where both have none; without it, the label is left out.'),
    },
    { glob: 'name, once for every attribute' },
  ),
  10,
)
const same = 'dimensions, which are those of every metric'
const bounded = 'aggregation_cardinality_limit'
const forever = 'leave it out: series stay until the end, bounded by aggregation_cardinality_limit'

export const spanMetrics = defineComponent('connectors', 'span_metrics', {
  says: 'Counts spans and measures their durations, by service, name, kind and status.',
  signals: ['traces'],
  gives: 'metrics',
  formerly: 'spanmetrics',
  body: block(
    {
      namespace: defaulted(name, 'traces.span.metrics', 'What the names of the metrics begin with.'),
      dimensions: defaulted(dimensions, [], 'Attributes that become labels, beside the four.'),
      histogram: defaulted(
        block(
          {
            unit: defaulted(oneOf('ms', 's'), 'ms', 'Unit of durations.'),
            explicit: defaulted(
              block({
                buckets: defaulted(
                  list(duration),
                  [
                    '2ms',
                    '4ms',
                    '6ms',
                    '8ms',
                    '10ms',
                    '50ms',
                    '100ms',
                    '200ms',
                    '400ms',
                    '800ms',
                    '1s',
                    '1400ms',
                    '2s',
                    '5s',
                    '10s',
                    '15s',
                  ],
                  'Upper bounds of the buckets.',
                ),
              }),
              {},
              'Buckets with fixed bounds.',
            ),
          },
          {
            exponential: 'explicit',
            disable: 'leave it out: durations are measured',
            dimensions: same,
          },
        ),
        {},
        'How durations are measured.',
      ),
      exemplars: defaulted(
        block(
          { enabled: defaulted(flag, false, 'Adds a trace id to each bucket.') },
          { max_per_data_point: 'leave it out: the newest is kept' },
        ),
        {},
        'Examples of traces.',
      ),
      aggregation_cardinality_limit: defaulted(
        integer(0, 1_000_000),
        0,
        'Most series; what is beyond is added up in one with `otel.metric.overflow`. 0 is unlimited.',
      ),
      metrics_flush_interval: defaulted(
        duration,
        '60s',
        'How often the metrics go into their pipelines; the prometheus exporter shows the newest at every scrape.',
      ),
    },
    {
      calls_dimensions: same,
      exclude_dimensions: 'leave it out: the four are always there',
      include_instrumentation_scope: 'the filter processor',
      events: 'the count connector with spanevents',
      aggregation_temporality: 'leave it out: metrics are cumulative',
      dimensions_cache_size: bounded,
      resource_metrics_cache_size: bounded,
      metric_timestamp_cache_size: bounded,
      resource_metrics_key_attributes: 'leave it out: series are told apart by their labels',
      metrics_expiration: forever,
      series_expiration: forever,
      add_resource_attributes: 'dimensions',
      enable_metrics_sampling_method: 'leave it out: spans are counted as they come',
    },
  ),
  check: ({ dimensions: given }, report) => {
    const names = new Set<string>(['service.name', 'span.name', 'span.kind', 'status.code'])
    given.forEach((dimension, index) => {
      if (names.has(dimension.name))
        report(`dimensions/${index}/name`, 'an attribute that is not a label already')
      names.add(dimension.name)
    })
  },
})
