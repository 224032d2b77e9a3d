/** Exporter `prometheus`: a page that Prometheus scrapes. */
import { httpServerRefused } from '../blocks/server.ts'
import { checkServerTls, serverTls } from '../blocks/tls.ts'
import { translationStrategy } from '../blocks/translation.ts'
import { defineComponent } from '../component.ts'
import { block, defaulted, list, optional, record, required } from '../shape.ts'
import { address, flag, name, positiveDuration, text } from '../values.ts'

export const prometheusExporter = defineComponent('exporters', 'prometheus', {
  says: 'Shows metrics at `/metrics` for Prometheus to scrape.',
  signals: ['metrics'],
  body: block(
    {
      endpoint: required(address, 'Where it listens.'),
      tls: optional(serverTls, 'Certificate to listen with; plain HTTP if absent.'),
      namespace: defaulted(text, '', 'What the names of all metrics begin with.'),
      const_labels: defaulted(record(text), {}, 'Labels of every metric.'),
      send_timestamps: defaulted(flag, false, 'Shows the time of each sample.'),
      metric_expiration: defaulted(
        positiveDuration,
        '5m',
        'Time after which a series without news is not shown.',
      ),
      enable_open_metrics: defaulted(flag, false, 'Offers OpenMetrics, the only format with exemplars.'),
      translation_strategy: defaulted(
        translationStrategy,
        'UnderscoreEscapingWithSuffixes',
        'How names are translated.',
      ),
      resource_constant_labels: defaulted(
        block(
          {
            included: defaulted(
              list(name),
              [],
              'Patterns of resource attributes that become labels; `*` and `?` stand for any text.',
            ),
            excluded: defaulted(list(name), [], 'Patterns of those that do not.'),
          },
          {
            enabled: 'included: ["*"]',
            exclude_service_attributes: 'excluded: [service.name, service.instance.id, service.namespace]',
          },
        ),
        {},
        'Resource attributes that become labels.',
      ),
      without_scope_info: defaulted(flag, false, 'Leaves out the labels of the instrumentation scope.'),
    },
    {
      ...httpServerRefused,
      add_metric_suffixes: 'translation_strategy',
      resource_to_telemetry_conversion: 'resource_constant_labels',
      sending_queue: 'leave it out: Prometheus fetches',
      cors: 'leave it out: no page of a browser reads it',
      auth: 'leave it out: keep the endpoint on loopback or a private network',
      max_request_body_size: 'leave it out: scrapes have no body',
    },
  ),
  check: ({ tls }, report) => checkServerTls(tls, 'tls', report),
})
