/**
 * One queue in front of the logs: what arrives while a commit runs goes into the next one, whoever sent it and
 * whichever tenants it is for. A request is answered only after its events are durable.
 */
import type { Pool } from '#sdk'
import type { AuditEvent, Receipt } from '../../contracts/audit-event.ts'
import { AuditError } from '../log/errors.ts'
import type { Logs } from '../store/logs.ts'
import { prepare, type Prepared } from './prepare.ts'
import { writeBatch } from './write-batch.ts'

/** Most events that wait or are being written; beyond it requests are told to come back. */
const maxQueuedEvents = 20_000
/** Most events of one commit (measured: beyond about 2 000 a commit gets slower, not denser). */
const maxCommitEvents = 2_000

interface Job {
  /** By tenant. */
  readonly groups: ReadonlyMap<string, readonly Prepared[]>
  readonly count: number
  readonly resolve: (receipts: ReadonlyMap<string, readonly Receipt[]>) => void
  readonly reject: (error: unknown) => void
}

export interface AppenderOptions {
  readonly pool: Pool
  readonly logs: Logs
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Told how long a commit took and what the sizes of the logs it wrote are now. */
  readonly onCommit: (elapsedSeconds: number) => void
}

export class Appender {
  readonly #options: AppenderOptions
  readonly #queue: Job[] = []
  #queued = 0
  #isStopping = false
  #drain: Promise<void> | undefined

  constructor(options: AppenderOptions) {
    this.#options = options
  }

  /**
   * Appends events and answers each, in order, once all are durable.
   *
   * @throws AuditError AUDIT_QUEUE_FULL, AUDIT_STOPPING, AUDIT_LOG_ROLLED_BACK or AUDIT_LOG_CORRUPT; DatabaseError
   */
  async append(events: readonly AuditEvent[]): Promise<Receipt[]> {
    if (this.#isStopping) throw new AuditError('AUDIT_STOPPING', 'the ledger is stopping')
    if (this.#queued + events.length > maxQueuedEvents) {
      throw new AuditError('AUDIT_QUEUE_FULL', `found ${this.#queued} events waiting`)
    }
    this.#queued += events.length
    try {
      const receipts = await this.#enqueue(events)
      const cursors = new Map<string, number>()
      return events.map(({ tenant }) => {
        const at = cursors.get(tenant) ?? 0
        cursors.set(tenant, at + 1)
        // A batch answers every one of its events, in order.
        return receipts.get(tenant)?.[at] as Receipt
      })
    } finally {
      this.#queued -= events.length
    }
  }

  /** Refuses new events and finishes the accepted ones. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#drain
  }

  async #enqueue(events: readonly AuditEvent[]): Promise<ReadonlyMap<string, readonly Receipt[]>> {
    const groups = new Map<string, readonly Prepared[]>()
    for (const [tenant, group] of Map.groupBy(events, (event) => event.tenant)) {
      const log = await this.#options.logs.open(tenant)
      groups.set(tenant, await prepare(group, log.keys))
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ groups, count: events.length, resolve, reject })
      this.#drain ??= this.#run().finally(() => (this.#drain = undefined))
    })
  }

  async #run(): Promise<void> {
    // Requests that arrive in the same turn of the event loop share the first commit too.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#queue.length > 0) await this.#commit(this.#take())
  }

  #take(): Job[] {
    let count = 0
    let length = 0
    for (const job of this.#queue) {
      if (length > 0 && count + job.count > maxCommitEvents) break
      count += job.count
      length++
    }
    return this.#queue.splice(0, length)
  }

  async #commit(jobs: readonly Job[]): Promise<void> {
    try {
      const receipts = await this.#write(jobs)
      jobs.forEach((job, at) => job.resolve(receipts[at] ?? new Map()))
    } catch (error) {
      // One tenant's trouble is not the others': everyone tries alone.
      const [first] = jobs
      if (jobs.length === 1 && first !== undefined) first.reject(error)
      else for (const job of jobs) await this.#commit([job])
    }
  }

  async #write(jobs: readonly Job[]): Promise<Map<string, readonly Receipt[]>[]> {
    const { pool, logs, now, onCommit } = this.#options
    const started = performance.now()
    const answers = jobs.map(() => new Map<string, readonly Receipt[]>())
    // In one order everywhere, so that two writers never wait for each other.
    const tenants = [...new Set(jobs.flatMap(({ groups }) => [...groups.keys()]))].sort()
    await pool.transaction(async (tx) => {
      for (const tenant of tenants) {
        const { keys, refuseOlder } = await logs.open(tenant)
        const groups = jobs.map((job) => job.groups.get(tenant) ?? [])
        const batch = { tenant, origin: keys.origin, events: groups.flat(), now: now(), refuseOlder }
        const receipts = await writeBatch(tx, batch)
        let at = 0
        groups.forEach((group, job) => answers[job]?.set(tenant, receipts.slice(at, (at += group.length))))
      }
    })
    onCommit((performance.now() - started) / 1_000)
    return answers
  }
}
