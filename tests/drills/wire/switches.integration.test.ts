import { expect } from 'chai'
import { checkAppliance, switchOff, switchOn } from '../../../drills/wire/switches.ts'
import { heartbeatAlerts, prometheusAlerts, waitOf } from '../../../drills/wire/alerts.ts'
import { codeOf, openFakeDoor, type FakeAnswer, type FakeDoor } from '../fake-door.ts'

describe('what a drill asks the house', () => {
  const opened: FakeDoor[] = []
  const open = async (table: Readonly<Record<string, FakeAnswer>>) => {
    const door = await openFakeDoor(({ path }) => table[path])
    opened.push(door)
    return door
  }
  afterEach(() => Promise.all(opened.splice(0).map((door) => door.close())))

  it('switches a fault on with its end and off, with the token', async () => {
    const status = (active: boolean) => ({
      body: { service: 'academics', faults: [{ fault: 'gpa-500', active }] },
    })
    const door = await open({ '/faults': status(true) })
    const target = { url: door.url, token: 'the-token', fault: 'gpa-500' } as const
    await switchOn(target, 60)
    await switchOff(target)
    expect(door.asked.map(({ body }) => JSON.parse(body) as unknown)).to.deep.equal([
      { fault: 'gpa-500', active: true, seconds: 60 },
      { fault: 'gpa-500', active: false },
    ])
    expect(door.asked[0]?.headers['authorization']).to.equal('Bearer the-token')
    const deaf = await open({ '/faults': status(false) })
    expect(await codeOf(switchOn({ ...target, url: deaf.url }, 60))).to.equal('DRILL_UNREACHABLE')
  })

  it('goes on with a house that is up, and with one that is not quite well', async () => {
    for (const state of ['ready', 'degraded']) {
      const door = await open({ '/status.json': { body: { state } }, '/faults': {} })
      expect(await codeOf(checkAppliance(door.url, 'the-token'))).to.equal('resolved')
    }
  })

  for (const [what, table] of [
    ['is starting', { '/status.json': { body: { state: 'starting' } }, '/faults': {} }],
    ['runs without demo data', { '/status.json': { body: { state: 'ready' } } }],
    ['does not take the token', { '/status.json': { body: { state: 'ready' } }, '/faults': { status: 401 } }],
    ['is no house', { '/status.json': { body: 'hello' } }],
  ] as const) {
    it(`does not begin where the house ${what}`, async () => {
      const door = await open(table)
      expect(await codeOf(checkAppliance(door.url, 'the-token'))).to.equal('DRILL_NOT_POSSIBLE')
    })
  }

  it('reads alerts of Prometheus, pending and firing', async () => {
    const alert = (state: string) => ({
      labels: { alertname: 'HighErrorRate', service: 'users' },
      state,
      annotations: {},
    })
    const alerts = ['pending', 'firing', 'inactive'].map(alert)
    const door = await open({ '/api/v1/alerts': { body: { status: 'success', data: { alerts } } } })
    const seen = await prometheusAlerts(door.url)
    expect(seen.map(({ name, state }) => [name, state])).to.deep.equal([
      ['HighErrorRate', 'pending'],
      ['HighErrorRate', 'firing'],
    ])
  })

  it('reads how long an alert waits', async () => {
    const groups = [{ rules: [{ name: 'HighErrorRate', duration: 120 }] }]
    const door = await open({ '/api/v1/rules?type=alert': { body: { data: { groups } } } })
    expect(await waitOf(door.url, 'HighErrorRate')).to.equal(120)
    expect(await waitOf(door.url, 'Nothing')).to.equal(undefined)
  })

  it('reads off the heartbeat whether it misses the Watchdog', async () => {
    const missing = await open({
      '/metrics': { body: '# TYPE heartbeat_missing gauge\nheartbeat_missing 1\n' },
    })
    expect((await heartbeatAlerts(missing.url)).map(({ name }) => name)).to.deep.equal(['WatchdogMissing'])
    const fine = await open({ '/metrics': { body: 'heartbeat_missing 0\n' } })
    expect(await heartbeatAlerts(fine.url)).to.deep.equal([])
  })
})
