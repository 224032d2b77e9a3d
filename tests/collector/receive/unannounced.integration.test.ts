import { once } from 'node:events'
import { createServer, request as ask } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import type { Intake } from '../../../collector/graph/intake.ts'
import { Admission } from '../../../collector/receive/admission.ts'
import { createOtlpReceiver } from '../../../collector/receive/otlp-http.ts'

const mebibyte = 2 ** 20

describe('bodies that do not say how long they are', () => {
  it('are worked on one at a time where they turn out to be larger than the room', async () => {
    let atWork = 0
    let most = 0
    const intake: Pick<Intake, 'encoded'> = {
      encoded: async () => {
        most = Math.max(most, ++atWork)
        // Long enough for any other that was let in to be read.
        for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve))
        atWork--
        return 1
      },
    }
    const refused: string[] = []
    const parts = { intake: intake as Intake, pagesIntake: intake as Intake }
    const receiver = createOtlpReceiver({
      ...parts,
      maxBodyBytes: 8 * mebibyte,
      paths: { traces: '/v1/traces', logs: '/v1/logs', metrics: '/v1/metrics' },
      isLimited: () => false,
      // None is slow, however little of the machine is left for it.
      admission: new Admission({ roomBytes: 4 * mebibyte, maxWaitMillis: 60_000, slowMillis: 600_000 }),
      onReceived: () => undefined,
      onRefused: (reason) => refused.push(reason),
      onDefect: (error) => refused.push(String(error)),
    })
    const server = createServer(receiver)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const send = async () => {
      const headers = { 'content-type': 'application/x-protobuf', connection: 'close' }
      const request = ask({ host: '127.0.0.1', port, path: '/v1/traces', method: 'POST', headers })
      for (let part = 0; part < 6; part++) request.write(Buffer.alloc(mebibyte))
      request.end()
      const answered: Promise<number | undefined> = new Promise((resolve, reject) => {
        request.once('error', reject)
        request.once('response', (response) => resolve(response.resume().statusCode))
      })
      return answered
    }
    try {
      expect(await Promise.all([send(), send(), send()])).to.deep.equal([200, 200, 200])
      expect(refused).to.deep.equal([])
      expect(most).to.equal(1)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  })
})
