/** Fills the postings in as logs grow, page by page, with a cursor in the database that moves with them. */
import type { KeyObject } from 'node:crypto'
import type { Facts } from '../format/entry.ts'
import type { Logs, Log } from '../store/logs.ts'
import { openPersonal, subjectToken } from '../store/personal.ts'
import type { Behind, Posting, SearchStore } from '../store/search/search-store.ts'
import type { SearchSource, SourceRow } from '../store/search/search-source.ts'
import { searchKey, tokensOf } from './tokens.ts'

export interface FollowerOptions {
  readonly store: SearchStore
  readonly source: SearchSource
  readonly logs: Logs
  /** Pause between two looks at how far the logs have grown. */
  readonly everyMillis: number
  /** Told about a log that could not be followed; it is tried again. */
  readonly onFailed: (tenant: string, error: unknown) => void
}

/** Entries of one page. */
const pageLength = 1_000

export class SearchFollower {
  readonly #options: FollowerOptions
  #timer: NodeJS.Timeout | undefined
  #round: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(options: FollowerOptions) {
    this.#options = options
  }

  /** Begins to follow. */
  start(): void {
    this.#timer = setTimeout(() => {
      this.#round = this.#followAll().then(() => {
        if (!this.#isStopped) this.start()
      })
    }, this.#options.everyMillis)
  }

  /** Ends after the page that is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#round
  }

  async #followAll(): Promise<void> {
    const { store, onFailed } = this.#options
    let behind: Behind[] = []
    try {
      behind = await store.behind()
    } catch (error) {
      onFailed('', error)
    }
    for (const log of behind) {
      try {
        await this.#follow(log)
      } catch (error) {
        onFailed(log.tenant, error)
      }
    }
  }

  async #follow({ tenant, cursor, size }: Behind): Promise<void> {
    const { store, source, logs } = this.#options
    const log = await logs.open(tenant)
    const key = searchKey(log.keys.subjectTokenKey)
    for (let from = cursor; from < size && !this.#isStopped;) {
      const to = Math.min(from + pageLength, size)
      const rows = await source.rows(tenant, from, to)
      const postings = await postingsOf(rows, { log, key })
      // Whoever else moved the cursor has done this page; the next look begins where they are.
      if (!(await store.add({ tenant, cursor: from, size: to }, postings))) return
      from = to
    }
  }
}

interface Keys {
  readonly log: Log
  /** Of the search tokens. */
  readonly key: KeyObject
}

async function postingsOf(rows: readonly SourceRow[], { log, key }: Keys): Promise<Posting[]> {
  const { tenant, subjectKeys, subjectTokenKey } = log.keys
  const postings: Posting[] = []
  for (const { index, id, facts: text, subject, sealed } of rows) {
    if (text === null) continue
    // The ledger itself wrote both, and their commitments prove it.
    const facts = JSON.parse(text) as Facts
    const subjectKey =
      sealed === null
        ? undefined
        : await subjectKeys.find(tenant, subject ?? subjectToken(subjectTokenKey, undefined))
    const personal =
      sealed === null || subjectKey === undefined
        ? undefined
        : openPersonal({ key: subjectKey, eventId: id }, sealed).personal
    for (const token of tokensOf(key, facts, personal)) postings.push({ token, index })
  }
  return postings
}
