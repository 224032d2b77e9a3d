import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import type { Intake } from '../../../collector/graph/intake.ts'
import { Admission } from '../../../collector/receive/admission.ts'
import { createFaroReceiver } from '../../../collector/receive/faro.ts'

describe('what pages send', () => {
  it('waits for room like everything else, and is asked to come again where there is none', async () => {
    const admission = new Admission({ roomBytes: 2 ** 20, maxWaitMillis: 50 })
    const refused: string[] = []
    const intake: Pick<Intake, 'logs' | 'traces'> = { logs: async () => {}, traces: async () => {} }
    const receiver = createFaroReceiver({
      maxBodyBytes: 2 ** 20,
      cors: { allowedOrigins: [], allowedHeaders: [], maxAgeSeconds: 0 },
      requestsPerSecond: 100,
      burst: 100,
      admission,
      intake: intake as Intake,
      isLimited: () => false,
      now: Date.now,
      onReceived: () => undefined,
      onRefused: (reason) => refused.push(reason),
      onDefect: (error) => refused.push(String(error)),
    })
    // No connection is closed while another request is on its way to it.
    const server = createServer({ keepAliveTimeout: 0 }, receiver)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const send = () =>
      fetch(`http://127.0.0.1:${port}/collect`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"meta":{},"logs":[{"message":"a"}]}',
      })
    try {
      const leave = await admission.enter(2 ** 20)
      const { status, headers } = await send()
      expect([status, headers.get('retry-after')]).to.deep.equal([503, '1'])
      expect(refused).to.deep.equal(['overloaded'])
      leave()
      expect((await send()).status).to.equal(202)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})
