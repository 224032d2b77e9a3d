import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually } from '../support/poll.ts'
import {
  logIn,
  makeHome,
  startConsoleByClock,
  startConsoleProcess,
  type ConsoleUnderTest,
} from './console-process.ts'
import { blockedKeys, startFakeHouse, traceId, type FakeHouse } from './fake-house.ts'

type Json = Readonly<Record<string, unknown>>

/** Everybody else is played by one server with fixed answers. */
describe('the API of the console', () => {
  const { home, remove } = makeHome()
  let house: FakeHouse
  let under: ConsoleUnderTest
  let cookie: string
  before(async () => {
    const [runbooks, dashboards] = [join(home, 'runbooks'), join(home, 'dashboards')]
    mkdirSync(runbooks)
    mkdirSync(dashboards)
    writeFileSync(join(runbooks, 'HighErrorRate.md'), '# High error rate\n')
    writeFileSync(join(home, 'secret.md'), 'not for the shelf')
    const json = {
      uid: 'one',
      title: 'One',
      description: 'What it shows. Generated from x: change it there.',
    }
    writeFileSync(join(dashboards, 'one.json'), JSON.stringify(json))
    writeFileSync(join(dashboards, 'two.json'), '{"title":')
    house = await startFakeHouse()
    under = await startConsoleProcess({
      home,
      house: house.port,
      environment: { CAMPANILE_RUNBOOKS_DIR: runbooks, CAMPANILE_DASHBOARDS_DIR: dashboards },
    })
    cookie = await logIn(under.url, 'viewer')
  })
  after(async () => {
    await under?.kill()
    await house?.stop()
    remove()
  })
  afterEach(() => house.broken.clear())

  const ask = (path: string, method = 'GET') => fetch(under.url + path, { method, headers: { cookie } })
  const read = async (path: string): Promise<Json> => {
    const response = await ask(path)
    expect(response.status, path).to.equal(200)
    expect(response.headers.get('cache-control'), path).to.equal('no-store')
    return (await response.json()) as Json
  }
  const lastAsked = (path: string) =>
    new URL(house.asked.findLast((address) => address.startsWith(path)) ?? '/', 'http://house').searchParams

  it('judges every component and tenant', async () => {
    const page = await read('/api/status')
    expect(page).to.include({ level: 'green' })
    expect(page['components']).to.have.lengthOf(6)
    expect(page['tenants']).to.have.lengthOf(2)
  })

  it('gives an alert of nobody’s tenant to its service', async () => {
    house.alerts = [{ alertname: 'SloSlowBurn', severity: 'warning', service: 'ledger', tenant: 'none' }]
    const ledger = await eventually('the ledger needs a look', async () => {
      const { components } = (await read('/api/status')) as { components: { name: string; level: string }[] }
      return components.find(({ name, level }) => name === 'ledger' && level === 'amber')
    })
    expect(ledger).to.deep.include({ alerts: ['SloSlowBurn'] })
    house.alerts = []
  })

  it('asks the house once for all who look within three seconds', async () => {
    const own = makeHome()
    let nowMillis = Date.now()
    const timed = await startConsoleByClock({ home: own.home, house: house.port }, () => nowMillis)
    const headers = { cookie: await logIn(timed.url, 'viewer') }
    const asked = () => house.asked.filter((path) => path === '/status.json').length
    const before = asked()
    const look = () => fetch(`${timed.url}/api/status`, { headers })
    await Promise.all(Array.from({ length: 20 }, look))
    nowMillis += 2_999
    await look()
    expect(asked() - before).to.equal(1)
    nowMillis += 1
    await look()
    expect(asked() - before).to.equal(2)
    await timed.close()
    own.remove()
  })

  it('searches traces by what the store knows, and chooses by status itself', async () => {
    const query = 'service=gateway&route=%2Fgpa%2F%3Aid&minDurationMillis=40&status=error&limit=5'
    const { traces } = await read(`/api/traces?${query}`)
    expect(traces).to.have.lengthOf(1)
    const asked = Object.fromEntries(lastAsked('/api/search'))
    expect(asked).to.include({ service: 'gateway', route: '/gpa/:id', minDurationMillis: '40' })
  })

  it('chooses traces by tenant, and says how many it looked at', async () => {
    expect(await read('/api/traces?tenant=university_a')).to.deep.include({ lookedAt: 1 })
    expect((await read('/api/traces?tenant=university_b'))['traces']).to.deep.equal([])
  })

  it('shows a trace with its log lines and its ledger entries', async () => {
    const trace = await read(`/api/traces/${traceId}`)
    expect(trace).to.deep.include({ traceId, tenant: 'university_a' })
    expect(trace['spans']).to.have.lengthOf(3)
    expect(trace['logs']).to.have.nested.property('value[0].body', 'transcript read')
    expect(trace['entries']).to.have.nested.property('value[0].index', 11)
    expect(trace['entries']).to.have.property('value').with.lengthOf(1)
  })

  it('shows a trace also while the ledger is away, and says so', async () => {
    house.broken.add('/v1/logs/university_a/entries')
    const trace = await read(`/api/traces/${traceId}`)
    expect(trace['entries']).to.deep.equal({ known: false, why: 'The ledger answered 503' })
  })

  it('knows no trace that is not stored', async () => {
    expect((await ask(`/api/traces/${'f'.repeat(32)}`)).status).to.equal(404)
    expect((await ask('/api/traces/..%2f..%2fadmin')).status).to.equal(404)
  })

  it('reads log lines within bounds', async () => {
    await read('/api/logs?service=academics&from=1795000000000&to=1795000001000&limit=7')
    expect(Object.fromEntries(lastAsked('/api/logs'))).to.deep.equal({
      service: 'academics',
      from: '1795000000000',
      to: '1795000001000',
      limit: '7',
    })
  })

  it('shows the head of every log, and which one did not verify', async () => {
    const { logs } = await read('/api/ledger')
    expect(logs).to.have.lengthOf(2)
    expect(logs).to.have.nested.property('[0].isVerified', false)
    expect(logs).to.have.nested.property('[0].head.value.size', 12)
    expect(logs).not.to.have.nested.property('[1].checkpointAgeSeconds')
  })

  it('counts what the fence removed, by the collector alone while Prometheus is away', async () => {
    expect(await read('/api/privacy')).to.include({ source: 'prometheus' })
    house.broken.add('/api/v1/query')
    const fallback = await read('/api/privacy')
    expect(fallback).to.include({ source: 'collector', why: 'Prometheus answered 503' })
    expect(fallback['checked']).to.deep.equal([{ name: 'traces', total: 512 }])
  })

  it('shows which keys were blocked last, and that nobody knows while the collector is away', async () => {
    const { blockedKeys: shown } = await read('/api/privacy')
    expect(shown).to.deep.equal({ known: true, value: blockedKeys })
    house.broken.add('/privacy/blocked-keys')
    expect((await read('/api/privacy'))['blockedKeys']).to.deep.equal({
      known: false,
      why: 'The collector answered 503',
    })
  })

  it('shows the posture, and before the first scan that there is none', async () => {
    expect(await read('/api/posture')).to.have.nested.property('posture.score.low', 79)
    expect(await read('/api/posture')).to.have.nested.property('past.value[1].low', 81.4)
    house.broken.add('/v1/scans')
    expect((await read('/api/posture'))['past']).to.deep.equal({
      known: false,
      why: 'The scanner answered 503',
    })
    house.broken.delete('/v1/scans')
    house.hasScanned = false
    expect(await read('/api/posture')).to.deep.equal({ state: 'none', why: 'no scan has finished yet' })
    house.hasScanned = true
  })

  it('lists dashboards that can be read, and no other', async () => {
    expect((await read('/api/dashboards'))['dashboards']).to.deep.equal([
      { uid: 'one', title: 'One', description: 'What it shows.' },
    ])
    expect(await read('/api/dashboards/one')).to.include({ uid: 'one' })
    expect((await ask('/api/dashboards/two')).status).to.equal(404)
  })

  it('opens runbooks of its shelf and no other file', async () => {
    expect((await read('/api/runbooks'))['names']).to.deep.equal(['HighErrorRate'])
    expect(await read('/api/runbooks/HighErrorRate'))
      .to.have.property('blocks')
      .with.lengthOf(1)
    for (const name of ['..%2fsecret', '..%2f..%2fetc%2fpasswd', 'secret', '%2e%2e', 'HighErrorRate.md'])
      expect((await ask(`/api/runbooks/${name}`)).status, name).to.equal(404)
  })

  it('passes questions of dashboards to Prometheus, with its answer as it is', async () => {
    const query = 'sum by (tenant)(rate(x_total{a="b"}[5m]))'
    const asked = new URLSearchParams({ query, start: '1795000000', end: '1795003600', step: '15' })
    expect(await read(`/api/prometheus/query_range?${asked.toString()}`)).to.include({ status: 'success' })
    expect(Object.fromEntries(lastAsked('/api/v1/query_range'))).to.deep.equal(Object.fromEntries(asked))
    expect(await read('/api/prometheus/query?query=up&time=1795000000')).to.include({ status: 'success' })
    await read('/api/prometheus/series-labels?label=tenant&match=up&start=1&end=2')
    expect(lastAsked('/api/v1/label/tenant/values').get('match[]')).to.equal('up')
    await read('/api/prometheus/exemplars?query=up&start=1&end=2')
  })

  const refused: readonly string[] = [
    '/api/prometheus/query',
    '/api/prometheus/query?query=',
    `/api/prometheus/query?query=${'x'.repeat(4_097)}`,
    '/api/prometheus/query?query=up&query=down',
    '/api/prometheus/query?query=up&timeout=1h',
    '/api/prometheus/query?query=up&time=now',
    '/api/prometheus/query_range?query=up&start=1&end=2',
    '/api/prometheus/query_range?query=up&start=1&end=2&step=0.5',
    '/api/prometheus/query_range?query=up&start=2&end=1&step=1',
    '/api/prometheus/query_range?query=up&start=1&end=2678402&step=1000',
    '/api/prometheus/query_range?query=up&start=1&end=20000&step=1',
    '/api/prometheus/series-labels?label=..%2Fadmin',
    '/api/prometheus/series-labels',
    '/api/traces?service=nobody',
    '/api/traces?status=well',
    '/api/traces?limit=0',
    '/api/traces?tenant=A',
    '/api/traces?a%5B%5D=b',
    '/api/logs?limit=201',
    '/api/incidents?state=open',
    '/api/incidents?limit=1000',
  ]
  for (const path of refused) {
    it(`refuses ${path.slice(0, 80)} with every fault`, async () => {
      const count = house.asked.length
      const response = await ask(path)
      expect(response.status).to.equal(400)
      expect(await response.json()).to.include({ code: 'QUERY_INVALID' })
      expect(house.asked).to.have.lengthOf(count)
    })
  }

  it('has no way to Prometheus but to read', async () => {
    expect((await ask('/api/prometheus/query?query=up', 'POST')).status).to.equal(405)
    for (const path of ['admin/tsdb/delete_series', 'targets', 'status/config', '../-/quit'])
      expect((await ask(`/api/prometheus/${path}`)).status).to.equal(404)
  })

  const away: readonly (readonly [string, string])[] = [
    ['/api/prometheus/query?query=up', '/api/v1/query'],
    ['/api/traces', '/api/search'],
    ['/api/logs', '/api/logs'],
    ['/api/posture', '/v1/posture'],
  ]
  for (const [path, broken] of away) {
    it(`says what is wrong when ${broken} is`, async () => {
      house.broken.add(broken)
      // A refusal of Prometheus is passed on; any other broken answer is told as ours.
      expect((await ask(path)).status).to.be.oneOf([502, 503])
    })
  }

  it('tells health and metrics without a session, and neither holds a secret', async () => {
    expect(await (await fetch(`${under.url}/health`)).json()).to.deep.equal({ status: 'ok' })
    const metrics = await (await fetch(`${under.url}/metrics`)).text()
    expect(metrics).to.include('console_events_total').and.include('console_incidents')
    expect(metrics).not.to.match(/console\.example|0123456789abcdef/)
  })

  it('ends at once and cleanly when it is told to', async () => {
    const own = makeHome()
    const other = await startConsoleProcess({ home: own.home })
    expect(await other.stop()).to.equal(0)
    own.remove()
  })
})
