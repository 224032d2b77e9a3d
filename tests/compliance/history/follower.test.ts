import { expect } from 'chai'
import { startFollower } from '../../../compliance/history/follower.ts'
import type { Posture } from '../../../contracts/posture.ts'
import { eventually } from '../../support/poll.ts'
import { aPosture } from './a-posture.ts'

/** A database that can be away, or refuse a scan. */
class ModelStore {
  readonly rows: string[] = []
  isAway = false
  readonly refused = new Set<string>()
  newest = async () => {
    if (this.isAway) throw new Error('away')
    const last = this.rows.at(-1)
    return last === undefined ? undefined : new Date(last)
  }
  append = async ({ scannedAt }: Posture) => {
    if (this.isAway) throw new Error('away')
    if (this.refused.has(scannedAt)) throw new Error('refused')
    this.rows.push(scannedAt)
    return true
  }
}

describe('the follower of scans', () => {
  let store: ModelStore
  let kept: Posture[]
  let failures: string[]
  let told: (string | undefined)[]
  const start = () =>
    startFollower({
      newest: store.newest,
      append: (posture) => store.append(posture),
      mayPass: () => store.isAway,
      keptAfter: async function* (time) {
        yield* kept.filter(({ scannedAt }) => time === undefined || new Date(scannedAt) > time)
      },
      latest: () => kept.at(-1),
      retryMillis: 5,
      onTold: (until) => told.push(until?.toISOString()),
      onFailure: (error) => failures.push(error instanceof Error ? error.message : String(error)),
    })
  const times = () => kept.map(({ scannedAt }) => scannedAt)

  beforeEach(() => {
    store = new ModelStore()
    kept = [1, 2, 3].map((hour) => aPosture(hour, []))
    failures = []
    told = []
  })

  it('adds what was kept, in order and once, however often it is woken', async () => {
    const follower = start()
    for (let turn = 0; turn < 3; turn++) follower.wake()
    await eventually('all are there', () => store.rows.length === 3)
    kept.push(aPosture(4, []))
    follower.wake()
    await follower.close()
    follower.wake()
    const second = start()
    second.wake()
    await eventually('the last is there', () => store.rows.length === 4)
    await second.close()
    expect(store.rows).to.deep.equal(times())
    expect(told.at(-1)).to.equal(times().at(-1))
    expect(failures).to.deep.equal([])
  })

  it('tries again until the database is back', async () => {
    store.isAway = true
    const follower = start()
    follower.wake()
    await eventually('it was tried again', () => failures.length >= 2)
    store.isAway = false
    await eventually('all are there', () => store.rows.length === 3)
    await follower.close()
    expect(store.rows).to.deep.equal(times())
  })

  it('leaves out a scan that the database refuses, and goes on with the next', async () => {
    store.refused.add(times()[1] ?? '')
    const follower = start()
    follower.wake()
    await eventually('the last is there', () => store.rows.length === 2)
    await follower.close()
    expect(store.rows).to.deep.equal([times()[0], times()[2]])
    expect(failures).to.deep.equal(['refused'])
  })

  it('says that the database is ahead of what was kept, and adds nothing behind it', async () => {
    store.rows.push('2030-01-01T00:00:00.000Z')
    const follower = start()
    follower.wake()
    await eventually('it is told', () => failures.length === 1)
    await follower.close()
    expect(failures[0]).to.match(/found a scan of 2030-01-01T00:00:00.000Z .* none after 2026-11-21T03/)
    expect(store.rows).to.have.lengthOf(1)
    expect(told).to.deep.equal([undefined])
  })

  it('stops between two scans, and adds the rest after the next start', async () => {
    const follower = start()
    const { append } = store
    let closed: Promise<void> | undefined
    store.append = (posture) => {
      closed ??= follower.close()
      return append(posture)
    }
    follower.wake()
    await eventually('it was stopped', () => closed !== undefined)
    await closed
    expect(store.rows).to.deep.equal(times().slice(0, 1))
    const second = start()
    second.wake()
    await eventually('all are there', () => store.rows.length === 3)
    await second.close()
    expect(store.rows).to.deep.equal(times())
  })
})
