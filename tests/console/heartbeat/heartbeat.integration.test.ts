/** The heartbeat as a process: silence becomes one page, beats resolve it, whatever dies in between. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { PagerEvent } from '../../../contracts/pager-event.ts'
import { startFakePagerDuty, type FakePagerDuty } from '../../support/fake-pagerduty.ts'
import { metricTotal } from '../../support/metrics-page.ts'
import { officialPresence } from '../../support/official-pagerduty.ts'
import { eventually } from '../../support/poll.ts'
import {
  inboxKey,
  makeHome,
  pagerdutyKey,
  runHeartbeat,
  startHeartbeat,
  type HeartbeatHome,
  type HeartbeatProcess,
} from './heartbeat-process.ts'

const actions = (events: readonly PagerEvent[]) => events.map(({ event_action }) => event_action)

describe(`the heartbeat (events checked ${officialPresence})`, function () {
  let inbox: FakePagerDuty
  let pagerduty: FakePagerDuty
  let home: HeartbeatHome
  let running: HeartbeatProcess

  /** A beat of ten minutes where a test waits for no silence: three of a second are over on a machine that stands still. */
  const start = async ({ intervalSeconds = 1 } = {}) => {
    const CAMPANILE_HEARTBEAT_INTERVAL_SECONDS = String(intervalSeconds)
    const environment = { ...home.environment, CAMPANILE_HEARTBEAT_INTERVAL_SECONDS }
    running = await startHeartbeat({ ...home, environment })
  }
  const told = (sink: FakePagerDuty, count: number) =>
    eventually(`${count} events arrive`, () => sink.events.length >= count)
  const pages = (labels: Readonly<Record<string, string>>) =>
    metricTotal(`${running.url}/metrics`, 'heartbeat_pages_total', labels)
  const state = () => JSON.parse(readFileSync(join(home.home, 'heartbeat', 'state.json'), 'utf8'))
  const saved = (isSaved: (state: ReturnType<JSON['parse']>) => boolean) =>
    eventually('the state is on disk', () => isSaved(state()))

  beforeEach(async () => {
    inbox = await startFakePagerDuty()
    pagerduty = await startFakePagerDuty()
    home = makeHome(inbox.port, pagerduty.url)
  })

  afterEach(async () => {
    await running?.end('SIGKILL')
    await Promise.all([inbox.close(), pagerduty.close()])
    home.remove()
  })

  it('pages both sinks once when no beat ever came, and resolves with the first beat', async () => {
    await start()
    await Promise.all([told(inbox, 1), told(pagerduty, 1)])
    expect(await metricTotal(`${running.url}/metrics`, 'heartbeat_missing')).to.equal(1)
    expect(await running.notify()).to.equal(200)
    await Promise.all([told(inbox, 2), told(pagerduty, 2)])
    for (const sink of [inbox, pagerduty]) {
      // Later ones may have come if the machine stood still for three beats.
      const events = sink.events.slice(0, 2)
      expect(actions(events)).to.deep.equal(['trigger', 'resolve'])
      expect(events.map(({ dedup_key }) => dedup_key)).to.deep.equal([
        'campanile-watchdog-missing',
        'campanile-watchdog-missing',
      ])
      expect(sink.faults).to.deep.equal([])
    }
    expect(inbox.events[0]?.routing_key).to.equal(inboxKey)
    expect(pagerduty.events[0]?.routing_key).to.equal(pagerdutyKey)
    await eventually('it is there again', async () => {
      await running.notify()
      return (await metricTotal(`${running.url}/metrics`, 'heartbeat_missing')) === 0
    })
  })

  it('pages for silence after beats, and not for another alert or for a resolved Watchdog', async () => {
    await start()
    await running.notify()
    expect(await running.notify('ServiceDown')).to.equal(200)
    const lastBeatOf = (event: PagerEvent) => String(event.payload?.custom_details?.['last_beat'])
    const page = await eventually('a page after a beat', () =>
      pagerduty.events.find((event) => /^\d{4}-/.test(lastBeatOf(event))),
    )
    // Three beats of a second, on another clock.
    expect(Date.now() - Date.parse(lastBeatOf(page))).to.be.at.least(2_990)
    await running.notify('ServiceDown')
    expect(await metricTotal(`${running.url}/metrics`, 'heartbeat_missing')).to.equal(1)
    expect(actions(pagerduty.events).at(-1)).to.equal('trigger')
    expect(
      await metricTotal(`${running.url}/metrics`, 'heartbeat_beats_total', { outcome: 'ignored' }),
    ).to.equal(2)
    expect(page.links?.map(({ href }) => href)).to.include(
      `http://127.0.0.1:${inbox.port}/runbooks/WatchdogMissing`,
    )
  })

  it('tries again after 500 and 429, and tells each sink by itself', async () => {
    pagerduty.answerNext(500, 429)
    await start()
    await told(inbox, 1)
    await told(pagerduty, 1)
    expect(pagerduty.answers).to.deep.equal([500, 429, 202])
    expect(inbox.answers).to.deep.equal([202])
    expect(await pages({ sink: 'pagerduty', outcome: 'retried' })).to.equal(2)
    await eventually(
      'it is counted',
      async () => (await pages({ sink: 'pagerduty', outcome: 'accepted' })) === 1,
    )
  })

  it('goes on trying while nobody listens, and tells the page when somebody does', async () => {
    const { port } = pagerduty
    await pagerduty.close()
    await start()
    await eventually('tries fail', async () => (await pages({ sink: 'pagerduty', outcome: 'retried' })) >= 2)
    pagerduty = await startFakePagerDuty(port)
    await told(pagerduty, 1)
    expect(actions(pagerduty.events)).to.deep.equal(['trigger'])
  })

  it('counts a refusal, shows it as its health, and still tells the end', async () => {
    pagerduty.answerNext(400)
    await start()
    await told(inbox, 1)
    await eventually(
      'it is counted',
      async () => (await pages({ sink: 'pagerduty', outcome: 'refused' })) === 1,
    )
    expect((await fetch(`${running.url}/health`)).status).to.equal(503)
    await running.notify()
    await told(pagerduty, 1)
    expect(pagerduty.answers.slice(0, 2)).to.deep.equal([400, 202])
    expect(actions(pagerduty.events)[0]).to.equal('resolve')
    await eventually('it is well', async () => (await fetch(`${running.url}/health`)).status === 200)
  })

  for (const status of [302, 403]) {
    it(`does not take an answer ${status} for a page that was told: it is told after the next start`, async () => {
      pagerduty.answerNext(status)
      await start()
      await eventually(
        'it is refused',
        async () => (await pages({ sink: 'pagerduty', outcome: 'refused' })) === 1,
      )
      await running.end('SIGKILL')
      await start()
      await told(pagerduty, 1)
      expect(actions(pagerduty.events)).to.deep.equal(['trigger'])
    })
  }

  it('pages when Alertmanager says by another way that it cannot deliver, and resolves it', async () => {
    await start({ intervalSeconds: 600 })
    await running.notify()
    expect(await running.deliveries('firing', 'ServiceDown')).to.equal(200)
    expect(await running.deliveries('firing')).to.equal(200)
    await running.notify()
    await Promise.all([told(inbox, 1), told(pagerduty, 1)])
    const [page] = pagerduty.events
    expect(page?.dedup_key).to.equal('campanile-notifications-failing')
    expect(page?.links?.map(({ href }) => href)).to.include(
      `http://127.0.0.1:${inbox.port}/runbooks/NotificationsFailing`,
    )
    await running.notify()
    await running.deliveries('resolved')
    await eventually('the end is told', () => actions(pagerduty.events).includes('resolve'))
    expect(
      await metricTotal(`${running.url}/metrics`, 'heartbeat_alerts_total', { outcome: 'ignored' }),
    ).to.equal(1)
    for (const sink of [inbox, pagerduty]) expect(sink.faults).to.deep.equal([])
  })

  it('does not forget an open page when it is killed: no second one, and the beat resolves it', async () => {
    await start()
    await Promise.all([told(inbox, 1), told(pagerduty, 1)])
    await saved(
      ({ told: last }) => last.inbox.watchdog === 'triggered' && last.pagerduty.watchdog === 'triggered',
    )
    await running.end('SIGKILL')
    await start({ intervalSeconds: 600 })
    expect(running.output()).to.include('"isMissing":true')
    await running.notify()
    await Promise.all([told(inbox, 2), told(pagerduty, 2)])
    for (const sink of [inbox, pagerduty]) expect(actions(sink.events)).to.deep.equal(['trigger', 'resolve'])
  })

  it('tells after a kill what it could not tell before', async () => {
    pagerduty.answerNext(...Array.from({ length: 1_000 }, () => 503))
    await start()
    await eventually('a try fails', () => pagerduty.answers.length > 0)
    await running.end('SIGKILL')
    await pagerduty.close()
    pagerduty = await startFakePagerDuty(pagerduty.port)
    await start()
    await told(pagerduty, 1)
    expect(actions(pagerduty.events)).to.deep.equal(['trigger'])
  })

  it('resolves after a kill what may have been told when beats have returned meanwhile', async () => {
    pagerduty.answerNext(503, 503)
    await start()
    await eventually('a try fails', () => pagerduty.answers.length > 0)
    await running.end('SIGKILL')
    await start({ intervalSeconds: 600 })
    await running.notify()
    await eventually('the end is told', () => actions(pagerduty.events).includes('resolve'))
    expect([...pagerduty.open().keys()]).to.deep.equal([])
  })

  it('pages though it is killed before three intervals are over, again and again', async () => {
    await start()
    await saved(({ watchedSince }) => watchedSince !== undefined)
    const { watchedSince } = state()
    await running.end('SIGKILL')
    await start()
    await running.end('SIGKILL')
    // As if that had gone on for an hour.
    const path = join(home.home, 'heartbeat', 'state.json')
    writeFileSync(path, JSON.stringify({ ...state(), watchedSince: '2026-01-01T00:00:00.000Z' }))
    await start()
    await told(pagerduty, 1)
    expect(state().watchedSince).to.equal('2026-01-01T00:00:00.000Z')
    expect(watchedSince).to.match(/^\d{4}-/)
    expect(await running.end('SIGTERM')).to.equal(0)
    expect(state()).not.to.have.property('watchedSince')
  })

  it('starts with a state it cannot read, keeps it aside, and pages all the same', async () => {
    await start()
    await running.notify()
    await running.end('SIGTERM')
    const path = join(home.home, 'heartbeat', 'state.json')
    writeFileSync(path, '{"version":1,')
    await start()
    expect(readFileSync(`${path}.damaged`, 'utf8')).to.equal('{"version":1,')
    await told(inbox, 1)
  })

  it('refuses what is no notification, counts it, and goes on', async () => {
    await start()
    const post = async (body: string, type = 'application/json') => {
      const headers = { 'content-type': type }
      const response = await fetch(`${running.url}/beat`, { method: 'POST', headers, body })
      return { status: response.status, type: response.headers.get('content-type') }
    }
    const answers = [
      await post('{}'),
      await post('{"version":'),
      await post('beat', 'text/plain'),
      await post(`"${'x'.repeat(70_000)}"`),
      await post('['.repeat(40) + ']'.repeat(40)),
    ]
    expect(answers.map(({ status }) => status)).to.deep.equal([422, 400, 415, 413, 400])
    for (const { type } of answers) expect(type).to.match(/^application\/problem\+json/)
    expect(await metricTotal(`${running.url}/metrics`, 'http_requests_rejected_total')).to.equal(5)
    expect(
      await metricTotal(`${running.url}/metrics`, 'heartbeat_beats_total', { outcome: 'accepted' }),
    ).to.equal(0)
    expect((await fetch(`${running.url}/health`)).status).to.equal(200)
  })

  it('stops cleanly, and listens on this machine only, which it says', async () => {
    await start()
    expect(running.output()).to.include('"host":"127.0.0.1"').and.to.include('this machine only')
    expect(await running.end('SIGTERM')).to.equal(0)
  })
})

describe('the command of the heartbeat', () => {
  it('names every fault of its settings and exits 2', async () => {
    const { code, output } = await runHeartbeat(['serve'], {
      PATH: process.env['PATH'],
      CAMPANILE_HEARTBEAT_INTERVAL_SECONDS: 'soon',
    })
    expect(code).to.equal(2)
    expect(output)
      .to.include('CAMPANILE_INBOX_KEY_FILE')
      .and.to.include('CAMPANILE_HEARTBEAT_INTERVAL_SECONDS')
  })

  it('exits 2 for any other word', async () => {
    expect((await runHeartbeat(['beat'], { PATH: process.env['PATH'] })).code).to.equal(2)
  })
})
