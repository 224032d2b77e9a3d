/**
 * Keeps retention and exports of one log apart. An export explains an entry without its facts by the event that lists it;
 * were entries emptied while it is written, that event would stand behind its end, and the export would not verify.
 */
import { Turns } from '../../lib/turns.ts'

/** Longest time that exports put retention off, one after the other or one that nobody reads to its end. */
const maxWaitMillis = 6 * 3_600_000

interface Guarded {
  /** Exports under way. */
  exports: number
  /** When retention was first put off for these exports, by the guard's clock; undefined where it was not. */
  putOffSince: number | undefined
  /** Emptyings, which exports wait for. */
  readonly emptying: Turns
}

export class ExportGuard {
  readonly #logs = new Map<string, Guarded>()
  readonly #nowMillis: () => number

  /** @param nowMillis a clock that never goes back */
  constructor(nowMillis: () => number) {
    this.#nowMillis = nowMillis
  }

  /** Has an export begin once nothing of its log is being emptied, and answers as it does. */
  async export<T>(tenant: string, work: () => Promise<T>): Promise<T> {
    const log = this.#of(tenant)
    // From here on nothing new is emptied.
    log.exports++
    try {
      await log.emptying.ended()
      return await work()
    } finally {
      log.exports--
      if (log.exports === 0) log.putOffSince = undefined
    }
  }

  /**
   * Empties entries of a log, unless an export of it is under way.
   *
   * @returns false where it is put off to the next round
   */
  async empty(tenant: string, work: () => Promise<void>): Promise<boolean> {
    const log = this.#of(tenant)
    if (log.exports > 0) {
      log.putOffSince ??= this.#nowMillis()
      if (this.#nowMillis() - log.putOffSince < maxWaitMillis) return false
    }
    await log.emptying.take(work)
    return true
  }

  #of(tenant: string): Guarded {
    let log = this.#logs.get(tenant)
    if (log === undefined) {
      log = { exports: 0, putOffSince: undefined, emptying: new Turns() }
      this.#logs.set(tenant, log)
    }
    return log
  }
}
