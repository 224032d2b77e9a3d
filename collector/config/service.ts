/** The section `service`: pipelines, extensions, and the collector's own telemetry. */
import { block, defaulted, list, optional, required, type Settings } from './shape.ts'
import { integer, name, oneOf, oneOfAnyCase } from './values.ts'

const ids = list(name, 50)

const reader = block(
  {
    pull: required(
      block({
        exporter: required(
          block({
            prometheus: required(
              block(
                {
                  host: defaulted(oneOf('localhost', '127.0.0.1'), 'localhost', 'Where it listens.'),
                  port: required(integer(0, 65_535), 'Port it listens on.'),
                },
                {
                  with_resource_constant_labels: 'leave it out: own metrics carry no resource',
                  without_scope_info: 'leave it out: own metrics carry no scope',
                  without_type_suffix: 'leave it out: names are those of docs/metrics.md',
                  without_units: 'leave it out: names are those of docs/metrics.md',
                },
              ),
              'A page that Prometheus scrapes.',
            ),
          }),
          'How.',
        ),
      }),
      'Metrics that are fetched.',
    ),
  },
  { periodic: 'pull: own metrics are scraped' },
)

/** One pipeline; its name is `traces`, `metrics` or `logs`, with `/name` where there are several of one. */
export const pipeline = block({
  receivers: required(ids, 'Ids of receivers, or of connectors that give the signal.'),
  processors: defaulted(ids, [], 'Ids of processors, in order.'),
  exporters: required(ids, 'Ids of exporters, or of connectors that take the signal.'),
})

/** The section but for its pipelines, which are read one by one. */
export const service = block({
  extensions: defaulted(ids, [], 'Ids of extensions that are started.'),
  telemetry: defaulted(
    block(
      {
        logs: defaulted(
          block(
            {
              level: defaulted(
                oneOfAnyCase('debug', 'info', 'warn', 'error'),
                'info',
                'Least level of own log lines.',
              ),
            },
            {
              encoding: 'leave it out: lines are JSON',
              development: 'leave it out: lines are the same everywhere',
              sampling: 'leave it out: lines are rare, items are counted',
              output_paths: 'leave it out: lines go to standard output',
              error_output_paths: 'leave it out: lines go to standard output',
              initial_fields: 'leave it out: every line names the service',
              processors: 'leave it out: lines go to standard output',
              disable_caller: 'leave it out: lines name events, not code',
              disable_stacktrace: 'leave it out: stacks are those of defects only',
            },
          ),
          {},
          'Own log lines.',
        ),
        metrics: defaulted(
          block(
            { readers: optional(list(reader, 1), 'Where own metrics are read; port 8888 if absent.') },
            {
              level: 'leave it out: all metrics of docs/metrics.md are there',
              address: 'readers',
              views: 'leave it out: all metrics of docs/metrics.md are there',
            },
          ),
          {},
          'Own metrics.',
        ),
      },
      {
        traces: 'leave it out: the collector does not report to itself',
        resource: 'leave it out: own metrics carry no resource',
      },
    ),
    {},
    'The collector’s own telemetry.',
  ),
})
export type ServiceSettings = Settings<typeof service>
