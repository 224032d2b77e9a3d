import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { metricTotal } from '../../support/metrics-page.ts'
import { eventually } from '../../support/poll.ts'
import { propertyRuns } from '../../support/property.ts'
import { GrpcSink } from './grpc-sink.ts'
import { QueueProcess, spansPerRequest, tracesIn } from './queue-process.ts'

const runs = propertyRuns({ ci: 4, soak: 60 })

describe('a collector whose queue is damaged while it is down', function () {
  this.timeout(60_000 + runs.numRuns * 20_000)
  let isOpen: boolean
  const received = new Map<string, number>()
  const sink = new GrpcSink((message) => {
    if (!isOpen) return false
    for (const id of tracesIn(message)) received.set(id, (received.get(id) ?? 0) + 1)
    return true
  })
  let port: number
  const open: QueueProcess[] = []

  before(async () => (port = await sink.listen()))
  afterEach(async () => {
    for (const each of open.splice(0)) await each.remove()
  })
  after(() => sink.close())

  const damage = fc.record({
    file: fc.nat(),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.integer({ min: 1, max: 400 }),
  })

  it('starts, sends all that was not hit, and counts what was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 8 }), async (hits) => {
        received.clear()
        isOpen = false
        const exporter = `{ otlp_grpc: { endpoint: '127.0.0.1:${port}', tls: { insecure: true }, retry_on_failure: { initial_interval: 20ms, max_interval: 50ms, max_elapsed_time: 0s }, sending_queue: { storage: file_storage, queue_size: 100000, batch: { flush_timeout: 10ms } } } }`
        const collector = new QueueProcess(exporter, ['otlp_grpc'])
        open.push(collector)
        await collector.start()
        const acknowledged = await collector.load((count) => count >= 300)
        await collector.stop('SIGKILL')
        const folder = join(collector.queues, 'otlp_grpc')
        const files = readdirSync(folder)
        for (const { file, at, bytes } of hits) {
          const path = join(folder, files[file % files.length] ?? '')
          const content = readFileSync(path)
          const from = Math.floor(at * content.length)
          for (let place = from; place < Math.min(content.length, from + bytes); place++)
            content[place] = ((content[place] ?? 0) * 31 + 17 + place) & 0xff
          writeFileSync(path, content)
        }
        const running = await collector.start()
        isOpen = true
        const page = `${running.url('telemetry')}/metrics`
        await eventually('nothing waits', async () => {
          return (await metricTotal(page, 'collector_queue_items', { exporter: 'otlp_grpc' })) === 0
        })
        const missing = acknowledged.filter((id) => !received.has(id)).length
        const corrupt = await metricTotal(page, 'collector_dropped_items_total', { where: 'queue_corrupt' })
        const damaged = await metricTotal(page, 'collector_queue_damaged_bytes_total')
        // Of requests whose header was hit only the bytes are known; each has more than 300.
        expect(missing * spansPerRequest).to.be.at.most(corrupt + (damaged / 300) * spansPerRequest)
        await collector.remove()
        open.splice(0)
      }),
      runs,
    )
  })
})
