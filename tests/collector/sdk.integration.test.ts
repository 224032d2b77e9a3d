/** The OpenTelemetry SDK as it comes, over both protocols of OTLP. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { metricTotal } from '../support/metrics-page.ts'
import { eventually } from '../support/poll.ts'
import { startCollectorProcess, type RunningCollector } from './process-under-test.ts'

const run = promisify(execFile)

describe('the OpenTelemetry SDK', () => {
  let home: string
  let collector: RunningCollector

  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'campanile-sdk-'))
    const shipped = await readFile('compose/collector.yaml', 'utf8')
    const config = shipped.replace('receivers: [span_metrics]', 'receivers: [otlp, span_metrics]')
    await writeFile(join(home, 'collector.yaml'), config)
    collector = await startCollectorProcess(home, ['--config', join(home, 'collector.yaml')])
  })
  after(async () => {
    await collector.kill('SIGTERM')
    rmSync(home, { recursive: true })
  })

  const send = (protocol: string, door: string, more: Readonly<Record<string, string>>) =>
    run(process.execPath, ['tests/collector/fixtures/sdk-sender.ts'], {
      env: {
        PATH: process.env['PATH'],
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url(door),
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
        ...more,
      },
    })

  for (const [protocol, door, compression] of [
    ['grpc', 'otlpGrpc', 'none'],
    ['grpc', 'otlpGrpc', 'gzip'],
    ['http/protobuf', 'otlp', 'gzip'],
    ['http/json', 'otlp', 'none'],
  ] as const) {
    it(`sends spans over ${protocol}, compression ${compression}, which are kept without what is personal`, async () => {
      const { stdout, stderr } = await send(protocol, door, { OTEL_EXPORTER_OTLP_COMPRESSION: compression })
      expect(stderr).to.equal('')
      const found = await eventually('the trace is kept', async () => {
        const answer = await fetch(`${collector.url('query')}/api/traces/${stdout.trim()}`)
        return answer.ok ? answer.text() : undefined
      })
      expect(found).to.contain('GET /courses/:id')
      expect(found).not.to.match(/quill/i)
    })
  }

  for (const [protocol, door] of [
    ['grpc', 'otlpGrpc'],
    ['http/protobuf', 'otlp'],
    ['http/json', 'otlp'],
  ] as const) {
    it(`sends metrics over ${protocol}, which are shown without what is personal`, async () => {
      const page = `${collector.url('telemetry')}/metrics`
      const received = () => metricTotal(page, 'collector_received_items_total', { signal: 'metrics' })
      const before = await received()
      const { stderr } = await send(protocol, door, {
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_TRACES_EXPORTER: 'none',
      })
      expect(stderr).to.equal('')
      expect(await received()).to.equal(before + 1)
      const shown = await (await fetch(`${collector.url('exporter')}/metrics`)).text()
      expect(shown).to.match(/^http_server_request_duration_seconds_bucket\{.*le="1"\} 1$/m)
      expect(shown).not.to.match(/quill/i)
    })
  }
})
