/**
 * Carries the outbox to the ledger: in order, at least once, one batch at a time. A batch stays in its table
 * until the ledger has answered for it; the lock and the deletion share one transaction, so a relay that dies
 * leaves everything to the next one and the event's id tells the ledger what it already has.
 */
import type { Attributes } from '../../contracts/attributes.ts'
import type { Receipt } from '../../contracts/audit-event.ts'
import type { Service } from '../../contracts/services.ts'
import type { SpanName } from '../../contracts/span-names.ts'
import type { TracedFetch } from '../fetch.ts'
import type { Log } from '../log.ts'
import type { Instruments } from '../metrics/instruments.ts'
import type { Pool, Transaction } from '../pg.ts'
import { deliver } from './deliver.ts'
import { statement } from './statement.ts'

export interface RelayOptions {
  readonly pool: Pool
  /** Base address of the ledger. */
  readonly ledgerUrl: string
  /** Bearer token with the scope `events:write`. */
  readonly token: string
  /** Pause while there is nothing to send, in milliseconds. Default 250. */
  readonly idleMillis?: number
  /** Longest pause while the ledger is away, in milliseconds. Default 30 000. */
  readonly maxBackoffMillis?: number
  /** Most events of a batch, 1–500. Default 500. */
  readonly batchSize?: number
  /** Longest time for one batch, in milliseconds. Default 10 000. */
  readonly timeoutMillis?: number
}

export interface RelayParts {
  readonly service: Service
  readonly instruments: Instruments
  readonly fetch: TracedFetch
  readonly log: Log
  /** Around a delivery, the one thing of a relay that is a trace. */
  readonly span: <T>(name: SpanName, attributes: Attributes, work: () => Promise<T>) => Promise<T>
  /** Around everything else: a look at the table four times a second is none. */
  readonly untraced: <T>(work: () => Promise<T>) => Promise<T>
}

export interface Relay {
  /** Lets the batch in flight finish and stops. */
  readonly stop: () => Promise<void>
}

interface OutboxRow {
  readonly position: string
  readonly id: string
  readonly sequence: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** What one turn of the relay achieved, and so when the next one begins. */
type Turn = 'moved' | 'idle' | 'retry'

const tryLock = statement('try-relay-lock')
const nextEvents = statement('next-events')
const settleEvents = statement('settle-events')
const refuseEvent = statement('refuse-event')
const outboxState = statement('outbox-state')
const eraseRefused = statement('erase-refused')

const firstBackoffMillis = 250
/** Least time between two looks at the outbox's size, in milliseconds. */
const gaugeMillis = 2_000
/** Time between two searches for payloads whose time has come, in milliseconds; they are kept for 30 days. */
const eraseMillis = 3_600_000
/** After a batch was refused as a whole, so many events travel alone until the one to blame is found. */
const suspectEvents = 500

/** Starts the relay of a service; more than one may run, one of them works. */
export function startRelay(options: RelayOptions, parts: RelayParts): Relay {
  const worker = new RelayWorker(options, parts)
  const done = parts.untraced(() => worker.run())
  return {
    stop: async () => {
      worker.stop()
      await done
    },
  }
}

class RelayWorker {
  readonly #options: Required<RelayOptions>
  readonly #parts: RelayParts
  #isStopped = false
  #wake: (() => void) | undefined
  #failures = 0
  #suspects = 0
  #gaugedAt = 0
  #eraseAt = 0

  constructor(options: RelayOptions, parts: RelayParts) {
    this.#options = {
      idleMillis: 250,
      maxBackoffMillis: 30_000,
      batchSize: 500,
      timeoutMillis: 10_000,
      ...options,
    }
    this.#parts = parts
  }

  stop(): void {
    this.#isStopped = true
    this.#wake?.()
  }

  async run(): Promise<void> {
    while (!this.#isStopped) {
      const turn = await this.#turn()
      if (turn === 'retry') await this.#backOff()
      else {
        this.#failures = 0
        if (turn === 'idle') await this.#pause(this.#options.idleMillis)
      }
    }
  }

  async #turn(): Promise<Turn> {
    try {
      await this.#gauge()
      const turn = await this.#options.pool.transaction((tx) => this.#relayBatch(tx))
      await this.#erase()
      return turn
    } catch (error) {
      this.#parts.log.warn('database unavailable', { error, attempt: this.#failures + 1 })
      return 'retry'
    }
  }

  async #relayBatch(tx: Transaction): Promise<Turn> {
    const [lock] = await tx.query<{ held: boolean }>(tryLock)
    if (lock?.held !== true) return 'idle'
    const limit = this.#suspects > 0 ? 1 : this.#options.batchSize
    const rows = await tx.query<OutboxRow>(nextEvents, [limit])
    if (rows.length === 0) return 'idle'
    return this.#parts.span('audit.relay', {}, () => this.#deliver(tx, rows))
  }

  async #deliver(tx: Transaction, rows: readonly OutboxRow[]): Promise<Turn> {
    const outcome = await deliver(rows.map(toEvent), { ...this.#options, fetch: this.#parts.fetch })
    switch (outcome.status) {
      case 'answered':
        return this.#settle(tx, rows, outcome.receipts)
      case 'refused':
        return this.#isolate(tx, rows, outcome.detail)
      case 'unavailable':
        this.#count('retried', rows.length)
        this.#parts.log.warn('outbox delivery failed', { reason: outcome.reason, pending: rows.length })
        return 'retry'
    }
  }

  /** Removes the answered rows up to the first that has no receipt: what follows it must not overtake it. */
  async #settle(
    tx: Transaction,
    rows: readonly OutboxRow[],
    receipts: ReadonlyMap<string, Receipt>,
  ): Promise<Turn> {
    const delivered: string[] = []
    for (const row of rows) {
      const receipt = receipts.get(row.id)
      if (receipt === undefined) break
      if (receipt.outcome === 'appended' || receipt.outcome === 'duplicate') {
        delivered.push(row.position)
        this.#count(receipt.outcome, 1)
      } else await this.#refuse(tx, row, { outcome: receipt.outcome, detail: receipt.detail ?? '' })
      if (this.#suspects > 0) this.#suspects--
    }
    if (delivered.length > 0) await tx.query(settleEvents, [delivered])
    return receipts.has(rows[0]?.id ?? '') ? 'moved' : 'retry'
  }

  /** A batch refused as a whole is sent event by event; an event refused alone is the one to blame. */
  async #isolate(tx: Transaction, rows: readonly OutboxRow[], detail: string): Promise<Turn> {
    const [first] = rows
    if (rows.length > 1 || first === undefined) {
      this.#suspects = suspectEvents
      return 'moved'
    }
    await this.#refuse(tx, first, { outcome: 'invalid', detail })
    return 'moved'
  }

  async #refuse(
    tx: Transaction,
    row: OutboxRow,
    why: { outcome: 'conflict' | 'invalid'; detail: string },
  ): Promise<void> {
    await tx.query(refuseEvent, [row.position, why.outcome, why.detail.slice(0, 1_000)])
    this.#count('refused', 1)
    this.#parts.log.error('outbox event refused', { outcome: why.outcome, sequence: Number(row.sequence) })
  }

  #count(outcome: 'appended' | 'duplicate' | 'refused' | 'retried', events: number): void {
    this.#parts.instruments
      .counter('audit_outbox_delivered_total')
      .inc({ service: this.#parts.service, outcome }, events)
  }

  async #gauge(): Promise<void> {
    if (performance.now() - this.#gaugedAt < gaugeMillis && this.#gaugedAt > 0) return
    this.#gaugedAt = performance.now()
    const [state] = await this.#options.pool.query<{ pending: number; oldest_seconds: number }>(outboxState)
    const { instruments, service } = this.#parts
    instruments.gauge('audit_outbox_pending').set({ service }, state?.pending ?? 0)
    instruments.gauge('audit_outbox_oldest_seconds').set({ service }, state?.oldest_seconds ?? 0)
  }

  /** Erases payloads of refused events that were repaired or are too old. */
  async #erase(): Promise<void> {
    if (performance.now() < this.#eraseAt) return
    const [found] = await this.#options.pool.query<{ erased: number }>(eraseRefused)
    this.#eraseAt = performance.now() + eraseMillis
    const items = found?.erased ?? 0
    if (items > 0) this.#parts.log.info('outbox payloads erased', { items })
  }

  /** Exponential with full jitter, so that the relays of several services do not return in step. */
  async #backOff(): Promise<void> {
    const ceiling = Math.min(this.#options.maxBackoffMillis, firstBackoffMillis * 2 ** this.#failures++)
    await this.#pause(ceiling * (0.5 + Math.random() / 2))
  }

  async #pause(millis: number): Promise<void> {
    if (this.#isStopped) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, millis)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = undefined
  }
}

/** The event as the ledger expects it: the sequence is known only once the row is written. */
function toEvent({ payload, sequence }: OutboxRow): Record<string, unknown> {
  return { ...payload, sequence: Number(sequence) }
}
