import { appendFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { IncidentList, type Incident } from '../../contracts/incident.ts'
import { maxPagerEventBytes } from '../../contracts/pager-event.ts'
import { validator } from '../../lib/validate.ts'
import { metricTotal } from '../support/metrics-page.ts'
import {
  drillToken,
  enqueue,
  logIn,
  makeHome,
  startConsoleByClock,
  startConsoleProcess,
  type ConsoleUnderTest,
} from './console-process.ts'
import { inboxKey, trigger } from './inbox/events.ts'

const checkList = validator(IncidentList)

async function incidents(url: string): Promise<readonly Incident[]> {
  const response = await fetch(`${url}/api/incidents`, { headers: { authorization: `Bearer ${drillToken}` } })
  const outcome = checkList(await response.json())
  if (!outcome.valid) throw new Error(JSON.stringify(outcome.faults))
  return outcome.value.incidents
}

/** Nobody else runs: no collector, no database, no Prometheus. */
describe('the door of the inbox', () => {
  const { home, remove } = makeHome()
  let under: ConsoleUnderTest
  before(async () => {
    under = await startConsoleProcess({ home })
  })
  after(async () => {
    await under?.kill()
    remove()
  })

  it('answers an event as PagerDuty does, and shows it with links and details', async () => {
    const response = await enqueue(under.url, trigger('shown'))
    expect(response.status).to.equal(202)
    expect(await response.json()).to.deep.equal({
      status: 'success',
      message: 'Event processed',
      dedup_key: 'shown',
    })
    const [incident] = (await incidents(under.url)).filter(({ dedupKey }) => dedupKey === 'shown')
    expect(incident).to.deep.include({
      state: 'triggered',
      severity: 'critical',
      events: 1,
      details: { tenant: 'university_a', service: 'academics' },
      links: [{ href: 'http://127.0.0.1:5002/runbooks/HighErrorRate', text: 'Runbook' }],
    })
  })

  it('makes a dedup key where the sender has none', async () => {
    const { dedup_key: _, ...event } = trigger('none')
    const answer = (await (await enqueue(under.url, event)).json()) as { dedup_key: string }
    expect(answer.dedup_key).to.match(/^[0-9a-f]{32}$/)
  })

  it('follows trigger, acknowledge and resolve of one key', async () => {
    await enqueue(under.url, trigger('life'))
    const states: string[] = []
    for (const action of ['acknowledge', 'resolve']) {
      await enqueue(under.url, { routing_key: inboxKey, event_action: action, dedup_key: 'life' })
      states.push(
        ...(await incidents(under.url))
          .filter(({ dedupKey }) => dedupKey === 'life')
          .map(({ state }) => state),
      )
    }
    expect(states).to.deep.equal(['acknowledged', 'resolved'])
  })

  const invalid: readonly (readonly [string, unknown])[] = [
    ['no json', '{"routing_key"'],
    ['no object', '[]'],
    ['nothing', ''],
    ['no routing key', { ...trigger('x'), routing_key: undefined }],
    ['an unknown action', { ...trigger('x'), event_action: 'explode' }],
    ['an unknown severity', { ...trigger('x'), payload: { ...trigger('x').payload, severity: 'page' } }],
    ['a summary that is too long', trigger('x', 'x'.repeat(1_025))],
    ['a dedup key that is too long', trigger('x'.repeat(256))],
    ['a link that is no address of the web', { ...trigger('x'), links: [{ href: 'javascript:alert(1)' }] }],
    ['a link that no browser can open', { ...trigger('x'), links: [{ href: 'https://[' }] }],
    [
      'a time that is none',
      { ...trigger('x'), payload: { ...trigger('x').payload, timestamp: 'not a time' } },
    ],
    ['a resolve without a key', { routing_key: inboxKey, event_action: 'resolve' }],
    ['a deep document', `{"routing_key":"${inboxKey}","payload":${'['.repeat(100)}${']'.repeat(100)}}`],
  ]
  for (const [what, event] of invalid) {
    it(`refuses and counts ${what}`, async () => {
      const before = await metricTotal(`${under.url}/metrics`, 'console_events_total', { outcome: 'invalid' })
      const response = await enqueue(under.url, event)
      expect(response.status).to.equal(400)
      expect(await response.json()).to.include({ status: 'invalid event' })
      const after = await metricTotal(`${under.url}/metrics`, 'console_events_total', { outcome: 'invalid' })
      expect(after - before).to.equal(1)
    })
  }

  it('refuses an event that is too large before it is read', async () => {
    const response = await enqueue(under.url, trigger('big', 'x'.repeat(maxPagerEventBytes)))
    expect(response.status).to.equal(413)
  })

  it('takes an event of ours after a thousand of strangers', async () => {
    const strangers = Array.from({ length: 1_000 }, (_, at) =>
      enqueue(under.url, at % 2 === 0 ? {} : { ...trigger('x'), routing_key: 'f'.repeat(32) }),
    )
    const statuses = new Set((await Promise.all(strangers)).map(({ status }) => status))
    expect(statuses).to.deep.equal(new Set([400, 403]))
    expect((await enqueue(under.url, trigger('after strangers'))).status).to.equal(202)
  })

  it('refuses another routing key, and keeps nothing of it', async () => {
    const response = await enqueue(under.url, { ...trigger('other'), routing_key: 'f'.repeat(32) })
    expect(response.status).to.equal(403)
    expect((await incidents(under.url)).map(({ dedupKey }) => dedupKey)).not.to.include('other')
  })

  it('shows incidents to nobody without a session or a token of the right scope', async () => {
    expect((await fetch(`${under.url}/api/incidents`)).status).to.equal(401)
    const headers = { authorization: 'Bearer another token of somebody' }
    expect((await fetch(`${under.url}/api/incidents`, { headers })).status).to.equal(401)
  })

  it('has every acknowledged event after it was killed, and cuts and counts a torn tail', async () => {
    const own = makeHome()
    const first = await startConsoleProcess({ home: own.home })
    const keys = Array.from({ length: 40 }, (_, at) => `storm ${at}`)
    const acknowledged: string[] = []
    const sending = keys.map(async (key) => {
      const response = await enqueue(first.url, trigger(key)).catch(() => undefined)
      if (response?.status === 202) acknowledged.push(key)
    })
    await Promise.race(sending)
    await first.kill()
    await Promise.all(sending)
    expect(acknowledged).not.to.deep.equal([])
    const folder = join(own.home, 'console', 'incidents')
    const [file = ''] = readdirSync(folder)
    appendFileSync(join(folder, file), '00000000 {"kind":"tri')
    expect(statSync(join(folder, file)).mode & 0o777).to.equal(0o600)
    const second = await startConsoleProcess({ home: own.home })
    const kept = (await incidents(second.url)).map(({ dedupKey }) => dedupKey)
    expect(kept).to.include.members(acknowledged)
    expect(
      await metricTotal(`${second.url}/metrics`, 'console_store_faults_total', { fault: 'tail_cut' }),
    ).to.equal(1)
    expect(await second.stop()).to.equal(0)
    own.remove()
  })

  it('throttles a flood after what PagerDuty takes, eight times over, and stays well', async () => {
    const own = makeHome()
    const nowMillis = Date.now()
    // A flood is what comes within a minute, and a busy machine may take longer to send it.
    const flooded = await startConsoleByClock({ home: own.home }, () => nowMillis)
    const statuses: number[] = []
    for (let round = 0; round < 21; round++) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => enqueue(flooded.url, trigger('flood'))),
      )
      statuses.push(...answers.map(({ status }) => status))
    }
    expect(statuses.filter((status) => status === 202)).to.have.lengthOf(960)
    expect(statuses.filter((status) => status === 429)).to.have.lengthOf(90)
    expect((await incidents(flooded.url))[0]?.events).to.equal(960)
    await flooded.close()
    own.remove()
  })

  it('lets an sre acknowledge and resolve, and says who did', async () => {
    await enqueue(under.url, trigger('mine'))
    const [incident] = (await incidents(under.url)).filter(({ dedupKey }) => dedupKey === 'mine')
    const cookie = await logIn(under.url)
    for (const action of ['acknowledge', 'resolve']) {
      const response = await fetch(`${under.url}/api/incidents/${incident?.id}/${action}`, {
        method: 'POST',
        headers: { cookie, origin: under.url },
      })
      expect(response.status).to.equal(200)
    }
    const [after] = (await incidents(under.url)).filter(({ dedupKey }) => dedupKey === 'mine')
    expect(after?.state).to.equal('resolved')
    expect(after?.steps.map(({ action, person }) => [action, person])).to.deep.equal([
      ['trigger', undefined],
      ['acknowledge', 'sre@console.example'],
      ['resolve', 'sre@console.example'],
    ])
  })
})
