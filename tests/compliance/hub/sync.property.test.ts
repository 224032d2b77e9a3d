import { expect } from 'chai'
import fc from 'fast-check'
import type { AsffFinding } from '../../../compliance/hub/client.ts'
import type { Pace } from '../../../compliance/hub/send.ts'
import type { HubStore, Sent } from '../../../compliance/hub/state.ts'
import { syncHub } from '../../../compliance/hub/sync.ts'
import { propertyRuns } from '../../support/property.ts'
import { ModelHub, type Trouble } from './model-hub.ts'

const account = '111122223333'
const start = Date.parse('2026-11-20T00:00:00Z')
const finding = (id: string, size = 10, status = 'FAILED'): AsffFinding => ({
  Id: id,
  ProductArn: `arn:aws:securityhub:eu-central-1:${account}:product/${account}/default`,
  AwsAccountId: account,
  CreatedAt: 'never sent',
  UpdatedAt: 'never sent',
  Description: 'x'.repeat(size),
  Compliance: { Status: status },
})

class Clock implements Pace {
  now = start
  nowMillis = () => this.now
  sleep = async (millis: number) => {
    this.now += millis
  }
  random = () => 0.5
}

/** What a disk keeps: only what was saved. */
class MemoryStore implements HubStore {
  text = '[]'
  load = async () => new Map(JSON.parse(this.text) as [string, Sent][])
  save = async (sent: ReadonlyMap<string, Sent>) => {
    this.text = JSON.stringify([...sent])
  }
}

const looked = () => true

describe('the synchronisation with Security Hub', () => {
  it('sends what is open once, and nothing when nothing changed', async () => {
    const clock = new Clock()
    const client = new ModelHub(account, clock.nowMillis)
    const parts = { client, store: new MemoryStore(), pace: clock }
    const findings = Array.from({ length: 250 }, (_, index) => finding(`f${index}`))
    expect(await syncHub(parts, { findings, hasRecovered: looked })).to.deep.equal({
      accepted: 250,
      refused: 0,
      waiting: 0,
    })
    clock.now += 86_400_000
    expect(await syncHub(parts, { findings, hasRecovered: looked })).to.include({ accepted: 0 })
    expect(client.versions.size).to.equal(250)
    expect(client.broken).to.deep.equal([])
  })

  it('says PASSED of what recovered and archives it then, and wakes the same finding when it fails again', async () => {
    const clock = new Clock()
    const client = new ModelHub(account, clock.nowMillis)
    const parts = { client, store: new MemoryStore(), pace: clock }
    for (const findings of [[finding('a')], [], [finding('a')]]) {
      clock.now += 1_000
      await syncHub(parts, { findings, hasRecovered: looked })
    }
    expect(client.history.get('a')).to.deep.equal([
      'FAILED ACTIVE',
      'PASSED ACTIVE',
      'PASSED ARCHIVED',
      'FAILED ACTIVE',
    ])
    expect(client.broken).to.deep.equal([])
  })

  it('leaves open what the scan did not look at', async () => {
    const clock = new Clock()
    const client = new ModelHub(account, clock.nowMillis)
    const parts = { client, store: new MemoryStore(), pace: clock }
    await syncHub(parts, { findings: [finding('a')], hasRecovered: looked })
    await syncHub(parts, { findings: [], hasRecovered: () => false })
    expect(client.history.get('a')).to.deep.equal(['FAILED ACTIVE'])
  })

  it('keeps the limits of a call, and refuses by itself what is too large', async () => {
    const clock = new Clock()
    const client = new ModelHub(account, clock.nowMillis)
    const large = Array.from({ length: 30 }, (_, index) => finding(`l${index}`, 230_000))
    const findings = [
      ...large,
      finding('huge', 250_000),
      ...Array.from({ length: 4_000 }, (_, i) => finding(`s${i}`)),
    ]
    const delivery = await syncHub(
      { client, store: new MemoryStore(), pace: clock },
      { findings, hasRecovered: looked },
    )
    expect(delivery).to.deep.equal({ accepted: 4_030, refused: 1, waiting: 0 })
    expect(client.broken).to.deep.equal([])
  })

  it('arrives at what is open, each version once, whatever the network does and however often it is stopped', async () => {
    const trouble = fc.constantFrom<Trouble>('lost', 'lost answer', 'throttled', 'part fails', 'none', 'none')
    const scans = fc.array(fc.subarray(['a', 'b', 'c', 'd', 'e']), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(scans, fc.array(trouble, { maxLength: 40 }), async (opens, troubles) => {
        const clock = new Clock()
        const waiting = [...troubles]
        const client = new ModelHub(account, clock.nowMillis, () => waiting.shift() ?? 'none')
        const store = new MemoryStore()
        for (const open of opens) {
          clock.now += 3_600_000
          const scanned = { findings: open.map((id) => finding(id)), hasRecovered: looked }
          // A lost call stops the process; the next scan is another one.
          await syncHub({ client, store, pace: clock }, scanned).catch(() => undefined)
        }
        waiting.length = 0
        const last = opens.at(-1) ?? []
        const scanned = { findings: last.map((id) => finding(id)), hasRecovered: looked }
        for (let run = 0; run < 2; run += 1) await syncHub({ client, store, pace: clock }, scanned)
        const active = [...client.stored.values()].filter(({ RecordState }) => RecordState === 'ACTIVE')
        expect(active.map(({ Id }) => Id).sort()).to.deep.equal([...last].sort())
        expect(active.every(({ Compliance }) => Compliance.Status === 'FAILED')).to.equal(true)
        expect([...client.versions.values()].every((count) => count === 1)).to.equal(true)
        expect(client.broken).to.deep.equal([])
      }),
      propertyRuns({ ci: 300, soak: 20_000 }),
    )
  })
})
