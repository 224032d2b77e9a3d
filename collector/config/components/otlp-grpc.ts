/** Exporter `otlp_grpc`: OTLP over gRPC. */
import {
  checkSending,
  client,
  compression,
  grpcClientRefused,
  retryOnFailure,
  sendingQueue,
} from '../blocks/client.ts'
import { checkTls } from '../blocks/tls.ts'
import { defineComponent } from '../component.ts'
import { block, defaulted, required } from '../shape.ts'
import { duration, target } from '../values.ts'

export const otlpGrpc = defineComponent('exporters', 'otlp_grpc', {
  says: 'Sends traces, metrics and logs on by OTLP over gRPC.',
  signals: ['traces', 'metrics', 'logs'],
  formerly: 'otlp',
  body: block(
    {
      endpoint: required(target, 'Where it sends to; `tls.insecure: true` for plain text.'),
      ...client,
      compression: defaulted(compression, 'gzip', 'How requests are compressed.'),
      timeout: defaulted(duration, '5s', 'Longest wait for an answer.'),
      sending_queue: defaulted(sendingQueue, {}, 'Where requests wait.'),
      retry_on_failure: defaulted(retryOnFailure, {}, 'Tries after failures that may pass.'),
    },
    grpcClientRefused,
  ),
  check: (settings, report) => {
    checkTls(settings.tls, 'tls', report)
    checkSending(settings, report)
  },
})
