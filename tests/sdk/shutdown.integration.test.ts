import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { startSdk } from '#sdk'
import { startSink } from './otlp-sink.ts'

/** Runs a command whose only work left is `sdk.shutdown()`, and answers its exit code. */
async function runOnce(endpoint: string): Promise<number | null> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'fixtures/one-shot-process.ts'), endpoint],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}

describe('shutdown of an SDK', () => {
  for (const status of [503, 'gone'] as const) {
    it(`ends while the collector is ${status}, counts what was lost, and takes nothing more`, async () => {
      const sink = await startSink()
      const logStream = new PassThrough().resume()
      const sdk = startSdk({
        service: 'users',
        environment: 'development',
        otlpEndpoint: sink.endpoint,
        logStream,
      })
      if (status === 'gone') await sink.close()
      else sink.status = status
      await sdk.span('db.transaction', {}, async () => sdk.log.info('demo data loaded'))
      await sdk.shutdown()
      await sdk.span('db.transaction', {}, async () => sdk.log.info('demo data loaded'))
      const { body } = await sdk.scrape()
      for (const signal of ['traces', 'logs']) {
        expect(body).to.contain(`sdk_items_total{service="users",signal="${signal}",outcome="dropped"} 2`)
        expect(body).to.contain(`sdk_items_total{service="users",signal="${signal}",outcome="exported"} 0`)
      }
      if (status !== 'gone') await sink.close()
    })
  }
})

describe('shutdown of a one-shot command', () => {
  it('flushes spans and lines and exits 0', async () => {
    const sink = await startSink()
    expect(await runOnce(sink.endpoint)).to.equal(0)
    expect(sink.spans.map(({ name }) => name)).to.deep.equal(['db.transaction'])
    expect(sink.logs.map(({ body }) => body)).to.deep.equal(['demo data loaded'])
    await sink.close()
  })

  it('exits 0 where no collector listens', async () => {
    const sink = await startSink()
    await sink.close()
    expect(await runOnce(sink.endpoint)).to.equal(0)
  })

  it('exits 0 during an outage of the collector', async () => {
    const sink = await startSink()
    sink.status = 503
    expect(await runOnce(sink.endpoint)).to.equal(0)
    expect(sink.bodies).to.deep.equal([])
    await sink.close()
  })

  it('exits 0 where the collector takes the connection and never answers', async () => {
    const mute = createServer((socket) => socket.resume().on('error', () => undefined))
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    expect(await runOnce(`http://127.0.0.1:${(mute.address() as AddressInfo).port}`)).to.equal(0)
    mute.close()
  })
})
