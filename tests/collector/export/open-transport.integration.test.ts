import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { createLogger } from 'winston'
import { parseCollectorConfig } from '../../../collector/config/load.ts'
import { openTransport } from '../../../collector/export/open-transport.ts'

describe('what carries the requests of an exporter', () => {
  it('opens with the address of one signal alone, as a file that names no other may have it', async () => {
    const paths: (string | undefined)[] = []
    const server = createServer((request, response) => {
      paths.push(request.url)
      request.resume().once('end', () => response.end())
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    // A listening TCP server has an address with a port.
    const { port } = server.address() as AddressInfo
    const source = `
receivers: { otlp: { protocols: { http: { endpoint: '127.0.0.1:0' } } } }
exporters: { otlp_http: { traces_endpoint: 'http://127.0.0.1:${port}/only/traces' } }
service: { pipelines: { traces: { receivers: [otlp], exporters: [otlp_http] } } }
`
    const { plan } = parseCollectorConfig(source, 'one.yaml', {})
    const [planned] = plan.exporters
    if (planned?.type !== 'otlp_http') throw new Error('found no otlp_http')
    const transport = openTransport(planned, { plan, log: createLogger({ silent: true }) })
    const running = new AbortController().signal
    const message = await transport.prepare(Buffer.from('items'))
    expect((await transport.send('traces', message, running)).status).to.equal('success')
    expect(await transport.send('logs', message, running)).to.deep.equal({ status: 'failure' })
    expect(paths).to.deep.equal(['/only/traces'])
    transport.close()
    server.close()
  })
})
