/**
 * Fills the indexes by event and by subject in behind the commits. What was appended is handed over in memory, and what
 * was not, after a start or a failure, is read back from the log. A cursor in the database moves with the rows, so that
 * each entry is filled in once.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { Turns } from '../../lib/turns.ts'
import { AuditError } from '../log/errors.ts'
import { isDatabaseAway } from '../store/database-away.ts'
import type { IndexKey, IndexPage, IndexStore } from '../store/index-store.ts'

export interface IndexerOptions {
  readonly store: Pick<IndexStore, 'add' | 'indexed' | 'page' | 'behind'>
  /** Told how many entries of a log are filled in. */
  readonly onIndexed: (tenant: string, size: number) => void
  /** Told that it could not go on; what is missing is read back later. */
  readonly onFailed: (error: unknown) => void
}

/** Pause between two rounds: a page is worth its statement. */
const everyMillis = 50
/** Entries that do not wait for the next round. */
const fullRound = 4_096
/** Most entries of one page. */
const maxPageEntries = 4_096
/** Most entries kept in memory; whoever appends waits beyond it. */
const maxPending = 50_000

interface Pending {
  readonly first: number
  readonly keys: IndexKey[]
}

export class Indexer {
  readonly #options: IndexerOptions
  #pending = new Map<string, Pending>()
  #pendingCount = 0
  /** Logs of which entries have to be read back; a number that grows whenever that is found. */
  readonly #behind = new Map<string, number>()
  #found = 0
  /** Those among them that could not be. */
  readonly #stuck = new Set<string>()
  /** Entries of each log that are filled in, as far as it is known here. */
  readonly #sizes = new Map<string, number>()
  /** Logs whose pages the round under way writes. */
  #inRound: ReadonlySet<string> = new Set()
  readonly #rounds = new Turns()
  /** One log after the other is read back, beside the rounds: whoever keeps one waiting keeps no other. */
  readonly #readings = new Turns()
  #isReadingBack = false
  #hurry: (() => void) | undefined
  #loop: Promise<void> | undefined
  #isStopping = false

  constructor(options: IndexerOptions) {
    this.#options = options
  }

  /** Takes entries that were just appended. */
  offer({ tenant, first, keys }: IndexPage): void {
    this.#pendingCount += keys.length
    const pending = this.#pending.get(tenant)
    if (pending === undefined) this.#pending.set(tenant, { first, keys: [...keys] })
    // After a gap the page keeps what is before it; the rest is read back.
    else if (pending.first + pending.keys.length === first) pending.keys.push(...keys)
    else this.#markBehind(tenant)
    if (this.#pendingCount >= fullRound) this.#hurry?.()
    this.#loop ??= this.#run()
  }

  /** Resolves once there is room for more. */
  async room(): Promise<void> {
    if (this.#pendingCount > maxPending) await this.#round()
  }

  /**
   * Resolves once everything that was handed over of a log is filled in, and everything below a size.
   *
   * @throws AuditError AUDIT_LOG_CORRUPT or DatabaseError when it cannot be
   */
  async settled(tenant: string, size = 0): Promise<void> {
    if (this.#pending.has(tenant)) await this.#round()
    else if (this.#inRound.has(tenant)) await this.#rounds.ended()
    if (this.#isFilledIn(tenant, size)) return
    await this.#readings.take(async () => {
      // Somebody before may have done it.
      if (!this.#isFilledIn(tenant, size)) await this.#catchUp(tenant)
    })
  }

  #isFilledIn(tenant: string, size: number): boolean {
    return !this.#behind.has(tenant) && (this.#sizes.get(tenant) ?? 0) >= size
  }

  /** Fills in what is missing of every log; one log's trouble is told and left for later. */
  async catchUpAll(): Promise<void> {
    for (const tenant of await this.#options.store.behind()) {
      this.#markBehind(tenant)
      await this.settled(tenant).catch(this.#options.onFailed)
    }
  }

  /** Ends after everything that was handed over. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#hurry?.()
    await this.#loop
    await this.#readings.ended()
  }

  async #run(): Promise<void> {
    // What failed is tried again by whoever needs it, and when the next entries come.
    while (this.#pending.size > 0) {
      if (!this.#isStopping && this.#pendingCount < fullRound) await this.#rest()
      await this.#round()
      this.#readBack()
    }
    // In the same moment as the last look: what comes later begins it again.
    this.#loop = undefined
  }

  async #rest(): Promise<void> {
    const woken = new AbortController()
    this.#hurry = () => woken.abort()
    // Being cut short is no error.
    await pause(everyMillis, undefined, { signal: woken.signal }).catch(() => undefined)
    this.#hurry = undefined
  }

  /** Fills in what was handed over. Never throws. */
  #round(): Promise<void> {
    return this.#rounds.take(async () => {
      const pages: IndexPage[] = []
      for (const [tenant, pending] of this.#pending) {
        // Its cursor stands elsewhere: what was handed over is read back with the rest.
        if (this.#behind.has(tenant)) this.#markBehind(tenant)
        else pages.push(...pagesOf(tenant, pending))
      }
      this.#pending = new Map()
      this.#pendingCount = 0
      this.#inRound = new Set(pages.map(({ tenant }) => tenant))
      await this.#addAll(pages)
      this.#inRound = new Set()
    })
  }

  /** Begins to read back what has to be, of the logs of which that can be done. */
  #readBack(): void {
    if (this.#isReadingBack || this.#behind.size === this.#stuck.size) return
    this.#isReadingBack = true
    void this.#readings.take(async () => {
      for (const tenant of [...this.#behind.keys()].filter((each) => !this.#stuck.has(each))) {
        if (!(await this.#tryToCatchUp(tenant))) break
      }
      this.#isReadingBack = false
    })
  }

  #markBehind(tenant: string): void {
    this.#behind.set(tenant, ++this.#found)
  }

  /** Writes pages, one of every log at a time; whose page cannot be written is behind. */
  async #addAll(pages: readonly IndexPage[]): Promise<void> {
    let rest = pages
    while (rest.length > 0) {
      const tenants = new Set<string>()
      const turn = rest.filter(({ tenant }) => !tenants.has(tenant) && tenants.add(tenant))
      let refused: ReadonlySet<string>
      try {
        refused = await this.#options.store.add(turn)
      } catch (error) {
        // Whose page it was, or whether the database is away, shows when they are read back one by one.
        this.#options.onFailed(error)
        for (const { tenant } of rest) this.#markBehind(tenant)
        return
      }
      for (const tenant of refused) this.#markBehind(tenant)
      for (const { tenant, first, keys } of turn) {
        if (!refused.has(tenant)) this.#noteSize(tenant, first + keys.length)
      }
      const done = new Set(turn)
      rest = rest.filter((page) => !done.has(page) && !refused.has(page.tenant))
    }
  }

  /** Answers false when the database is away, so that no other log needs to be tried. */
  async #tryToCatchUp(tenant: string): Promise<boolean> {
    try {
      await this.#catchUp(tenant)
      return true
    } catch (error) {
      this.#options.onFailed(error)
      // It is left alone until somebody needs it.
      this.#stuck.add(tenant)
      return !isDatabaseAway(error)
    }
  }

  async #catchUp(tenant: string): Promise<void> {
    const { store } = this.#options
    this.#markBehind(tenant)
    let from = await this.#readSize(tenant)
    for (;;) {
      const found = this.#behind.get(tenant)
      const page = await store.page(tenant, from, maxPageEntries)
      if (page.keys.length === 0) {
        if (this.#behind.get(tenant) === found) break
        // More was left to this while the end of the log was looked for.
        continue
      }
      const isRefused = (await store.add([page])).size > 0
      // A statement that outlived its connection, or a writer before this one, may have moved the cursor meanwhile.
      const next = isRefused ? await this.#readSize(tenant) : from + page.keys.length
      if (next <= from) {
        throw new AuditError('AUDIT_LOG_CORRUPT', `the cursor of the indexes does not stand at entry ${from}`)
      }
      from = next
      this.#noteSize(tenant, from)
    }
    this.#behind.delete(tenant)
    this.#stuck.delete(tenant)
  }

  /** Reads how many entries of a log are filled in. */
  async #readSize(tenant: string): Promise<number> {
    const { size } = await this.#options.store.indexed(tenant)
    this.#noteSize(tenant, size)
    return size
  }

  #noteSize(tenant: string, size: number): void {
    this.#sizes.set(tenant, size)
    this.#options.onIndexed(tenant, size)
  }
}

function pagesOf(tenant: string, { first, keys }: Pending): IndexPage[] {
  const pages: IndexPage[] = []
  for (let at = 0; at < keys.length; at += maxPageEntries) {
    pages.push({ tenant, first: first + at, keys: keys.slice(at, at + maxPageEntries) })
  }
  return pages
}
