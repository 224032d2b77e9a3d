/** The pages Prometheus reads, judged by Prometheus' own linter and by a strict reader. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { encodeTraces } from '../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../collector/wire/writer.ts'
import { LocalError } from '../../compose/local/errors.ts'
import { openPackageStore } from '../../compose/local/packages/debian.ts'
import { tools } from '../../compose/local/packages/tool.ts'
import { readSettings } from '../../compose/local/settings.ts'
import { spansOf } from './generate.ts'
import { readMetricsPage } from './open-metrics.ts'
import { startCollectorProcess, type RunningCollector } from './process-under-test.ts'

describe('the metric pages of the collector', function () {
  this.timeout(300_000)
  let home: string
  let collector: RunningCollector

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'campanile-pages-'))
    collector = await startCollectorProcess(home)
    const response = await fetch(`${collector.url('otlp')}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf' },
      body: Buffer.from(encodeTraces(new ProtobufWriter(), spansOf(64))),
    })
    expect(response.status).to.equal(200)
  })
  after(async () => {
    await collector.kill('SIGTERM')
    await rm(home, { recursive: true, force: true })
  })

  const page = async (door: 'exporter' | 'telemetry', accept = 'text/plain') =>
    (await fetch(`${collector.url(door)}/metrics`, { headers: { accept } })).text()

  it('pass promtool without a remark', async () => {
    const promtool = await locatePromtool()
    for (const door of ['exporter', 'telemetry'] as const) {
      const text = await page(door)
      expect(readMetricsPage(text, 'prometheus').size, door).to.be.greaterThan(1)
      if (promtool === undefined) continue
      const { status, stderr } = spawnSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' })
      expect(`${String(status)} ${stderr}`, door).to.equal('0 ')
    }
  })

  it('are OpenMetrics with exemplars where Prometheus asks for it', async () => {
    const text = await page('exporter', 'application/openmetrics-text; version=1.0.0')
    const families = readMetricsPage(text, 'openmetrics')
    expect([...families.keys()]).to.deep.equal([
      'traces_span_metrics_calls',
      'traces_span_metrics_duration_seconds',
    ])
    const calls = families.get('traces_span_metrics_calls')?.samples ?? []
    expect(calls.reduce((sum, { value }) => sum + value, 0)).to.equal(64)
    expect(text).to.match(/ # \{trace_id="[0-9a-f]{32}",span_id="[0-9a-f]{16}"\} /)
  })
})

/** The one on PATH, else extracted from Debian's package; undefined on a system that has neither. */
async function locatePromtool(): Promise<string | undefined> {
  const { path, packagesDirectory } = readSettings(process.env)
  try {
    return (await openPackageStore(path, packagesDirectory).locate(tools.promtool)).file
  } catch (error) {
    if (error instanceof LocalError) return undefined
    throw error
  }
}
