/**
 * Fills search in as logs grow: what is appended is handed over in memory, and what was not, after a start or when
 * there was too much of it, is read back from the log. A cursor in the database moves with the postings, so that
 * each entry is filled in once.
 */
import type { Facts } from '../format/entry.ts'
import type { Logs, Log } from '../store/logs.ts'
import { openPersonal, subjectToken } from '../store/personal.ts'
import type { Behind, SearchStore } from '../store/search/search-store.ts'
import type { SearchSource, SourceRow } from '../store/search/search-source.ts'
import { pagesOf, PostingPages, type EntryTokens } from './posting-pages.ts'
import { searchKey, tokensOf } from './tokens.ts'

export interface FollowerOptions {
  readonly store: SearchStore
  readonly source: SearchSource
  readonly logs: Logs
  /** Pause between two rounds. */
  readonly everyMillis: number
  /** Told about a log that could not be followed; it is tried again. */
  readonly onFailed: (tenant: string, error: unknown) => void
}

/** Entries read back at once: more than one commit of the busiest log brings. */
const readLength = 2_048
/** Most entries kept in memory; what comes beyond is read back. */
const maxPending = 50_000
/** Entries kept in memory beyond which whoever appends waits for a page: reading back must not be outrun for long. */
const roomyPending = maxPending / 2
/** Rounds between two looks whether a log has grown without telling. */
const roundsBetweenLooks = 40

export class SearchFollower {
  readonly #options: FollowerOptions
  #pending = new Map<string, PostingPages>()
  #pendingCount = 0
  /** Entries of each log that are filled in, as far as it is known here. */
  readonly #filled = new Map<string, number>()
  /** Rounds until the next look; the first one looks. */
  #untilLook = 0
  #timer: NodeJS.Timeout | undefined
  #round: Promise<void> = Promise.resolve()
  /** Ends with the next page that is written, and with the round. */
  #progress = Promise.withResolvers<void>()
  #isStopped = false

  constructor(options: FollowerOptions) {
    this.#options = options
  }

  /** Begins to follow. */
  start(): void {
    this.#timer = setTimeout(() => {
      this.#round = this.#run().then(() => {
        if (!this.#isStopped) this.start()
      })
    }, this.#options.everyMillis)
  }

  /** Ends after the page that is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#round
    this.#noteProgress()
  }

  /**
   * Resolves once there is room for more, or search has come on by a page since: however slow it is, each append brings
   * it closer. It never throws, and where search cannot be written nobody waits longer than the try takes.
   */
  async room(): Promise<void> {
    if (this.#pendingCount >= roomyPending && !this.#isStopped) await this.#progress.promise
  }

  /** Takes what was just appended to a log. */
  offer({ tenant, first, tokens }: EntryTokens): void {
    if (this.#pendingCount + tokens.length > maxPending) {
      this.#untilLook = 0
      return
    }
    this.#pendingCount += tokens.length
    const pending = this.#pending.get(tenant) ?? new PostingPages(tenant, first)
    this.#pending.set(tenant, pending)
    // After a gap the page keeps what is before it; the look finds the rest.
    if (pending.end === first) pending.add(tokens)
    else this.#untilLook = 0
  }

  async #run(): Promise<void> {
    const { onFailed } = this.#options
    try {
      await this.#flush()
      if (this.#untilLook-- <= 0) {
        this.#untilLook = roundsBetweenLooks
        await this.#catchUpAll()
      }
    } catch (error) {
      this.#untilLook = 0
      onFailed('', error)
    }
    this.#noteProgress()
  }

  #noteProgress(): void {
    this.#progress.resolve()
    this.#progress = Promise.withResolvers()
  }

  /** Writes what was handed over, a page of every log at a time. */
  async #flush(): Promise<void> {
    // What was read back while it was handed over is not written twice, and does not keep the rest from being written.
    const pages = [...this.#pending].flatMap(([tenant, pending]) =>
      pending.list(this.#filled.get(tenant) ?? 0),
    )
    this.#pending = new Map()
    this.#pendingCount = 0
    while (pages.length > 0) {
      const tenants = new Set<string>()
      const turn = pages.filter(({ tenant }) => !tenants.has(tenant) && tenants.add(tenant))
      const refused = await this.#options.store.add(turn)
      this.#noteProgress()
      if (refused.size > 0) this.#untilLook = 0
      for (const { tenant, first, count } of turn) {
        if (!refused.has(tenant)) this.#filled.set(tenant, first + count)
      }
      const done = new Set(turn)
      pages.splice(0, pages.length, ...pages.filter((page) => !done.has(page) && !refused.has(page.tenant)))
    }
  }

  async #catchUpAll(): Promise<void> {
    const { store, onFailed } = this.#options
    for (const log of await store.behind()) {
      try {
        await this.#catchUp(log)
      } catch (error) {
        onFailed(log.tenant, error)
      }
    }
  }

  async #catchUp({ tenant, cursor, size }: Behind): Promise<void> {
    const { store, source, logs } = this.#options
    const log = await logs.open(tenant)
    for (let from = cursor; from < size && !this.#isStopped;) {
      const to = Math.min(from + readLength, size)
      const tokens = await tokensOfRows(await source.rows(tenant, from, to), { log, from, to })
      // Whoever else moved the cursor has done this page; the next look begins where they are.
      if ((await store.add(pagesOf({ tenant, first: from, tokens }))).size > 0) return
      this.#noteProgress()
      from = to
      this.#filled.set(tenant, to)
    }
  }
}

interface Stretch {
  readonly log: Log
  readonly from: number
  readonly to: number
}

async function tokensOfRows(
  rows: readonly SourceRow[],
  { log, from, to }: Stretch,
): Promise<(readonly string[])[]> {
  const { tenant, subjectKeys, subjectTokenKey } = log.keys
  const tokens: (readonly string[])[] = Array.from({ length: to - from }, () => [])
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
        : openPersonal({ key: subjectKey, purpose: facts.class, eventId: id }, sealed).personal
    tokens[index - from] = tokensOf(searchKey(subjectTokenKey), facts, personal)
  }
  return tokens
}
