/** Ten thousand alerts at once on a real Alertmanager: few incidents, and every alert in one of them. */
import { expect } from 'chai'
import type { Incident } from '../../../contracts/incident.ts'
import { maxPagerEventBytes } from '../../../contracts/pager-event.ts'
import { maxIncidents } from '../../../rules/alertmanager/routes.ts'
import { logIn, makeHome, startConsoleProcess } from '../../console/console-process.ts'
import { inboxKey } from '../../console/inbox/events.ts'
import { startFakePagerDuty } from '../../support/fake-pagerduty.ts'
import { officialPresence } from '../../support/official-pagerduty.ts'
import { eventually } from '../../support/poll.ts'
import { startAlertmanager, type KnownAlert } from './alertmanager-process.ts'
import { stormOf } from './storm.ts'

const stormSize = 10_000
/**
 * Shortens waits; `CAMPANILE_STORM_SCALE=1` measures at real timing. A notification must be out within the interval
 * of its group, so a large scale on a busy machine proves only that the machine is busy.
 */
const timeScale = Number(process.env['CAMPANILE_STORM_SCALE'] ?? '4')

type Details = Readonly<Record<string, unknown>>

/** Reads `SloFastBurn: 3, ServiceDown: 1`. */
function countsIn(text: unknown): Map<string, number> {
  const parts =
    typeof text === 'string' && text !== '' ? text.split(', ').map((part) => part.split(': ')) : []
  return new Map(parts.map(([name = '', count]) => [name, Number(count)]))
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0)
}

function addUp(counts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const totals = new Map<string, number>()
  for (const [name, count] of counts.flatMap((one) => [...one]))
    totals.set(name, (totals.get(name) ?? 0) + count)
  return totals
}

/** Counts by name what is kept quiet; behind each of them there must be an alert that is told. */
function quietIn(known: readonly KnownAlert[]): Map<string, number> {
  const byFingerprint = new Map(known.map((alert) => [alert.fingerprint, alert]))
  const quiet = known.filter(({ status }) => status.inhibitedBy.length > 0)
  for (const { labels, status } of quiet) {
    let cause = status.inhibitedBy
    // Four steps are more than any chain of the rules has.
    for (let step = 0; step < 4 && cause.length > 0; step++) {
      cause = byFingerprint.get(cause[0] ?? '')?.status.inhibitedBy ?? cause
    }
    expect(cause, labels['alertname']).to.have.lengthOf(0)
  }
  return addUp(quiet.map(({ labels }) => new Map([[labels['alertname'] ?? '', 1]])))
}

interface StormOptions {
  readonly inboxUrl: string
  readonly key: string
  /** Details of every open incident, by its newest event. */
  readonly open: () => Promise<readonly Details[]>
}

/** Lets the storm loose, waits until all is told, and answers the details of the incidents there are then. */
async function weather({ inboxUrl, key, open }: StormOptions): Promise<readonly Details[]> {
  const storm = stormOf(stormSize)
  expect(storm).to.have.lengthOf(stormSize)
  const manager = await startAlertmanager({ inboxUrl, timeScale }, key)
  const began = performance.now()
  try {
    await manager.post(storm)
    const posted = performance.now()
    let before = 0
    const found = await eventually(
      'every alert is told or kept quiet',
      async () => {
        const incidents = await open()
        const told = addUp(incidents.map(({ firing }) => countsIn(firing)))
        // Asking ten thousand alerts costs Alertmanager seconds, so it is asked when nothing more is told.
        const isMoving = sum(told.values()) !== before
        before = sum(told.values())
        if (isMoving || before === 0) return false
        const quiet = quietIn(await manager.alerts())
        return sum(told.values()) + sum(quiet.values()) === stormSize && { quiet, told, incidents }
      },
      { withinMillis: 360_000, everyMillis: 1_000 },
    )
    const { quiet, told, incidents } = found
    const expected = addUp(storm.map(({ labels }) => new Map([[labels['alertname'] ?? '', 1]])))
    expect(addUp([told, quiet])).to.deep.equal(expected)
    const seconds = (from: number, to: number) => ((to - from) / 1_000).toFixed(1)
    console.log(
      `      ${stormSize} alerts posted in ${seconds(began, posted)} s: ${incidents.length} incidents after ` +
        `${seconds(began, performance.now())} s, ${sum(told.values())} told, ${sum(quiet.values())} quiet`,
    )
    return incidents
  } finally {
    await manager.stop()
  }
}

describe('a storm of alerts', function () {
  this.timeout(420_000)

  it(`becomes at most ${maxIncidents} incidents and loses none (events checked ${officialPresence})`, async () => {
    const sink = await startFakePagerDuty()
    try {
      const open = () =>
        Promise.resolve([...sink.open().values()].map(({ payload }) => payload?.custom_details ?? {}))
      const incidents = await weather({ inboxUrl: sink.url, key: '3'.repeat(32), open })
      expect(incidents.length).to.be.within(10, maxIncidents)
      for (const { by_tenant, by_service, num_firing } of incidents) {
        // What the whole house suffers has no tenant, and a machine no service.
        expect(sum(countsIn(by_tenant).values())).to.be.at.most(Number(num_firing))
        expect(sum(countsIn(by_service).values())).to.be.at.most(Number(num_firing))
      }
      expect(sink.faults).to.deep.equal([])
      expect(new Set(sink.events.map(({ dedup_key }) => dedup_key)).size).to.be.at.most(maxIncidents)
      const longest = Math.max(...sink.events.map((event) => Buffer.byteLength(JSON.stringify(event))))
      expect(longest).to.be.below(maxPagerEventBytes / 10)
    } finally {
      await sink.close()
    }
  })

  it('is the same few incidents in the inbox of the console', async () => {
    const { home, remove } = makeHome()
    const inbox = await startConsoleProcess({ home })
    const cookie = await logIn(inbox.url)
    const read = async () => {
      const response = await fetch(`${inbox.url}/api/incidents?state=triggered`, { headers: { cookie } })
      expect(response.status).to.equal(200)
      return ((await response.json()) as { readonly incidents: readonly Incident[] }).incidents
    }
    try {
      const open = async () => (await read()).map(({ details }) => details)
      const incidents = await weather({ inboxUrl: inbox.url, key: inboxKey, open })
      expect(incidents.length).to.be.within(10, maxIncidents)
      for (const { severity, links } of await read()) {
        expect(['critical', 'warning']).to.include(severity)
        expect(links).not.to.have.lengthOf(0)
      }
    } finally {
      await inbox.kill()
      remove()
    }
  })
})
