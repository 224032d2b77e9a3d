/** Receiver `otlp`: OTLP over gRPC and HTTP. */
import { checkServerTls } from '../blocks/tls.ts'
import { grpcServer, httpServer, httpServerRefused } from '../blocks/server.ts'
import { defineComponent } from '../component.ts'
import { block, defaulted, required, switchedOn } from '../shape.ts'
import { address, integer, urlPath } from '../values.ts'

const http = block(
  {
    endpoint: defaulted(address, 'localhost:4318', 'Where it listens.'),
    max_request_body_size: defaulted(
      integer(1_024, 256 * 2 ** 20),
      20 * 2 ** 20,
      'Most bytes of one request, as sent and after decompression.',
    ),
    traces_url_path: defaulted(urlPath, '/v1/traces', 'Path for traces.'),
    metrics_url_path: defaulted(urlPath, '/v1/metrics', 'Path for metrics.'),
    logs_url_path: defaulted(urlPath, '/v1/logs', 'Path for logs.'),
    ...httpServer,
  },
  httpServerRefused,
)

export const otlpReceiver = defineComponent('receivers', 'otlp', {
  says: 'Takes traces, metrics and logs from OpenTelemetry SDKs and collectors.',
  signals: ['traces', 'metrics', 'logs'],
  body: block({
    protocols: required(
      block({
        grpc: switchedOn(grpcServer, 'OTLP over gRPC; on as soon as it is named.'),
        http: switchedOn(http, 'OTLP over HTTP, protobuf and JSON; on as soon as it is named.'),
      }),
      'The protocols it speaks, at least one.',
    ),
  }),
  check: ({ protocols }, report) => {
    if (protocols.grpc === undefined && protocols.http === undefined)
      report('protocols', 'grpc, http or both')
    checkServerTls(protocols.grpc?.tls, 'protocols/grpc/tls', report)
    checkServerTls(protocols.http?.tls, 'protocols/http/tls', report)
  },
})
