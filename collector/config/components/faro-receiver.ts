/** Receiver `faro`: what browsers send. */
import { checkServerTls } from '../blocks/tls.ts'
import { cors, httpServer, httpServerRefused } from '../blocks/server.ts'
import { defineComponent } from '../component.ts'
import { block, defaulted } from '../shape.ts'
import { address, integer } from '../values.ts'

const { tls } = httpServer

export const faroReceiver = defineComponent('receivers', 'faro', {
  says: 'Takes what the Grafana Faro SDK sends from browsers, as traces and logs.',
  signals: ['traces', 'logs'],
  body: block(
    {
      endpoint: defaulted(address, 'localhost:8080', 'Where it listens.'),
      max_request_body_size: defaulted(
        integer(1_024, 16 * 2 ** 20),
        2 ** 20,
        'Most bytes of one request, as sent and after decompression (upstream 20 MiB).',
      ),
      cors: defaulted(cors, {}, 'Which pages may send; none unless listed.'),
      tls,
    },
    { ...httpServerRefused, auth: 'faro.app_key in the appliance file: what a page holds is no secret' },
  ),
  check: (settings, report) => checkServerTls(settings.tls, 'tls', report),
})
