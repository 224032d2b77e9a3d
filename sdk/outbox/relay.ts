/**
 * Carries events to the ledger, from the outbox or a spool: each tenant's in order, at least once, one batch at a time.
 * An event stays where it is until the ledger has answered for it, and its id tells the ledger what it already has. A
 * tenant whose events are not taken waits alone.
 */
import type { Attributes } from '../../contracts/attributes.ts'
import type { Receipt } from '../../contracts/audit-event.ts'
import type { Service } from '../../contracts/services.ts'
import type { SpanName } from '../../contracts/span-names.ts'
import { ShortToken } from '../../lib/short-token.ts'
import type { TracedFetch } from '../fetch.ts'
import type { Log } from '../log.ts'
import type { Instruments } from '../metrics/instruments.ts'
import type { Pool } from '../pg.ts'
import type { Backlog, Refusal, Taken, WaitingEvent } from './backlog.ts'
import { deliver } from './deliver.ts'
import { tableBacklog } from './table-backlog.ts'
import { backoffMillis, TenantHolds, type HoldOptions } from './tenant-holds.ts'

/** Where events come from: the outbox in the pool's database, or a spool. */
export type RelaySource = { readonly pool: Pool } | { readonly spool: { readonly backlog: Backlog } }

export type RelayOptions = RelaySource & {
  /** Base address of the ledger. */
  readonly ledgerUrl: string
  /** Long-lived token with the scope `events:write`; over TLS it is exchanged for short-lived ones. */
  readonly token: string
  /** Pause while there is nothing to send, in milliseconds. Default 250. */
  readonly idleMillis?: number
  /** Longest pause while the ledger, or a tenant's log, is away, in milliseconds. Default 30 000. */
  readonly maxBackoffMillis?: number
  /** Most events of a batch, 1–500. Default 500. */
  readonly batchSize?: number
  /** Longest time for one batch, in milliseconds. Default 10 000. */
  readonly timeoutMillis?: number
  /** Time between two heartbeats of a tenant, in seconds; tenants without any event have none. Default 3 600. */
  readonly heartbeatSeconds?: number
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

/** What one turn of the relay achieved, and so when the next one begins. */
type Turn = 'moved' | 'idle' | 'retry'

const firstBackoffMillis = 250
/** Least time between two looks at the backlog's size, in milliseconds. */
const gaugeMillis = 2_000
/** Time between two searches for payloads whose time has come, in milliseconds; they are kept for 30 days. */
const eraseMillis = 3_600_000
/** Least time between two looks for heartbeats that are due, in milliseconds. */
const beatMillis = 30_000

/** Starts a relay; of several on one outbox one works at a time. */
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
  readonly #options: Required<Omit<RelayOptions, 'pool' | 'spool'>>
  readonly #backlog: Backlog
  readonly #parts: RelayParts
  readonly #token: ShortToken
  readonly #backoff: HoldOptions
  readonly #holds: TenantHolds
  #isStopped = false
  #wake: (() => void) | undefined
  #failures = 0
  /** Most events of the next batch: fewer while a batch that was refused as a whole is taken apart. */
  #limit: number
  #gaugeAt = 0
  #eraseAt = 0
  #beatAt: number

  constructor(options: RelayOptions, parts: RelayParts) {
    this.#options = {
      idleMillis: 250,
      maxBackoffMillis: 30_000,
      batchSize: 500,
      timeoutMillis: 10_000,
      heartbeatSeconds: 3_600,
      ...options,
    }
    this.#backlog = 'spool' in options ? options.spool.backlog : tableBacklog(options.pool)
    this.#parts = parts
    const { ledgerUrl, token } = options
    this.#token = new ShortToken({ ledgerUrl, token, fetch: parts.fetch })
    const { maxBackoffMillis: longestMillis, batchSize } = this.#options
    this.#backoff = { firstMillis: firstBackoffMillis, longestMillis, random: Math.random }
    this.#holds = new TenantHolds(this.#backoff)
    this.#limit = batchSize
    this.#beatAt = performance.now() + this.#beatEvery()
  }

  stop(): void {
    this.#isStopped = true
    this.#wake?.()
  }

  async run(): Promise<void> {
    while (!this.#isStopped) {
      const turn = await this.#turn()
      if (turn === 'idle') await this.#pause(this.#options.idleMillis)
      else if (turn === 'retry') await this.#pause(backoffMillis(this.#backoff, this.#failures - 1))
    }
  }

  async #turn(): Promise<Turn> {
    try {
      await this.#gauge()
      await this.#beat()
      const heldTenants = this.#holds.held(performance.now())
      const turn = await this.#backlog.takeNext({ limit: this.#limit, heldTenants }, (taken) =>
        this.#parts.span('audit.relay', {}, () => this.#deliver(taken)),
      )
      await this.#erase()
      return turn ?? 'idle'
    } catch (error) {
      this.#failures++
      this.#parts.log.warn('outbox unavailable', { error, attempt: this.#failures })
      return 'retry'
    }
  }

  async #deliver(taken: Taken): Promise<Turn> {
    const { events } = taken
    const sent = events.map(({ event }) => event)
    const outcome = await deliver(sent, { ...this.#options, token: this.#token, fetch: this.#parts.fetch })
    switch (outcome.status) {
      case 'answered':
        this.#failures = 0
        this.#limit = Math.min(this.#options.batchSize, this.#limit * 2)
        await this.#settle(taken, outcome.receipts)
        return 'moved'
      case 'refused':
        await this.#isolate(taken, outcome.detail)
        return 'moved'
      case 'unavailable':
        this.#count('retried', events.length)
        this.#parts.log.warn('outbox delivery failed', { reason: outcome.reason, pending: events.length })
        return this.#postpone(events, outcome.isOverall)
    }
  }

  /** Forgets what was answered, of each tenant up to its first event without a receipt: nothing overtakes that. */
  async #settle(taken: Taken, receipts: ReadonlyMap<string, Receipt>): Promise<void> {
    const deferred = new Set<string>()
    let delivered: WaitingEvent[] = []
    for (const event of taken.events) {
      const receipt = receipts.get(event.id)
      if (receipt === undefined) deferred.add(event.tenant)
      if (receipt === undefined || deferred.has(event.tenant)) continue
      if (receipt.outcome === 'appended' || receipt.outcome === 'duplicate') {
        delivered.push(event)
        this.#count(receipt.outcome, 1)
        continue
      }
      await taken.settle(delivered)
      delivered = []
      await this.#refuse(taken, event, { outcome: receipt.outcome, detail: receipt.detail ?? '' })
    }
    await taken.settle(delivered)
    for (const { tenant } of taken.events) if (!deferred.has(tenant)) this.#holds.release(tenant)
    for (const tenant of deferred) this.#holds.hold(tenant, performance.now())
    this.#count(
      'retried',
      taken.events.filter(({ tenant, id }) => deferred.has(tenant) && !receipts.has(id)).length,
    )
  }

  /** A batch refused as a whole is halved until the event to blame is alone. */
  async #isolate(taken: Taken, detail: string): Promise<void> {
    const [first] = taken.events
    if (taken.events.length === 1 && first !== undefined) {
      await this.#refuse(taken, first, { outcome: 'invalid', detail })
      return
    }
    this.#limit = Math.ceil(taken.events.length / 2)
  }

  /**
   * A ledger that answers, but takes nothing of a batch, may be in trouble with the logs of its tenants only: those
   * wait, and others are tried once. Failing again it is the ledger.
   */
  #postpone(events: readonly WaitingEvent[], isOverall: boolean): Turn {
    this.#failures++
    if (isOverall) return 'retry'
    for (const tenant of new Set(events.map((event) => event.tenant)))
      this.#holds.hold(tenant, performance.now())
    return this.#failures === 1 ? 'moved' : 'retry'
  }

  async #refuse(taken: Taken, event: WaitingEvent, why: Refusal): Promise<void> {
    await taken.refuse(event, why)
    this.#count('refused', 1)
    this.#parts.log.error('outbox event refused', { outcome: why.outcome, sequence: event.sequence })
  }

  #count(outcome: 'appended' | 'duplicate' | 'refused' | 'retried', events: number): void {
    this.#parts.instruments
      .counter('audit_outbox_delivered_total')
      .inc({ service: this.#parts.service, outcome }, events)
  }

  async #gauge(): Promise<void> {
    if (performance.now() < this.#gaugeAt) return
    this.#gaugeAt = performance.now() + gaugeMillis
    const { pending, oldestSeconds, deadLetters } = await this.#backlog.state()
    const { instruments, service } = this.#parts
    instruments.gauge('audit_outbox_pending').set({ service }, pending)
    instruments.gauge('audit_outbox_oldest_seconds').set({ service }, oldestSeconds)
    instruments.gauge('audit_outbox_dead_letters').set({ service }, deadLetters)
  }

  async #beat(): Promise<void> {
    if (performance.now() < this.#beatAt) return
    this.#beatAt = performance.now() + this.#beatEvery()
    try {
      await this.#backlog.beat(this.#options.heartbeatSeconds)
    } catch (error) {
      // A full spool or a count that is held: events go on being delivered, and the next round tries again.
      this.#parts.log.warn('outbox heartbeat failed', { error })
    }
  }

  #beatEvery(): number {
    return Math.min(beatMillis, (this.#options.heartbeatSeconds * 1_000) / 2)
  }

  /** Erases payloads of refused events that were repaired or are too old. */
  async #erase(): Promise<void> {
    if (performance.now() < this.#eraseAt) return
    const items = await this.#backlog.tidy()
    this.#eraseAt = performance.now() + eraseMillis
    if (items > 0) this.#parts.log.info('outbox payloads erased', { items })
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
