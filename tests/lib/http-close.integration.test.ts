import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { expect } from 'chai'
import { closeDoor, createDoor, listen } from '../../lib/http.ts'

describe('a door that closes', () => {
  it('answers what is in flight, and nothing that comes after it on the same connection', async () => {
    let answer: (() => void) | undefined
    const app = createDoor({
      onRejected: () => undefined,
      // The first who asks has to wait.
      health: () =>
        answer === undefined ? new Promise((resolve) => (answer = () => resolve(undefined))) : undefined,
    })
    closeDoor(app)
    const { port, server, close } = await listen(app, { port: 0, onRejected: () => undefined })
    // Longer than this test may take.
    server.keepAliveTimeout = 3_600_000
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ask = async () => {
      const sent = request({ port, host: '127.0.0.1', path: '/health', agent })
      sent.end()
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      response.resume()
      await once(response, 'end')
      return response.statusCode
    }
    const isAsked = once(server, 'request')
    const inFlight = ask()
    await isAsked
    const closed = close()
    answer?.()
    expect(await inFlight).to.equal(200)
    expect(await ask().catch(() => 'refused')).to.be.oneOf([503, 'refused'])
    // Nobody waits for a connection without a request.
    await closed
    agent.destroy()
  })
})
