/** Extension `health_check`: a page that says whether the collector runs. */
import { httpServerRefused } from '../blocks/server.ts'
import { checkServerTls, serverTls } from '../blocks/tls.ts'
import { defineComponent } from '../component.ts'
import { block, defaulted, optional } from '../shape.ts'
import { address, urlPath } from '../values.ts'

const second = 'endpoint and path'

export const healthCheck = defineComponent('extensions', 'health_check', {
  says: 'Answers 200 while the collector runs.',
  signals: [],
  body: block(
    {
      endpoint: defaulted(address, 'localhost:13133', 'Where it listens.'),
      path: defaulted(urlPath, '/', 'Path it answers at.'),
      tls: optional(serverTls, 'Certificate to listen with; plain HTTP if absent.'),
    },
    {
      ...httpServerRefused,
      auth: 'leave it out: keep the endpoint on loopback or a private network',
      cors: 'leave it out: no page of a browser reads it',
      max_request_body_size: 'leave it out: requests have no body',
      response_body: 'leave it out: the status is the answer',
      check_collector_pipeline: 'leave it out: alerts watch what exporters drop',
      use_v2: second,
      http: second,
      grpc: second,
      component_health: 'leave it out: alerts watch the components',
    },
  ),
  check: ({ tls }, report) => checkServerTls(tls, 'tls', report),
})
