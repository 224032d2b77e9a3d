import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { startFlood } from '../../../drills/faults/flood.ts'
import { startCollectorProcess, type RunningCollector } from '../../collector/process-under-test.ts'
import { metricTotal } from '../../support/metrics-page.ts'
import { eventually } from '../../support/poll.ts'

describe('the flood of the collector', () => {
  let home: string
  let collector: RunningCollector

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'campanile-flood-'))
    collector = await startCollectorProcess(home)
  })
  after(async () => {
    await collector.kill('SIGTERM')
    await rm(home, { recursive: true, force: true })
  })

  const send = async () => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${collector.url('otlp')}/v1/traces`, {
      method: 'POST',
      headers,
      body: '{}',
    })
    await response.arrayBuffer()
    return response.status
  }

  it('makes it refuse without dying, and take again when the flood is over', async () => {
    expect(await send()).to.equal(200)
    const flood = await startFlood(collector.url('otlp'))
    const refused = () =>
      metricTotal(`${collector.url('telemetry')}/metrics`, 'collector_refused_requests_total', {
        reason: 'overloaded',
      })
    await eventually('more than ten are refused', async () => (await refused()) > 10)
    await flood.stop()
    await eventually('it takes again', async () => (await send()) === 200)
    expect(collector.child.exitCode).to.equal(null)
  })
})
