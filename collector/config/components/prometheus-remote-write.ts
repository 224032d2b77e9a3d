/** Exporter `prometheusremotewrite`: sends metrics to Prometheus, Mimir, Thanos or VictoriaMetrics. */
import { client, httpClientRefused, retryOnFailure } from '../blocks/client.ts'
import { checkTls } from '../blocks/tls.ts'
import { translationStrategy } from '../blocks/translation.ts'
import { defineComponent } from '../component.ts'
import { block, defaulted, record, required } from '../shape.ts'
import { duration, flag, integer, oneOf, only, text, webAddress } from '../values.ts'

export const prometheusRemoteWrite = defineComponent('exporters', 'prometheusremotewrite', {
  says: 'Sends metrics by Prometheus remote write 1.0; what is not cumulative is dropped and counted.',
  signals: ['metrics'],
  body: block(
    {
      endpoint: required(webAddress, 'Address of the receiver, such as `https://mimir.example/api/v1/push`.'),
      namespace: defaulted(text, '', 'What the names of all metrics begin with.'),
      external_labels: defaulted(record(text), {}, 'Labels of every series.'),
      ...client,
      timeout: defaulted(duration, '5s', 'Longest wait for an answer.'),
      retry_on_failure: defaulted(
        retryOnFailure,
        { initial_interval: '50ms', max_interval: '200ms', max_elapsed_time: '1m' },
        'Tries after 5xx and 429.',
      ),
      remote_write_queue: defaulted(
        block({
          enabled: defaulted(flag, true, 'Queues requests.'),
          queue_size: defaulted(integer(1, 1_000_000), 10_000, 'Most requests that wait.'),
          num_consumers: defaulted(integer(1, 1_000), 5, 'Requests sent at once.'),
        }),
        {},
        'Where requests wait.',
      ),
      target_info: defaulted(
        block({ enabled: defaulted(flag, true, 'Sends one `target_info` for each resource.') }),
        {},
        'Resource attributes as a metric.',
      ),
      translation_strategy: defaulted(
        translationStrategy,
        'UnderscoreEscapingWithSuffixes',
        'How names are translated.',
      ),
      max_batch_size_bytes: defaulted(
        integer(1_024, 100_000_000),
        3_000_000,
        'Most bytes of one request before compression.',
      ),
      protobuf_message: defaulted(
        oneOf('prometheus.WriteRequest'),
        'prometheus.WriteRequest',
        'The message that is sent.',
      ),
      send_metadata: defaulted(only(false), false, 'Types and help texts are not sent.'),
    },
    {
      ...httpClientRefused,
      compression: 'leave it out: remote write is compressed with snappy',
      http: 'the same keys one level up',
      add_metric_suffixes: 'translation_strategy',
      disable_scope_info: 'leave it out: the scope is in labels',
      max_batch_request_parallelism: 'remote_write_queue.num_consumers',
      resource_to_telemetry_conversion: 'a join on target_info, or the transform processor',
      sending_queue: 'remote_write_queue',
      wal: 'leave it out: the collector logs what it has acknowledged by itself',
      export_created_metric: 'leave it out: no _created series are sent',
    },
  ),
  check: ({ tls, endpoint }, report) => {
    checkTls(tls, 'tls', report)
    if (!URL.canParse(endpoint)) report('endpoint', 'an absolute address')
  },
})
