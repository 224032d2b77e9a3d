/**
 * One queue in front of the logs: what arrives while a commit runs goes into the next one, whoever sent it and
 * whichever tenants it is for. A request is answered only after its events are durable.
 */
import type { Pool } from '#sdk'
import type { AuditEvent, Receipt } from '../../contracts/audit-event.ts'
import { maxSkewMillis } from '../../contracts/leaf.ts'
import type { Service } from '../../contracts/services.ts'
import { AuditError } from '../log/errors.ts'
import { isDatabaseAway } from '../store/database-away.ts'
import type { Logs } from '../store/logs.ts'
import type { EntryTokens } from '../search/posting-pages.ts'
import { conflictEvent } from './conflict-event.ts'
import { offerOf, type Offer } from './offer.ts'
import { prepare, type Prepared } from './prepare.ts'
import { Preparer } from './preparer.ts'
import { LogWriter, type Written } from './log-writer.ts'

/** Most events that wait or are being written; beyond it requests are told to come back. */
const maxQueuedEvents = 20_000
/** Most events of one commit (measured: beyond about 2 000 a commit gets slower, not denser). */
const maxCommitEvents = 2_000

/** Commits at once: while the database syncs one, the next is sequenced. */
const maxUnderWay = 2

/** Fewest events that are shared among commits: what each of them costs besides its events is more than it saves. */
const minShared = 48

/** Longest wait for events that will likely come, and the fewest that are worth it. */
const gatherMillis = 2
const minGathered = 8

/** One request's events of one tenant. */
interface Job {
  readonly tenant: string
  readonly events: readonly Prepared[]
  readonly resolve: (receipts: readonly Receipt[]) => void
  readonly reject: (error: unknown) => void
}

export interface AppenderOptions {
  readonly pool: Pool
  /** See `LogWriter`. */
  readonly appendPool?: Pool
  readonly logs: Logs
  /** Of this writer; see `LogWriter`. */
  readonly epoch: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Refuses to write, by throwing, once another process may be the writer. */
  readonly assertWriter: () => void
  /** Told how long a commit took. */
  readonly onCommit: (elapsedSeconds: number) => void
  /** Told how many entries a log has after a commit. */
  readonly onGrown: (tenant: string, entries: number) => void
  /** Told what the entries of a commit are to be found by. */
  readonly onAppended: (page: EntryTokens) => void
  /** See `LogWriter`. */
  readonly room?: () => Promise<void>
  /** Told of an event whose own time is far from the ledger's. */
  readonly onSkewed: (producer: Service) => void
  /** Told that the indexes could not be filled in; what is missing is read back later. */
  readonly onUnindexed: (error: unknown) => void
  /** Told that a tenant's events were left out of a request that was answered for others. */
  readonly onDeferred: (tenant: string, error: unknown) => void
}

export class Appender {
  readonly #options: AppenderOptions
  readonly #writer: LogWriter
  readonly #preparer = new Preparer()
  readonly #queue: Job[] = []
  #queued = 0
  #isStopping = false
  /** Events in the queue. */
  #waiting = 0
  /** Commits that were begun and have not ended. */
  #underWay = 0
  /** When the last commit ended or the first event came after it, by the clock of `performance.now`. */
  #idleSince = 0
  /** Told of every new job and every end of a commit. */
  #onChange: (() => void) | undefined
  #drain: Promise<void> | undefined

  constructor(options: AppenderOptions) {
    this.#options = options
    this.#writer = new LogWriter(options)
  }

  /**
   * Appends events and answers each, in order, once all are durable. Where one tenant's log cannot be written
   * and another's can, the events of the first are answered with undefined: they are to be sent again.
   *
   * @throws AuditError AUDIT_QUEUE_FULL or AUDIT_STOPPING; when no log could be written, what the first one's
   *   trouble was: AUDIT_LOG_ROLLED_BACK, AUDIT_LOG_FORKED, AUDIT_LOG_CORRUPT …, DatabaseError
   */
  async append(events: readonly AuditEvent[]): Promise<(Receipt | undefined)[]> {
    return this.appendOffers(events.map(offerOf))
  }

  /** Appends events whose canonical form is there already, as `append` does. */
  async appendOffers(offers: readonly Offer[]): Promise<(Receipt | undefined)[]> {
    if (this.#isStopping) throw new AuditError('AUDIT_STOPPING', 'the ledger is stopping')
    if (this.#queued + offers.length > maxQueuedEvents) {
      throw new AuditError('AUDIT_QUEUE_FULL', `found ${this.#queued} events waiting`)
    }
    this.#queued += offers.length
    try {
      const receipts = await this.#appendByTenant(offers)
      const cursors = new Map<string, number>()
      return offers.map(({ event: { tenant } }) => {
        const at = cursors.get(tenant) ?? 0
        cursors.set(tenant, at + 1)
        return receipts.get(tenant)?.[at]
      })
    } finally {
      this.#queued -= offers.length
    }
  }

  /** Fills the indexes behind the commits. */
  get indexer(): LogWriter['indexer'] {
    return this.#writer.indexer
  }

  /** Refuses new events and finishes the accepted ones. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#drain
    await this.#writer.indexer.stop()
  }

  async #appendByTenant(offers: readonly Offer[]): Promise<Map<string, readonly Receipt[]>> {
    const receipts = new Map<string, readonly Receipt[]>()
    const failures: [tenant: string, error: unknown][] = []
    const works = [...Map.groupBy(offers, ({ event }) => event.tenant)].map(async ([tenant, group]) => {
      try {
        receipts.set(tenant, await this.#appendTo(tenant, group))
      } catch (error) {
        failures.push([tenant, error])
      }
    })
    await Promise.all(works)
    const [first] = failures
    if (receipts.size === 0 && first !== undefined) throw first[1]
    for (const [tenant, error] of failures) this.#options.onDeferred(tenant, error)
    return receipts
  }

  async #appendTo(tenant: string, offers: readonly Offer[]): Promise<readonly Receipt[]> {
    const log = await this.#options.logs.open(tenant)
    this.#options.assertWriter()
    const prepared = await this.#preparer.prepare(offers, log.keys)
    this.#countSkewed(prepared)
    return new Promise((resolve, reject) => {
      if (this.#queue.length === 0) this.#idleSince = performance.now()
      this.#queue.push({ tenant, events: prepared, resolve, reject })
      this.#waiting += prepared.length
      this.#onChange?.()
      this.#drain ??= this.#run().finally(() => (this.#drain = undefined))
    })
  }

  #countSkewed(events: readonly Prepared[]): void {
    const now = this.#options.now()
    for (const { event, eventTime } of events) {
      if (Math.abs(eventTime - now) > maxSkewMillis) this.#options.onSkewed(event.producer)
    }
  }

  async #run(): Promise<void> {
    // Requests that arrive in the same turn of the event loop share the first commit too.
    await new Promise((resolve) => setImmediate(resolve))
    let expected = 0
    while (this.#queue.length > 0 || this.#underWay > 0) {
      const patience = this.#patience(expected)
      if (patience > 0) await this.#change(patience)
      else expected = this.#begin()
    }
  }

  /**
   * Tells for how many milliseconds more events are worth waiting for. A commit costs the same for one event as for a
   * hundred, whoever was answered mostly comes back, and two commits of half the events keep the database busy.
   *
   * @param expected events of the last commit
   */
  #patience(expected: number): number {
    if (this.#queue.length === 0 || this.#underWay >= maxUnderWay) return Infinity
    const worth = Math.min(Math.max(expected, shareOf(this.#queued)), maxCommitEvents)
    if (this.#waiting >= worth) return 0
    if (this.#underWay > 0) return Infinity
    return worth < minGathered ? 0 : gatherMillis - (performance.now() - this.#idleSince)
  }

  /** Resolves when something has arrived or a commit has ended, or the time is over. */
  async #change(millis: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#onChange = resolve
      if (millis < Infinity) timer = setTimeout(resolve, millis)
    })
    clearTimeout(timer)
    this.#onChange = undefined
  }

  /** Begins a commit and answers how many events it has. */
  #begin(): number {
    const jobs = this.#take()
    const count = countEvents(jobs)
    this.#waiting -= count
    this.#underWay++
    void this.#commit(jobs).finally(() => {
      this.#underWay--
      this.#idleSince = performance.now()
      this.#onChange?.()
    })
    return count
  }

  #take(): Job[] {
    const most = Math.min(maxCommitEvents, shareOf(this.#queued))
    let count = 0
    let length = 0
    for (const { events } of this.#queue) {
      if (length > 0 && count + events.length > most) break
      count += events.length
      length++
    }
    return this.#queue.splice(0, length)
  }

  async #commit(jobs: readonly Job[]): Promise<void> {
    try {
      const receipts = await this.#write(jobs)
      jobs.forEach((job, at) => job.resolve(receipts[at] ?? []))
    } catch (error) {
      // One tenant's trouble is not the others': everyone tries alone, unless nobody can succeed.
      if (jobs.length === 1 || isDatabaseAway(error)) for (const { reject } of jobs) reject(error)
      else for (const job of jobs) await this.#commit([job])
    }
  }

  async #write(jobs: readonly Job[]): Promise<(readonly Receipt[])[]> {
    const { assertWriter, onCommit } = this.#options
    const started = performance.now()
    const byTenant = Map.groupBy(jobs, ({ tenant }) => tenant)
    const events = [...byTenant].map(
      ([tenant, ofTenant]) => [tenant, ofTenant.flatMap((job) => job.events)] as const,
    )
    assertWriter()
    const written = await this.#writer.write(new Map(events))
    this.#tell(written)
    await this.#noteConflicts(written)
    onCommit((performance.now() - started) / 1_000)
    const cursors = new Map<string, number>()
    return jobs.map(({ tenant, events: { length } }) => {
      const at = cursors.get(tenant) ?? 0
      cursors.set(tenant, at + length)
      return written.get(tenant)?.receipts.slice(at, at + length) ?? []
    })
  }

  /** Leaves a trace of every refused event before anyone is answered. */
  async #noteConflicts(written: ReadonlyMap<string, Written>): Promise<void> {
    const { logs, now } = this.#options
    const notes = new Map<string, Prepared[]>()
    for (const [tenant, { conflicts }] of written) {
      if (conflicts.length === 0) continue
      const time = new Date(now()).toISOString()
      const { keys } = await logs.open(tenant)
      const events = conflicts.map((conflict) => conflictEvent(conflict, time))
      notes.set(tenant, await prepare(events.map(offerOf), keys))
    }
    if (notes.size > 0) this.#tell(await this.#writer.write(notes))
  }

  #tell(written: ReadonlyMap<string, Written>): void {
    const { onGrown, onAppended } = this.#options
    for (const [tenant, { addition }] of written) {
      if (addition === undefined) continue
      onGrown(tenant, addition.batch.size)
      onAppended({ tenant, first: addition.batch.previousSize, tokens: addition.searchTokens })
    }
  }
}

/** Tells how many events of those that wait for an answer one commit takes. */
function shareOf(queued: number): number {
  return queued < minShared ? queued : Math.ceil(queued / maxUnderWay)
}

function countEvents(jobs: readonly Job[]): number {
  return jobs.reduce((sum, { events }) => sum + events.length, 0)
}
