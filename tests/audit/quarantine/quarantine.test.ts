import { expect } from 'chai'
import { Quarantine, type QuarantineOutcome, type Refused } from '../../../audit/quarantine/quarantine.ts'
import type { Kept, RefusedEvent } from '../../../audit/store/quarantine/quarantine-store.ts'

const refused: Refused = { value: { id: 1 }, reason: 'shape', detail: 'x', tenant: 'drill' }

/** A quarantine over a store that answers as it is told. */
function aQuarantine(keep: (events: readonly RefusedEvent[]) => Promise<Kept>, hasLog = true) {
  const outcomes: [QuarantineOutcome, number][] = []
  const failed: unknown[] = []
  const quarantine = new Quarantine({
    store: { keep: (_keys, events) => keep(events) },
    // The store above asks nothing of the keys.
    logs: { open: () => Promise.resolve({ keys: {} } as never) },
    hasLog: () => Promise.resolve(hasLog),
    onOutcome: (outcome, count) => count > 0 && outcomes.push([outcome, count]),
    onFailed: (_tenant, error) => failed.push(error),
  })
  return { quarantine, outcomes, failed }
}

describe('the quarantine', () => {
  it('counts what the store says of each request', async () => {
    const { quarantine, outcomes } = aQuarantine(() => Promise.resolve({ kept: 1, repeated: 1, full: 1 }))
    await quarantine.keep('academics', [refused, refused, refused])
    expect(outcomes).to.deep.equal([
      ['kept', 1],
      ['repeated', 1],
      ['full', 1],
    ])
  })

  it('counts what it cannot keep, and never fails the request', async () => {
    const { quarantine, outcomes, failed } = aQuarantine(() => Promise.reject(new Error('away')))
    await quarantine.keep('academics', [refused, refused])
    expect(outcomes).to.deep.equal([['failed', 2]])
    expect(failed).to.have.lengthOf(1)
  })

  it('keeps nothing for a tenant that has no log, nor where no tenant is told', async () => {
    const { tenant: _, ...nobodys } = refused
    let asked = 0
    const { quarantine, outcomes } = aQuarantine(() => {
      asked++
      return Promise.resolve({ kept: 1, repeated: 0, full: 0 })
    }, false)
    await quarantine.keep('academics', [refused, nobodys])
    expect(asked).to.equal(0)
    expect(outcomes).to.deep.equal([
      ['unattributed', 1],
      ['unattributed', 1],
    ])
  })

  it('lets eight requests wait and counts the rest', async () => {
    let release: (() => void) | undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const { quarantine, outcomes } = aQuarantine(async () => {
      await held
      return { kept: 1, repeated: 0, full: 0 }
    })
    const works = Array.from({ length: 10 }, () => quarantine.keep('academics', [refused]))
    release?.()
    await Promise.all(works)
    const total = (name: QuarantineOutcome) =>
      outcomes.filter(([outcome]) => outcome === name).reduce((sum, [, count]) => sum + count, 0)
    expect([total('kept'), total('failed')]).to.deep.equal([8, 2])
  })

  it('reads the student a body names, and nothing that is none', async () => {
    const subjects: (string | undefined)[] = []
    const { quarantine } = aQuarantine((events) => {
      subjects.push(...events.map(({ subject }) => subject))
      return Promise.resolve({ kept: events.length, repeated: 0, full: 0 })
    })
    const values = [
      { personal: { subject: 'student-1' } },
      { personal: { subject: 7 } },
      { personal: null },
      'text',
      { personal: { subject: 's'.repeat(129) } },
    ]
    await quarantine.keep(
      'academics',
      values.map((value) => ({ ...refused, value })),
    )
    expect(subjects).to.deep.equal(['student-1', undefined, undefined, undefined, undefined])
  })
})
