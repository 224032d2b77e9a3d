/** Starts the follower that keeps search up with the logs. */
import type { Pool, Sdk } from '#sdk'
import { systemCodeOf } from '../../lib/errors.ts'
import type { Logs } from '../store/logs.ts'
import { SearchSource } from '../store/search/search-source.ts'
import { SearchStore } from '../store/search/search-store.ts'
import { SearchFollower } from './follower.ts'
import type { EntryTokens } from './posting-pages.ts'

export interface SearchParts {
  /** Of the role that writes. */
  readonly pool: Pool
  readonly readPool: Pool
  readonly logs: Logs
}

/** Pause between two rounds: an entry is found within twice that, and a page is worth its row. */
const everyMillis = 400

/** Answers the postings, what takes new entries, and what ends their follower. */
export function startSearch(sdk: Sdk, { pool, readPool, logs }: SearchParts) {
  const store = new SearchStore({ pool, readPool })
  const follower = new SearchFollower({
    store,
    source: new SearchSource(readPool),
    logs,
    everyMillis,
    onFailed: (tenant, error) => {
      const reason = systemCodeOf(error)?.toLowerCase()
      sdk.log.warn('search lags', {
        error,
        ...(reason === undefined ? {} : { reason }),
        ...(tenant === '' ? {} : { tenant }),
      })
    },
  })
  follower.start()
  return {
    store,
    offer: (page: EntryTokens) => follower.offer(page),
    room: () => follower.room(),
    stop: () => follower.stop(),
  }
}
