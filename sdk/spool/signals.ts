/** What a spool tells of itself: every refused event and damaged record is counted, and now and then a line says why. */
import type { Service } from '../../contracts/services.ts'
import type { Log } from '../log.ts'
import type { CounterInstrument, Instruments } from '../metrics/instruments.ts'

export interface SignalParts {
  readonly service: Service
  readonly instruments: Instruments
  readonly log: Log
}

/** Least time between two lines of a kind, in milliseconds; the counters count each. */
const lineMillis = 10_000

export class SpoolSignals {
  readonly #parts: SignalParts
  readonly #refusals: CounterInstrument<'audit_spool_refused_total'>
  readonly #losses: CounterInstrument<'audit_spool_losses_total'>
  #refusalLineAt = Number.NEGATIVE_INFINITY
  #faultLineAt = Number.NEGATIVE_INFINITY

  constructor(parts: SignalParts) {
    this.#parts = parts
    this.#refusals = parts.instruments.counter('audit_spool_refused_total')
    this.#losses = parts.instruments.counter('audit_spool_losses_total')
  }

  /** Events were not taken: no room, or the disk failed. */
  refused(reason: 'full' | 'failed', events: number, error?: unknown): void {
    this.#refusals.inc({ service: this.#parts.service, reason }, events)
    if (performance.now() - this.#refusalLineAt < lineMillis) return
    this.#refusalLineAt = performance.now()
    this.#parts.log.error('spool event refused', { reason, ...(error === undefined ? {} : { error }) })
  }

  /** Records cannot be read any more; their bytes are kept aside. */
  damaged(records: number): void {
    this.#losses.inc({ service: this.#parts.service, kind: 'damaged' }, records)
    this.#parts.log.error('spool record damaged', { items: records })
  }

  /** The last write of an earlier process was cut short; nothing of it was acknowledged. */
  torn(): void {
    this.#losses.inc({ service: this.#parts.service, kind: 'torn' })
  }

  /** Something that costs no event and is tried again. */
  fault(error: unknown): void {
    if (performance.now() - this.#faultLineAt < lineMillis) return
    this.#faultLineAt = performance.now()
    this.#parts.log.warn('spool fault', { error })
  }

  bytes(bytes: number): void {
    this.#parts.instruments.gauge('audit_spool_bytes').set({ service: this.#parts.service }, bytes)
  }
}
