import { expect } from 'chai'
import { eventually } from '../../support/poll.ts'
import { GrpcSink } from './grpc-sink.ts'
import { QueueProcess, spansPerRequest, tracesIn } from './queue-process.ts'

const kills = process.env['CAMPANILE_SOAK'] === '1' ? 200 : 2
const maxSize = 60
/** For what the last collector finds to be sent still. */
const wait = { withinMillis: 60_000 + 2_000 * kills }

describe('a collector that is killed while it sends batches by gRPC', function () {
  this.timeout(120_000 + kills * 10_000)
  const received = new Set<string>()
  const sizes: number[] = []
  let messages = 0
  // Every third message is turned away, so that there is something that waits.
  const sink = new GrpcSink((message) => {
    if (messages++ % 3 === 0) return false
    const traces = tracesIn(message)
    sizes.push(traces.length)
    for (const id of traces) received.add(id)
    return true
  })
  let behind: QueueProcess
  let collector: QueueProcess
  let behindUrl: string

  before(async () => {
    behind = new QueueProcess('{ nop: }', ['nop'])
    const running = await behind.start()
    behindUrl = running.url('query')
    const sending = `retry_on_failure: { initial_interval: 20ms, max_interval: 50ms, max_elapsed_time: 0s }, sending_queue: { storage: file_storage, queue_size: 100000, batch: { min_size: 30, max_size: ${maxSize}, flush_timeout: 50ms } }`
    const checked = `{ endpoint: '127.0.0.1:${await sink.listen()}', tls: { insecure: true }, ${sending} }`
    const next = `{ endpoint: '${running.url('otlpGrpc').slice('http://'.length)}', tls: { insecure: true }, ${sending} }`
    collector = new QueueProcess(`{ otlp_grpc: ${checked}, otlp_grpc/next: ${next} }`, [
      'otlp_grpc',
      'otlp_grpc/next',
    ])
  })
  after(async () => {
    await collector.remove()
    await behind.remove()
    sink.close()
  })

  const isBehind = async (id: string) => (await fetch(`${behindUrl}/api/traces/${id}`)).status === 200

  it('sends everything it acknowledged to everybody, in the end', async () => {
    const acknowledged: string[] = []
    for (let kill = 0; kill < kills; kill++) {
      await collector.start()
      let isOver = false
      let count = 0
      const loaded = collector.load((soFar) => {
        count = soFar
        return isOver
      })
      await eventually('some requests are acknowledged', () => count >= 5 + 17 * (kill % 7))
      await collector.stop('SIGKILL')
      isOver = true
      acknowledged.push(...(await loaded))
    }
    await collector.start()
    expect(acknowledged.length).to.be.above(kills)
    await eventually('everything has arrived', () => acknowledged.every((id) => received.has(id)), wait)
    let missing = acknowledged
    await eventually(
      'the collector behind has everything',
      async () => {
        const found = await Promise.all(missing.slice(0, 50).map(isBehind))
        missing = [...missing.slice(0, 50).filter((_, index) => found[index] !== true), ...missing.slice(50)]
        return missing.length === 0
      },
      { ...wait, everyMillis: 5 },
    )
    expect(Math.max(...sizes)).to.be.within(spansPerRequest + 1, maxSize)
  })
})
