import { expect } from 'chai'
import { eventually } from '../../support/poll.ts'
import { SearchFollower } from '../../../audit/search/follower.ts'
import type { Behind, SearchPage, SearchStore } from '../../../audit/store/search/search-store.ts'

/** What the database does with pages: takes one that begins where the cursor stands. */
class MemoryStore implements Pick<SearchStore, 'add' | 'behind'> {
  readonly cursors = new Map<string, number>()
  readonly taken: SearchPage[] = []
  looks = 0
  sizes = new Map<string, number>()

  async add(pages: readonly SearchPage[]): Promise<ReadonlySet<string>> {
    const refused = new Set<string>()
    for (const page of pages) {
      if ((this.cursors.get(page.tenant) ?? 0) !== page.first) refused.add(page.tenant)
      else {
        this.taken.push(page)
        this.cursors.set(page.tenant, page.first + page.count)
      }
    }
    return refused
  }

  async behind(): Promise<Behind[]> {
    this.looks++
    return [...this.sizes].flatMap(([tenant, size]) => {
      const cursor = this.cursors.get(tenant) ?? 0
      return cursor < size ? [{ tenant, cursor, size }] : []
    })
  }
}

const token = 'a'.repeat(16)
const entries = (count: number) => Array.from({ length: count }, () => [token])

/** Runs a follower over what a test offers until `isDone`; whatever is read back has no tokens. */
async function follow(
  store: MemoryStore,
  offer: (follower: SearchFollower) => void,
  isDone: () => boolean,
): Promise<void> {
  const follower = new SearchFollower({
    store: store as unknown as SearchStore,
    source: { rows: async () => [] } as never,
    logs: { open: async () => ({ keys: {} }) } as never,
    everyMillis: 1,
    onFailed: (tenant, error) => {
      throw new Error(`${tenant} failed`, { cause: error })
    },
  })
  offer(follower)
  follower.start()
  await eventually('search has followed', isDone, { everyMillis: 2 })
  await follower.stop()
}

describe('the follower of search', () => {
  it('joins what was appended to one page for each log', async () => {
    const store = new MemoryStore()
    await follow(
      store,
      (follower) => {
        follower.offer({ tenant: 'a', first: 0, tokens: entries(2) })
        follower.offer({ tenant: 'b', first: 0, tokens: entries(1) })
        follower.offer({ tenant: 'a', first: 2, tokens: entries(3) })
      },
      () => store.cursors.get('a') === 5 && store.cursors.get('b') === 1,
    )
    expect(store.taken.map(({ tenant, first, count }) => [tenant, first, count])).to.deep.equal([
      ['a', 0, 5],
      ['b', 0, 1],
    ])
  })

  it('cuts what is more than a page', async () => {
    const store = new MemoryStore()
    await follow(
      store,
      (follower) => follower.offer({ tenant: 'a', first: 0, tokens: entries(9_000) }),
      () => store.cursors.get('a') === 9_000,
    )
    expect(store.taken.map(({ count }) => count)).to.deep.equal([4_096, 4_096, 808])
  })

  it('reads back what it was not told in order, or too much of', async () => {
    for (const offered of [
      [{ first: 5, count: 5 }],
      [
        { first: 0, count: 2 },
        { first: 4, count: 6 },
      ],
      [
        { first: 0, count: 49_000 },
        { first: 49_000, count: 2_000 },
      ],
    ]) {
      const store = new MemoryStore()
      const size = Math.max(...offered.map(({ first, count }) => first + count))
      store.sizes.set('a', size)
      await follow(
        store,
        (follower) => {
          for (const { first, count } of offered)
            follower.offer({ tenant: 'a', first, tokens: entries(count) })
        },
        () => store.cursors.get('a') === size,
      )
      const covered = store.taken.reduce((sum, { count }) => sum + count, 0)
      expect(covered).to.equal(size)
    }
  })

  it('goes on from memory after it has read back what was offered meanwhile too', async () => {
    const store = new MemoryStore()
    let size = 5_000
    // The log grows just before each look, and the follower is told.
    const grow = () => {
      if (store.looks >= 20) return
      follower.offer({ tenant: 'a', first: size, tokens: entries(100) })
      store.sizes.set('a', (size += 100))
    }
    const look = store.behind.bind(store)
    store.behind = () => {
      grow()
      return look()
    }
    const follower = new SearchFollower({
      store: store as unknown as SearchStore,
      source: { rows: async () => [] } as never,
      logs: { open: async () => ({ keys: {} }) } as never,
      everyMillis: 1,
      onFailed: (_tenant, error) => {
        throw error
      },
    })
    follower.start()
    await eventually('search has followed', () => store.cursors.get('a') === size, { everyMillis: 2 })
    await new Promise((resolve) => setTimeout(resolve, 20))
    await follower.stop()
    expect(store.cursors.get('a')).to.equal(size)
    expect(store.looks).to.equal(1)
  })

  it('is never far behind whoever waits for room, also while it reads back slower than they append', async () => {
    const store = new MemoryStore()
    // It was away for a while.
    let size = 100_000
    store.sizes.set('a', size)
    let most = 0
    const follower = new SearchFollower({
      store: store as unknown as SearchStore,
      // As long as it takes to append some thousand entries below.
      source: { rows: () => new Promise((resolve) => setTimeout(() => resolve([]), 2)) } as never,
      logs: { open: async () => ({ keys: {} }) } as never,
      everyMillis: 1,
      onFailed: (_tenant, error) => {
        throw error
      },
    })
    follower.start()
    for (let written = 0; written < 1_500; written++) {
      await follower.room()
      follower.offer({ tenant: 'a', first: size, tokens: entries(500) })
      store.sizes.set('a', (size += 500))
      most = Math.max(most, size - (store.cursors.get('a') ?? 0))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await eventually('search has followed', () => store.cursors.get('a') === size, { everyMillis: 2 })
    await follower.stop()
    expect(store.cursors.get('a')).to.equal(size)
    expect(most).to.be.at.most(200_000)
  })

  it('keeps nobody waiting whose entries it cannot take', async () => {
    const store = new MemoryStore()
    let failures = 0
    store.add = async () => {
      throw new Error('the database is away')
    }
    const follower = new SearchFollower({
      store: store as unknown as SearchStore,
      source: { rows: async () => [] } as never,
      logs: { open: async () => ({ keys: {} }) } as never,
      everyMillis: 1,
      onFailed: () => {
        failures++
      },
    })
    follower.start()
    for (let written = 0; written < 100; written++) {
      await follower.room()
      follower.offer({ tenant: 'a', first: written * 1_000, tokens: entries(1_000) })
    }
    expect(failures).to.be.above(0)
    const waiting = follower.room()
    await follower.stop()
    await waiting
    await follower.room()
  })
})
