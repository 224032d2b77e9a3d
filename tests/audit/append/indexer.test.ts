import { expect } from 'chai'
import { Indexer } from '../../../audit/append/indexer.ts'
import { eventually } from '../../support/poll.ts'
import type { IndexKey, IndexPage } from '../../../audit/store/index-store.ts'

const keyOf = (index: number): IndexKey => ({ id: `id ${index}`, producer: 'users' })
const keysOf = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => keyOf(from + at))

interface State {
  isAway: boolean
  adds: number
  /** Whose pages no statement takes. */
  poisoned: string
  /** Whose leaves cannot be read. */
  damaged: string
  /** What statements wait for. */
  held: Promise<void> | undefined
  /** Told that pages were taken. */
  onAdded: (() => Promise<void>) | undefined
}

/** Logs and their index as the database has them; it can be told to fail. */
function memory() {
  const logs = new Map<string, number>()
  const filled = new Map<string, IndexKey[]>()
  const pages: IndexPage[] = []
  const failures: unknown[] = []
  const sizes = new Map<string, number>()
  const state: State = {
    isAway: false,
    adds: 0,
    poisoned: '',
    damaged: '',
    held: undefined,
    onAdded: undefined,
  }
  const indexedOf = (tenant: string) => filled.get(tenant)?.length ?? 0
  const answer = <T>(value: T): Promise<T> =>
    state.isAway ? Promise.reject(new Error('the database is away')) : Promise.resolve(value)
  const indexer = new Indexer({
    store: {
      add: async (added) => {
        state.adds++
        await state.held
        await answer(undefined)
        if (added.some(({ tenant }) => tenant === state.poisoned))
          throw new Error('a row is not as it should be')
        const refused = new Set<string>()
        for (const page of added) {
          if (indexedOf(page.tenant) !== page.first) refused.add(page.tenant)
          else filled.set(page.tenant, [...(filled.get(page.tenant) ?? []), ...page.keys])
        }
        pages.push(...added)
        void state.onAdded?.()
        return refused
      },
      indexed: (tenant) => answer({ size: indexedOf(tenant), highest: undefined }),
      page: (tenant, first, length) => {
        if (tenant === state.damaged) return Promise.reject(new Error('the batch is not whole'))
        const keys = keysOf(first, Math.max(first, Math.min(first + length, logs.get(tenant) ?? 0)))
        return answer({ tenant, first, keys })
      },
      behind: () =>
        answer([...logs].filter(([tenant, size]) => indexedOf(tenant) < size).map(([tenant]) => tenant)),
    },
    onIndexed: (tenant, size) => sizes.set(tenant, size),
    onFailed: (error) => failures.push(error),
  })
  /** Grows a log and tells the indexer, unless it is not to be told. */
  const append = (tenant: string, count: number, isTold = true) => {
    const first = logs.get(tenant) ?? 0
    logs.set(tenant, first + count)
    if (isTold) indexer.offer({ tenant, first, keys: keysOf(first, first + count) })
  }
  const holds = (tenant: string) => expect(filled.get(tenant)).to.deep.equal(keysOf(0, logs.get(tenant) ?? 0))
  return { indexer, append, filled, holds, pages, failures, sizes, state }
}

describe('filling the indexes in behind the commits', () => {
  it('takes what was appended together, a page for each log', async () => {
    const { indexer, append, holds, pages, sizes } = memory()
    append('a', 3)
    append('b', 2)
    append('a', 4)
    await indexer.stop()
    for (const tenant of ['a', 'b']) holds(tenant)
    expect(pages.length).to.equal(2)
    expect([...sizes]).to.deep.equal([
      ['a', 7],
      ['b', 2],
    ])
  })

  it('cuts a long run into pages', async () => {
    const { indexer, append, holds, pages } = memory()
    append('a', 10_000)
    await indexer.settled('a')
    holds('a')
    expect(pages.map(({ keys }) => keys.length)).to.deep.equal([4_096, 4_096, 1_808])
    await indexer.stop()
  })

  it('is settled once what was handed over before is filled in, also while a round is under way', async () => {
    const { indexer, append, holds } = memory()
    append('a', 5)
    const round = indexer.settled('a')
    await indexer.settled('a')
    holds('a')
    await round
    await indexer.stop()
  })

  it('reads back what nobody told it of', async () => {
    const { indexer, append, holds, state } = memory()
    append('a', 5_000, false)
    append('b', 1, false)
    await indexer.settled('a', 5_000)
    holds('a')
    const { adds } = state
    await indexer.settled('a', 5_000)
    expect(state.adds, 'not again').to.equal(adds)
    await indexer.catchUpAll()
    holds('b')
  })

  it('reads back what is missing between what it was told of', async () => {
    const { indexer, append, holds } = memory()
    append('a', 5)
    append('a', 5, false)
    append('a', 5)
    await indexer.settled('a')
    holds('a')
    await indexer.stop()
  })

  it('tells of a failure, fails whoever waits, and goes on when it can', async () => {
    const { indexer, append, holds, failures, state } = memory()
    append('a', 5)
    state.isAway = true
    const failure = await indexer.settled('a').catch((error: unknown) => error)
    expect(String(failure)).to.contain('the database is away')
    expect(failures.length).to.be.above(0)
    state.isAway = false
    append('a', 5)
    await indexer.settled('a')
    holds('a')
    await indexer.stop()
  })

  it('fills in the other logs when no statement takes the page of one', async () => {
    const { indexer, append, holds, failures, state } = memory()
    state.poisoned = 'b'
    for (const tenant of ['a', 'b', 'c']) append(tenant, 5)
    for (const tenant of ['a', 'c']) await indexer.settled(tenant)
    for (const tenant of ['a', 'c']) holds(tenant)
    await eventually('the third was tried alone', () => failures.length === 2)
    const told = failures.length
    const { adds } = state
    for (const tenant of ['a', 'b', 'c']) append(tenant, 5)
    await indexer.settled('a')
    await indexer.settled('c')
    for (const tenant of ['a', 'c']) holds(tenant)
    expect(state.adds, 'one statement for both, and nobody waits for the third').to.equal(adds + 1)
    expect(failures.length, 'it is told of once').to.equal(told)
    const failure = await indexer.settled('b').catch((error: unknown) => error)
    expect(String(failure)).to.contain('not as it should be')
    state.poisoned = ''
    await indexer.settled('b')
    holds('b')
    await indexer.stop()
  })

  it('reads back the other logs when one cannot be read', async () => {
    const { indexer, append, holds, failures, state } = memory()
    for (const tenant of ['a', 'b']) append(tenant, 5)
    await indexer.settled('a')
    state.damaged = 'a'
    for (const tenant of ['a', 'b']) append(tenant, 5, false)
    for (const tenant of ['a', 'b', 'c']) append(tenant, 5)
    await indexer.settled('c')
    await indexer.stop()
    for (const tenant of ['b', 'c']) holds(tenant)
    expect(failures.length).to.equal(1)
  })

  it('takes what comes at the very moment at which a round ends', async () => {
    for (let turns = 0; turns < 24; turns++) {
      const { indexer, append, filled, state } = memory()
      state.onAdded = async () => {
        state.onAdded = undefined
        for (let turn = 0; turn < turns; turn++) await Promise.resolve()
        append('a', 1)
      }
      append('a', 1)
      await eventually(`all is filled in, ${turns} turns later`, () => filled.get('a')?.length === 2, {
        everyMillis: 5,
      })
      await indexer.stop()
    }
  })

  it('has a log that has nothing to be filled in wait for no other, nor its rounds for one that is read back', async () => {
    const { indexer, append, holds, state } = memory()
    let release: () => void = () => undefined
    state.held = new Promise((resolve) => (release = resolve))
    append('a', 5)
    const held = indexer.settled('a')
    await Promise.resolve()
    await indexer.settled('new')
    state.held = undefined
    release()
    await held
    holds('a')

    append('a', 5, false)
    state.held = new Promise((resolve) => (release = resolve))
    const readBack = indexer.settled('a', 10)
    await eventually('a page is held', () => state.adds === 2)
    state.held = undefined
    append('b', 5)
    await indexer.settled('b')
    holds('b')
    // What comes while its log is read back is in neither page, and not forgotten.
    append('a', 5)
    const later = indexer.settled('a')
    release()
    await readBack
    await later
    holds('a')
    await indexer.stop()
  })

  it('goes on where a statement that outlived its connection has moved the cursor meanwhile', async () => {
    let size = 0
    const first: number[] = []
    const indexer = new Indexer({
      store: {
        add: ([page]) => {
          first.push(page?.first ?? -1)
          const isRefused = size === 0
          size = isRefused ? 3 : 10
          return Promise.resolve(new Set(isRefused ? ['a'] : []))
        },
        indexed: () => Promise.resolve({ size, highest: undefined }),
        page: (tenant, from) => Promise.resolve({ tenant, first: from, keys: keysOf(from, 10) }),
        behind: () => Promise.resolve([]),
      },
      onIndexed: () => undefined,
      onFailed: () => undefined,
    })
    await indexer.settled('a', 10)
    expect(first).to.deep.equal([0, 3])
  })

  it('fails instead of turning in a circle where the cursor stands elsewhere', async () => {
    const stuck = new Indexer({
      store: {
        add: (pages) => Promise.resolve(new Set(pages.map(({ tenant }) => tenant))),
        indexed: () => Promise.resolve({ size: 0, highest: undefined }),
        page: (tenant, first) => Promise.resolve({ tenant, first, keys: keysOf(first, 5) }),
        behind: () => Promise.resolve([]),
      },
      onIndexed: () => undefined,
      onFailed: () => undefined,
    })
    const failure = await stuck.settled('a', 5).catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'AUDIT_LOG_CORRUPT')
  })
})
