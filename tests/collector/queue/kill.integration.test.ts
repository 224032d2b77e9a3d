import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import { decodeTraces, encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { eventually } from '../../support/poll.ts'
import { spansOf } from '../generate.ts'
import { startCollectorProcess, type RunningCollector } from '../process-under-test.ts'

const kills = process.env['CAMPANILE_SOAK'] === '1' ? 100 : 2

describe('a collector that is killed while it forwards', function () {
  this.timeout(60_000 + kills * 10_000)
  let home: string
  let server: Server
  let collector: RunningCollector
  const received = new Set<string>()
  /** Every third request is turned away, so that there is something that waits. */
  let requests = 0

  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'campanile-kill-'))
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.once('end', () => {
        const isTaken = requests++ % 3 !== 0
        if (isTaken) for (const id of tracesIn(gunzipSync(Buffer.concat(chunks)))) received.add(id)
        response.writeHead(isTaken ? 200 : 503).end()
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    // A listening TCP server has an address with a port.
    const { port } = server.address() as AddressInfo
    const forward = [
      '  nop:',
      '  otlp_http:',
      `    endpoint: http://127.0.0.1:${port}`,
      '    sending_queue: { storage: file_storage }',
      '    retry_on_failure: { initial_interval: 20ms, max_elapsed_time: 0s }',
    ]
    const config = readFileSync('compose/collector.yaml', 'utf8')
      .replace('exporters: [span_metrics]', 'exporters: [span_metrics, otlp_http]')
      .replace('  nop:', forward.join('\n'))
      .replace(
        'extensions:\n',
        `extensions:\n  file_storage: { directory: ${home}/queues, create_directory: true }\n`,
      )
      .replace('extensions: [health_check]', 'extensions: [health_check, file_storage]')
    writeFileSync(join(home, 'collector.yaml'), config)
  })
  after(async () => {
    await collector.kill('SIGTERM')
    server.close()
    rmSync(home, { recursive: true })
  })

  const start = async () => {
    collector = await startCollectorProcess(home, ['--config', join(home, 'collector.yaml')])
  }
  const tracesIn = (bytes: Buffer) =>
    decodeTraces(bytes).flatMap(({ scopes }) =>
      scopes.flatMap(({ items }) => items.map(({ traceId }) => traceId)),
    )

  /** Sends requests of one trace each until it is told to stop, and notes those that are acknowledged. */
  async function load(acknowledged: string[], isOver: () => boolean): Promise<void> {
    const url = `${collector.url('otlp')}/v1/traces`
    const send = async () => {
      while (!isOver()) {
        const traceId = randomBytes(16).toString('hex')
        const batch = spansOf(3)
        const spans = batch.flatMap(({ scopes }) => scopes.flatMap(({ items }) => items))
        for (const span of spans) span.traceId = traceId
        const body = new Uint8Array(encodeTraces(new ProtobufWriter(), batch))
        const headers = { 'content-type': 'application/x-protobuf' }
        const answer = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined)
        // Nobody answers any more.
        if (answer === undefined) return
        if (answer.status === 200) acknowledged.push(traceId)
      }
    }
    await Promise.all(Array.from({ length: 4 }, send))
  }

  it('sends everything it acknowledged, in the end', async () => {
    const acknowledged: string[] = []
    for (let kill = 0; kill < kills; kill++) {
      await start()
      let isOver = false
      const enough = acknowledged.length + 5 + 17 * (kill % 7)
      const loaded = load(acknowledged, () => isOver)
      await eventually('some requests are acknowledged', () => acknowledged.length >= enough)
      await collector.kill('SIGKILL')
      isOver = true
      await loaded
    }
    await start()
    expect(acknowledged.length).to.be.above(kills)
    const missing = () => acknowledged.filter((id) => !received.has(id))
    await eventually('everything has arrived', () => missing().length === 0)
  })
})
