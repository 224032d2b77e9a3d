/** Exporter `otlp_http`: OTLP over HTTP. */
import {
  checkSending,
  client,
  compression,
  httpClientRefused,
  retryOnFailure,
  sendingQueue,
} from '../blocks/client.ts'
import { checkTls } from '../blocks/tls.ts'
import { defineComponent } from '../component.ts'
import { block, defaulted, optional } from '../shape.ts'
import { duration, oneOf, webAddress } from '../values.ts'

export const otlpHttp = defineComponent('exporters', 'otlp_http', {
  says: 'Sends traces, metrics and logs on by OTLP over HTTP.',
  signals: ['traces', 'metrics', 'logs'],
  formerly: 'otlphttp',
  body: block(
    {
      endpoint: optional(webAddress, 'Base address; `/v1/traces`, `/v1/metrics` and `/v1/logs` are added.'),
      traces_endpoint: optional(webAddress, 'Whole address for traces, instead.'),
      metrics_endpoint: optional(webAddress, 'Whole address for metrics, instead.'),
      logs_endpoint: optional(webAddress, 'Whole address for logs, instead.'),
      encoding: defaulted(oneOf('proto'), 'proto', 'How messages are written.'),
      ...client,
      compression: defaulted(compression, 'gzip', 'How requests are compressed.'),
      timeout: defaulted(duration, '30s', 'Longest wait for an answer.'),
      sending_queue: defaulted(sendingQueue, {}, 'Where requests wait.'),
      retry_on_failure: defaulted(retryOnFailure, {}, 'Tries after failures that may pass.'),
    },
    { ...httpClientRefused, profiles_endpoint: 'leave it out: profiles are not taken' },
  ),
  check: (settings, report) => {
    const { endpoint, tracesEndpoint, metricsEndpoint, logsEndpoint } = settings
    if ([endpoint, tracesEndpoint, metricsEndpoint, logsEndpoint].every((each) => each === undefined))
      report('endpoint', 'an address, found none')
    checkTls(settings.tls, 'tls', report)
    checkSending(settings, report)
  },
})
