/** The OpenTelemetry SDK as it comes, over both protocols of OTLP. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { eventually } from '../support/poll.ts'
import { startCollectorProcess, type RunningCollector } from './process-under-test.ts'

const run = promisify(execFile)

describe('the OpenTelemetry SDK', function () {
  this.timeout(60_000)
  let home: string
  let collector: RunningCollector

  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'campanile-sdk-'))
    collector = await startCollectorProcess(home)
  })
  after(async () => {
    await collector.kill('SIGTERM')
    rmSync(home, { recursive: true })
  })

  for (const [protocol, door, compression] of [
    ['grpc', 'otlpGrpc', 'none'],
    ['grpc', 'otlpGrpc', 'gzip'],
    ['http/protobuf', 'otlp', 'gzip'],
    ['http/json', 'otlp', 'none'],
  ] as const) {
    it(`sends spans over ${protocol}, compression ${compression}, which are kept without what is personal`, async () => {
      const { stdout, stderr } = await run(process.execPath, ['tests/collector/fixtures/sdk-sender.ts'], {
        env: {
          PATH: process.env['PATH'],
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.url(door),
          OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
          OTEL_EXPORTER_OTLP_COMPRESSION: compression,
          OTEL_METRICS_EXPORTER: 'none',
          OTEL_LOGS_EXPORTER: 'none',
        },
      })
      expect(stderr).to.equal('')
      const found = await eventually('the trace is kept', async () => {
        const answer = await fetch(`${collector.url('query')}/api/traces/${stdout.trim()}`)
        return answer.ok ? answer.text() : undefined
      })
      expect(found).to.contain('GET /courses/:id')
      expect(found).not.to.match(/quill/i)
    })
  }
})
