/** Writes what was prepared into its logs: the heads are kept in memory, because this process is the only writer. */
import type { Pool } from '#sdk'
import type { Receipt } from '../../contracts/audit-event.ts'
import { AuditError } from '../log/errors.ts'
import { appendBatches } from '../store/append-batches.ts'
import { readHead, type Head } from '../store/head.ts'
import { findKnown, type KnownEvent } from '../store/known-events.ts'
import type { Logs } from '../store/logs.ts'
import type { Prepared } from './prepare.ts'
import { sequence, type Addition, type Sequenced } from './sequence.ts'

/** Once for events that are known already, once more for a head that was read while a log was restored. */
const maxAttempts = 3

export interface LogWriterOptions {
  readonly pool: Pool
  readonly logs: Logs
  /** Of this writer; an append under an older one than the newest is refused. */
  readonly epoch: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** What was written for a tenant. */
export interface Written {
  /** In the order of the events. */
  readonly receipts: readonly Receipt[]
  /** Events whose id stands for another event already. */
  readonly conflicts: readonly Prepared[]
  /** Absent when nothing was new. */
  readonly addition?: Addition
}

export class LogWriter {
  readonly #options: LogWriterOptions
  /**
   * Heads as this writer left them. The database compares each with its own before it takes a batch, so a wrong
   * one costs a refusal; whatever fails makes it forget them.
   */
  readonly #heads = new Map<string, Head>()

  constructor(options: LogWriterOptions) {
    this.#options = options
  }

  /**
   * Appends what is new, all tenants in one commit, and answers every event. Calls follow one another.
   *
   * @param events by tenant
   * @throws AuditError AUDIT_LOG_ROLLED_BACK, AUDIT_LOG_FORKED, AUDIT_LOG_CORRUPT or AUDIT_WRITER_LOST
   */
  async write(events: ReadonlyMap<string, readonly Prepared[]>): Promise<ReadonlyMap<string, Written>> {
    try {
      return await this.#attempt(events)
    } catch (error) {
      // Whether it was written is not known any more.
      for (const tenant of events.keys()) this.#heads.delete(tenant)
      throw error
    }
  }

  async #attempt(events: ReadonlyMap<string, readonly Prepared[]>): Promise<ReadonlyMap<string, Written>> {
    const known = new Map<string, ReadonlyMap<string, KnownEvent>>()
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const sequenced = new Map<string, Sequenced>()
      for (const [tenant, offered] of events) {
        sequenced.set(tenant, await this.#sequence(tenant, offered, known.get(tenant)))
      }
      if (await this.#append(sequenced)) return sequenced
      for (const [tenant, offered] of events) {
        this.#heads.delete(tenant)
        known.set(
          tenant,
          await findKnown(
            this.#options.pool,
            tenant,
            offered.map(({ event }) => event),
          ),
        )
      }
    }
    throw new AuditError('AUDIT_WRITER_LOST', 'the heads move although this ledger is the only writer')
  }

  async #sequence(
    tenant: string,
    events: readonly Prepared[],
    known: ReadonlyMap<string, KnownEvent> = new Map(),
  ): Promise<Sequenced> {
    const { logs, pool, now } = this.#options
    const { keys, holdAgainst } = await logs.open(tenant)
    let head = this.#heads.get(tenant)
    if (head === undefined) {
      head = await pool.inTenant(tenant, (tx) => readHead(tx, tenant))
      this.#heads.set(tenant, head)
    }
    holdAgainst(head)
    return sequence(events, { tenant, origin: keys.origin, head, now: now(), known })
  }

  /** Answers false when a head or a key in the database is another than was expected. */
  async #append(sequenced: ReadonlyMap<string, Sequenced>): Promise<boolean> {
    const { pool, epoch } = this.#options
    const additions = [...sequenced.values()].flatMap(({ addition }) => addition ?? [])
    if (additions.length === 0) return true
    const { status } = await appendBatches(
      pool,
      epoch,
      additions.map(({ batch }) => batch),
    )
    if (status === 'moved') return false
    for (const { batch, head } of additions) this.#heads.set(batch.tenant, head)
    return true
  }
}
