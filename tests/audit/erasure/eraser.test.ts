import { createSecretKey } from 'node:crypto'
import { expect } from 'chai'
import { Eraser, type EraserOptions } from '../../../audit/erasure/eraser.ts'
import type { Tombstone } from '../../../audit/erasure/tombstone-files.ts'
import { Frontier } from '../../../audit/log/frontier.ts'
import { sha256 } from '../../../audit/log/hash.ts'
import { statements } from '../../../audit/store/statements.ts'
import type { ErasureBody } from '../../../contracts/erasure.ts'
import { eventually } from '../../support/poll.ts'

const secret = createSecretKey(Buffer.alloc(32, 7))
const body: ErasureBody = {
  id: '00000000-0000-4000-8000-000000000001',
  subject: 'student-1',
  reason: 'record_destroyed',
  recordState: 'destroyed',
}

/** Entry of the student who is erased; nobody can open one under a destroyed key. */
interface Entry {
  readonly index: number
  readonly isOpen: boolean
}

/** A log of some size whose entries are all about one student, and which may refuse what is appended. */
function logOf(size: number, entries: readonly Entry[]) {
  const frontier = new Frontier()
  for (let at = 0; at < size; at++) frontier.add(sha256(Buffer.from([at])))
  const head = { size, root: frontier.root(), frontier: frontier.toBytes(), last_time: 0 }
  const log = { isAway: false, certificates: 0, emptied: new Set<number>() }
  const tombstones: Tombstone[] = []
  const subjectKeys = { find: () => Promise.resolve(secret), destroy: () => Promise.resolve(true) }
  const keys = { tenant: 'drill', subjectTokenKey: secret, digestKey: secret, subjectKeys }
  const empty = (indices: readonly number[]) => {
    for (const index of indices) log.emptied.add(index)
    return Promise.resolve(indices.length)
  }
  const query = (sql: string) => Promise.resolve(sql === statements['read-head'] ? [head] : [])
  const parts = {
    pool: { inTenant: <T>(_tenant: string, work: (tx: unknown) => Promise<T>) => work({ query }) },
    logs: { open: () => Promise.resolve({ keys }), openKeys: () => Promise.resolve(keys) },
    appender: {
      append: () => {
        if (log.isAway) return Promise.reject(new Error('the log is away'))
        log.certificates++
        return Promise.resolve([{ id: body.id, outcome: 'appended', index: size, leafHash: '' }])
      },
    },
    indexed: () => Promise.resolve(),
    quarantined: { forget: () => Promise.resolve() },
    registers: {
      blocks: () => Promise.resolve([]),
      recordState: () => Promise.resolve(undefined),
      erase: () => Promise.resolve(0),
    },
    entries: {
      aboutToken: async function* (_keys: unknown, _token: unknown, range: { from: number; to: number }) {
        await Promise.resolve()
        for (const { index, isOpen } of entries) {
          if (index >= range.from && index < range.to) yield { index, personal: isOpen ? {} : undefined }
        }
      },
    },
    side: {
      empty: (_keys: unknown, indices: readonly number[]) => empty(indices),
      emptySubject: (_keys: unknown, _token: unknown, below: number) =>
        empty(entries.map(({ index }) => index).filter((index) => index < below)),
    },
    inTurn: <T>(_tenant: string, work: (own: unknown) => Promise<T>) => work(keys),
    tombstones: {
      tenants: () => Promise.resolve(['drill']),
      read: () => Promise.resolve(tombstones),
      add: (_tenant: string, added: Tombstone) => {
        if (!tombstones.some(({ id }) => id === added.id)) tombstones.push(added)
        return Promise.resolve()
      },
    },
    retryMillis: 1,
    now: () => Date.parse('2026-09-01T08:00:00.000Z'),
  }
  // The eraser uses no more of its parts than this.
  return { eraser: new Eraser(parts as unknown as EraserOptions), log, tombstones }
}

const failed = (work: Promise<unknown>) =>
  work.then(
    () => false,
    () => true,
  )

describe('an erasure that broke off', () => {
  it('is finished without being asked again once the log takes its certificate', async () => {
    const { eraser, log } = logOf(2, [{ index: 0, isOpen: false }])
    log.isAway = true
    expect(await failed(eraser.erase('drill', body))).to.equal(true)
    expect([log.certificates, log.emptied.size]).to.deep.equal([0, 0])
    log.isAway = false
    await eventually('the entry is emptied', () => log.emptied.has(0))
    await eraser.stop()
    expect(log.certificates).to.equal(1)
  })

  it('leaves at the next start what came later for a student who came back', async () => {
    const entries = [
      { index: 0, isOpen: false },
      { index: 2, isOpen: false },
      { index: 3, isOpen: true },
    ]
    const { eraser, log, tombstones } = logOf(2, entries)
    log.isAway = true
    await failed(eraser.erase('drill', body))
    await eraser.stop()
    expect(tombstones[0]?.size).to.equal(2)
    log.isAway = false
    expect(await eraser.reapply()).to.equal(2)
    // The one of index 2 waited in the queue when the key went.
    expect([...log.emptied]).to.deep.equal([0, 2])
    expect(log.certificates).to.equal(1)
  })
})
