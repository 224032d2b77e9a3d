import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { canaryOf } from '../../contracts/canary.ts'
import { faultTokens, postFault } from '../support/fault-token.ts'
import { metricTotal } from '../support/metrics-page.ts'
import { startCollectorProcess, type RunningCollector } from './process-under-test.ts'

const canary = canaryOf('0123456789abcdef')
const traceId = '0af7651916cd43dd8448eb211c80319c'

/** A span as a program without our SDK would send it: the fence of the collector is the only one. */
function planted(tenant: string) {
  const text = (key: string, value: string) => ({ key, value: { stringValue: value } })
  const nanos = `${Date.now()}000000`
  const span = {
    traceId,
    spanId: 'b7ad6b7169203331',
    name: 'service ready',
    kind: 1,
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    attributes: [text('campus.tenant', tenant), text('user.email', canary)],
  }
  const resource = { attributes: [text('service.name', 'academics')] }
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: {}, spans: [span] }] }] }
}

describe('the fault pii-leak and the canary watch', () => {
  let home: string
  let collector: RunningCollector

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'campanile-leak-'))
    await writeFile(join(home, 'accepted.json'), JSON.stringify(faultTokens()))
  })
  afterEach(async () => {
    await collector.kill('SIGTERM')
    await rm(home, { recursive: true, force: true })
  })

  const start = async (demo: '0' | '1') => {
    const variables = { CAMPANILE_DEMO: demo, CAMPANILE_TOKENS_FILE: join(home, 'accepted.json') }
    collector = await startCollectorProcess(home, [], variables)
  }
  const plant = async (tenant: string) => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify(planted(tenant))
    expect(
      (await fetch(`${collector.url('otlp')}/v1/traces`, { method: 'POST', headers, body })).status,
    ).to.equal(200)
  }
  const leaks = () =>
    metricTotal(`${collector.url('telemetry')}/metrics`, 'privacy_canary_leaks_total', { signal: 'traces' })
  const stored = async () => (await fetch(`${collector.url('query')}/api/traces/${traceId}`)).text()

  it('lets canaries of the drill tenant through while it is on, and every one is counted', async () => {
    await start('1')
    await plant('drill')
    expect(await leaks()).to.equal(0)
    await postFault(collector.url('telemetry'), { fault: 'pii-leak', active: true, seconds: 600 })
    await plant('university_a')
    expect(await leaks()).to.equal(0)
    expect(await stored()).not.to.include(canary)
    await plant('drill')
    expect(await leaks()).to.equal(1)
    expect(await stored(), 'the watch takes nothing away').to.include(canary)
    await postFault(collector.url('telemetry'), { fault: 'pii-leak', active: false })
    await plant('drill')
    expect(await leaks()).to.equal(1)
  })

  it('has no switch without demo data, and the watch is on all the same', async () => {
    await start('0')
    const response = await postFault(collector.url('telemetry'), {
      fault: 'pii-leak',
      active: true,
      seconds: 600,
    })
    expect(response.status).to.equal(404)
    await plant('drill')
    const page = await (await fetch(`${collector.url('telemetry')}/metrics`)).text()
    expect(page).to.include('privacy_canary_leaks_total{signal="traces"} 0')
  })
})
