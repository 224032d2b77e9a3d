import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
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

describe('shutdown of a one-shot command', function () {
  this.timeout(20_000)

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

  it('exits 0 where the collector takes the connection and never answers', async () => {
    const mute = createServer((socket) => socket.resume().on('error', () => undefined))
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    expect(await runOnce(`http://127.0.0.1:${(mute.address() as AddressInfo).port}`)).to.equal(0)
    mute.close()
  })
})
