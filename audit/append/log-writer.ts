/**
 * Writes what was prepared into its logs: the heads are kept in memory, because this process is the only writer. While
 * the database commits one write, the next is sequenced on top of it and handed to the driver behind it; when one fails,
 * the database refuses those that stand on it, and they are sequenced again.
 */
import type { Pool } from '#sdk'
import type { Receipt } from '../../contracts/audit-event.ts'
import { Turns } from '../../lib/turns.ts'
import { AuditError } from '../log/errors.ts'
import { appendBatches } from '../store/append-batches.ts'
import { readHead, type Head } from '../store/head.ts'
import { IndexStore } from '../store/index-store.ts'
import { findKnown, type KnownEvent } from '../store/known-events.ts'
import type { Logs } from '../store/logs.ts'
import { Indexer } from './indexer.ts'
import type { Prepared } from './prepare.ts'
import { RecentKeys } from './recent-keys.ts'
import { sequence, type Addition, type Sequenced } from './sequence.ts'

/** Once for events that are known already, once more for a head that was read while a log was restored. */
const maxAttempts = 3

export interface LogWriterOptions {
  readonly pool: Pool
  /**
   * What writes go through: of one connection, so that they are run in the order they are sent in. Default `pool`,
   * where one that overtakes another is refused and sequenced again.
   */
  readonly appendPool?: Pool
  readonly logs: Logs
  /** Of this writer; an append under an older one than the newest is refused. */
  readonly epoch: number
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Told that the indexes could not be filled in; what is missing is read back later. */
  readonly onUnindexed: (error: unknown) => void
  /** Resolves once whoever is told of what was appended has room for more. Default: at once. */
  readonly room?: () => Promise<void>
  /** What remembers the events that the indexes do not know yet. Default one for some 130,000 of them. */
  readonly recent?: RecentKeys
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

/** Events by tenant. */
type Offered = ReadonlyMap<string, readonly Prepared[]>

/** A write on top of heads that may not be in the database yet. */
interface Draft {
  readonly sequenced: ReadonlyMap<string, Sequenced>
  /** By tenant: which reading of its head it stands on. */
  readonly readings: ReadonlyMap<string, number>
  /** Whether the database took it, where it was sent already. */
  readonly sent?: Promise<boolean>
}

export class LogWriter {
  readonly #options: LogWriterOptions
  /**
   * Heads as the newest draft left them. The database compares each with its own before it takes a batch, so a wrong
   * one costs a refusal; whatever fails makes it forget them.
   */
  readonly #heads = new Map<string, Head>()
  /** How often each head was read. */
  readonly #readings = new Map<string, number>()
  readonly #recent: RecentKeys
  readonly #indexer: Indexer
  readonly #sequencing = new Turns()
  readonly #appending = new Turns()
  /** Writes that were begun, and those of them that have ended. */
  #begun = 0
  #ended = 0
  /** Of the writes that were begun, how many must have ended before one is sent ahead of its turn again. */
  #heldUntil = 0

  constructor(options: LogWriterOptions) {
    this.#options = options
    this.#recent = options.recent ?? new RecentKeys()
    this.#indexer = new Indexer({
      store: new IndexStore(options.pool),
      onIndexed: (tenant, size) => this.#recent.noteIndexed(tenant, size),
      onFailed: options.onUnindexed,
    })
  }

  /** Fills the indexes behind the commits. */
  get indexer(): Pick<Indexer, 'settled' | 'catchUpAll' | 'stop'> {
    return this.#indexer
  }

  /**
   * Appends what is new, all tenants in one commit, and answers every event. Calls are committed in their order.
   *
   * @throws AuditError AUDIT_LOG_ROLLED_BACK, AUDIT_LOG_FORKED, AUDIT_LOG_CORRUPT or AUDIT_WRITER_LOST
   */
  async write(events: Offered): Promise<ReadonlyMap<string, Written>> {
    const number = ++this.#begun
    // Both turns are taken at once: nobody who comes later overtakes a write that waits.
    const draft = this.#sequencing.take(async () => {
      await Promise.all([this.#indexer.room(), this.#options.room?.()])
      return this.#sendAhead(await this.#draft(events), number)
    })
    // Whoever appends it is told.
    draft.catch(() => undefined)
    return this.#appending.take(async () => {
      try {
        return await this.#attempt(events, await draft)
      } catch (error) {
        // Whether it was written is not known any more.
        for (const tenant of events.keys()) this.#forget(tenant)
        throw error
      } finally {
        this.#ended++
      }
    })
  }

  /**
   * Hands a draft to the driver behind those it stands on: it goes out as soon as the answer before it is read, whatever
   * else this process has to do then. Once one of them fails, none is sent ahead until all that were begun have ended:
   * what is sequenced on top of the database again must not overtake them.
   *
   * @param number of the write, counted from 1
   */
  #sendAhead(draft: Draft, number: number): Draft {
    if (this.#ended < this.#heldUntil || additionsOf(draft).length === 0) return draft
    if (leansOnOthers(draft)) {
      // Nor may what stands on this one overtake it.
      this.#heldUntil = number
      return draft
    }
    const sent = this.#send(draft)
    // Whoever appends it is told.
    sent.catch(() => undefined)
    return { ...draft, sent }
  }

  async #attempt(events: Offered, first: Draft): Promise<ReadonlyMap<string, Written>> {
    let draft = first
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      if (await this.#append(draft)) return draft.sequenced
      draft = await this.#sequencing.take(() => this.#draftAgain(events))
    }
    throw new AuditError('AUDIT_WRITER_LOST', 'the heads move although this ledger is the only writer')
  }

  /** Sequences on top of what is in the database, and finds there what is in a log already. */
  async #draftAgain(events: Offered): Promise<Draft> {
    const known = new Map<string, ReadonlyMap<string, KnownEvent>>()
    for (const [tenant, offered] of events) {
      this.#forget(tenant)
      await this.#readHead(tenant)
      const asked = offered.map(({ event }) => event)
      known.set(tenant, await findKnown(this.#options.pool, tenant, asked))
    }
    return this.#draft(events, known)
  }

  /** @param known whatever is in the logs of the events, where that was looked up */
  async #draft(
    events: Offered,
    known?: ReadonlyMap<string, ReadonlyMap<string, KnownEvent>>,
  ): Promise<Draft> {
    const { logs, now } = this.#options
    const sequenced = new Map<string, Sequenced>()
    const readings = new Map<string, number>()
    for (const [tenant, offered] of events) {
      const { keys, holdAgainst } = await logs.open(tenant)
      // Whose index stands still takes no more; of the others it is filled in by then.
      if (this.#recent.isFull) await this.#indexer.settled(tenant)
      const head = this.#heads.get(tenant) ?? (await this.#readHead(tenant))
      holdAgainst(head)
      const made = sequence(offered, {
        tenant,
        origin: keys.origin,
        head,
        now: now(),
        find: (name) => this.#recent.find(tenant, name) ?? known?.get(tenant)?.get(name),
        isDoubtful: (id) => known === undefined && this.#recent.isDoubtful(tenant, id),
      })
      sequenced.set(tenant, made)
      readings.set(tenant, this.#readings.get(tenant) ?? 0)
      if (made.addition !== undefined) this.#stand(tenant, made.addition)
    }
    return { sequenced, readings }
  }

  /** Has the next draft stand on this one. */
  #stand(tenant: string, { head, known, highest }: Addition): void {
    this.#heads.set(tenant, head)
    this.#recent.add(tenant, known, highest)
  }

  /**
   * Reads a head; nothing of its log is under way, and the index knows all of it when this resolves.
   *
   * @throws AuditError AUDIT_LOG_CORRUPT when the index cannot be filled in or says that it knows more than there is
   */
  async #readHead(tenant: string): Promise<Head> {
    const { pool } = this.#options
    const read = () => pool.inTenant(tenant, (tx) => readHead(tx, tenant))
    const head = await read()
    await this.#indexer.settled(tenant, head.frontier.size)
    const indexed = await new IndexStore(pool).indexed(tenant)
    // A commit whose outcome was not known may have come in between.
    if (indexed.size > head.frontier.size && indexed.size > (await read()).frontier.size) {
      throw new AuditError(
        'AUDIT_LOG_CORRUPT',
        `the indexes know ${indexed.size} entries, which are not there`,
      )
    }
    this.#recent.begin(tenant, indexed)
    this.#heads.set(tenant, head)
    return head
  }

  #forget(tenant: string): void {
    this.#heads.delete(tenant)
    this.#recent.forget(tenant)
    this.#readings.set(tenant, (this.#readings.get(tenant) ?? 0) + 1)
  }

  #isCurrent({ readings }: Draft): boolean {
    return [...readings].every(([tenant, reading]) => reading === (this.#readings.get(tenant) ?? 0))
  }

  /** Answers false when a head or a key in the database is another than was expected. */
  async #append(draft: Draft): Promise<boolean> {
    const additions = additionsOf(draft)
    // What was sent leans on nothing: it is in the log or not, whatever has become of the writes before it meanwhile.
    if (draft.sent === undefined && !this.#isCurrent(draft)) return false
    if (additions.length === 0) return true
    if (!(await (draft.sent ?? this.#send(draft)))) return false
    for (const { batch, keys } of additions) {
      this.#indexer.offer({ tenant: batch.tenant, first: batch.previousSize, keys })
    }
    return true
  }

  async #send(draft: Draft): Promise<boolean> {
    const { pool, appendPool = pool, epoch } = this.#options
    const batches = additionsOf(draft).map(({ batch }) => batch)
    try {
      const { status } = await appendBatches(appendPool, epoch, batches)
      if (status === 'moved') this.#heldUntil = this.#begun
      return status === 'success'
    } catch (error) {
      this.#heldUntil = this.#begun
      throw error
    }
  }
}

/**
 * Tells whether a draft adds nothing to one of its logs: its receipts name entries there that a write before it may have
 * yet to bring, and the database, which compares only the heads of what is added, would not notice that it did not.
 */
function leansOnOthers({ sequenced }: Draft): boolean {
  return [...sequenced.values()].some(
    ({ addition, receipts }) => addition === undefined && receipts.length > 0,
  )
}

function additionsOf({ sequenced }: Draft): Addition[] {
  return [...sequenced.values()].flatMap(({ addition }) => addition ?? [])
}
