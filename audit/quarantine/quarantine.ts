/**
 * Keeps events that were refused. Whoever shows a writer's token controls them; what is kept belongs to the tenant
 * the event names, where the token is good for it and the tenant has a log, and else is counted alone.
 */
import type { quarantineOutcomes, QuarantineReason } from '../../contracts/quarantine.ts'
import { Turns } from '../../lib/turns.ts'
import type { Logs } from '../store/logs.ts'
import type { Kept, QuarantineStore, RefusedEvent } from '../store/quarantine/quarantine-store.ts'

export type QuarantineOutcome = (typeof quarantineOutcomes)[number]

export interface Refused {
  /** The event as it was offered. */
  readonly value: unknown
  readonly reason: QuarantineReason
  readonly detail: string
  /** Absent where the offerer may write for none that the event names. */
  readonly tenant?: string
}

export interface QuarantineOptions {
  readonly store: Pick<QuarantineStore, 'keep'>
  readonly logs: Pick<Logs, 'open'>
  /** Tells whether a tenant has a log: none is made for a refused event. */
  readonly hasLog: (tenant: string) => Promise<boolean>
  /** Told what became of how many events. */
  readonly onOutcome: (outcome: QuarantineOutcome, count: number) => void
  readonly onFailed: (tenant: string, error: unknown) => void
}

export class Quarantine {
  readonly #options: QuarantineOptions
  /** The bound of rows is held by one writer after the other. */
  readonly #turns = new Turns()
  #waiting = 0

  constructor(options: QuarantineOptions) {
    this.#options = options
  }

  /** Keeps what may be kept and counts all of it; never throws, because the receipts say what was refused. */
  async keep(producer: string, refused: readonly Refused[]): Promise<void> {
    for (const [tenant, group] of Map.groupBy(refused, (each) => each.tenant)) {
      if (tenant === undefined) this.#options.onOutcome('unattributed', group.length)
      else await this.#keepOf(tenant, producer, group)
    }
  }

  async #keepOf(tenant: string, producer: string, refused: readonly Refused[]): Promise<void> {
    const { onOutcome, onFailed } = this.#options
    // Whoever floods waits for nothing and fills no memory.
    if (this.#waiting >= maxWaiting) return onOutcome('failed', refused.length)
    this.#waiting++
    try {
      const events = refused.map((each) => eventOf(producer, each))
      const kept = await this.#turns.take(() => this.#keep(tenant, events))
      if (kept === undefined) return onOutcome('unattributed', refused.length)
      for (const outcome of ['kept', 'repeated', 'full'] as const) onOutcome(outcome, kept[outcome])
    } catch (error) {
      onOutcome('failed', refused.length)
      onFailed(tenant, error)
    } finally {
      this.#waiting--
    }
  }

  async #keep(tenant: string, events: readonly RefusedEvent[]): Promise<Kept | undefined> {
    const { store, logs, hasLog } = this.#options
    if (!(await hasLog(tenant))) return undefined
    const { keys } = await logs.open(tenant)
    return store.keep(keys, events)
  }
}

/** Requests whose refused events may wait for their turn; each holds at most one body of a request. */
const maxWaiting = 8

function eventOf(producer: string, { value, reason, detail }: Refused): RefusedEvent {
  return { reason, producer, detail, body: JSON.stringify(value), subject: subjectIn(value) }
}

/** Reads the student a body names; an event may be refused for anything, so nothing else of it is believed. */
function subjectIn(value: unknown): string | undefined {
  const personal = (value as { readonly personal?: unknown } | null)?.personal
  const subject = (personal as { readonly subject?: unknown } | null | undefined)?.subject
  return typeof subject === 'string' && subject !== '' && subject.length <= 128 ? subject : undefined
}
