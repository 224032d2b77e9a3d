/** Pages may say less than programs: anybody may script a page, and it comes in by a door of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually } from '../support/poll.ts'
import { faroAppKey, startCollectorProcess, type RunningCollector } from './process-under-test.ts'

const surname = 'featherstone'
const headers = { 'content-type': 'application/json', 'x-api-key': faroAppKey }

describe('a page at the door for browsers', () => {
  let home: string
  let collector: RunningCollector

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'campanile-pages-'))
    collector = await startCollectorProcess(home)
  })
  afterEach(async () => {
    await collector.kill('SIGTERM')
    await rm(home, { recursive: true, force: true })
  })

  it('puts no surname where programs put names', async () => {
    const attributes = { reason: surname, 'faro.view': surname, component: surname, fromView: surname }
    const span = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      name: 'GET',
      startTimeUnixNano: '1790000000000000000',
      endTimeUnixNano: '1790000000100000000',
      attributes: [{ key: 'peer.service', value: { stringValue: surname } }],
    }
    const body = JSON.stringify({
      meta: { app: { name: surname, version: '1.0.0' }, view: { name: 'transcript' } },
      events: [{ name: 'click', domain: surname, attributes, timestamp: '2026-11-21T03:00:00.000Z' }],
      traces: { resourceSpans: [{ scopeSpans: [{ scope: { name: surname }, spans: [span] }] }] },
    })
    const answer = await fetch(`${collector.url('faro')}/collect`, { method: 'POST', headers, body })
    expect(answer.status).to.equal(202)
    const read = async (path: string) => (await fetch(`${collector.url('query')}${path}`)).text()
    const logs = await eventually('the event is stored', async () => {
      const text = await read('/api/logs?limit=10')
      return text.includes('"click"') && text
    })
    const trace = await eventually('the span is stored', async () => {
      const text = await read(`/api/traces/${span.traceId}`)
      return text.includes(span.spanId) && text
    })
    expect(logs).to.include('transcript').and.not.include(surname)
    expect(trace).not.to.include(surname)
    // Both fences have their counts on the one page.
    const metrics = await (await fetch(`${collector.url('telemetry')}/metrics`)).text()
    expect(metrics).to.match(/privacy_redactions_total\{[^}]*rule="value_unlisted"[^}]*\} [1-9]/)
  })
})
