/**
 * Shares out the parts of a log to threads. Parts are handed out in order, and after a finding no further ones, so
 * that the finding that is told is the first of the log.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { AuditError } from '../log/errors.ts'
import type { SourcePlace } from './log-source.ts'
import { openSource } from './open-source.ts'
import { TreeFindingError } from './tree-finding.ts'
import { runUnit, type UnitOutcome } from './unit-outcome.ts'
import { unitLeaves, type UnitReport } from './verify-unit.ts'

export interface UnitPoolOptions {
  readonly place: SourcePlace
  /** Of the log, as its checkpoint has it: a source may claim more than it has. */
  readonly size: number
  /** Most threads; default one for each core. */
  readonly threads?: number
}

export class UnitPool {
  readonly #options: UnitPoolOptions
  readonly #units: number
  /** Grows with what was read, not with what a checkpoint says there is to read. */
  readonly #outcomes: (UnitOutcome | undefined)[] = []
  #next = 0
  #hasFailed = false

  constructor(options: UnitPoolOptions) {
    this.#options = options
    this.#units = Math.ceil(options.size / unitLeaves)
  }

  /**
   * Verifies every part and answers what each gave, in order; to be called once.
   *
   * @throws TreeFindingError for the first part that is wrong, or AuditError AUDIT_SOURCE_FAILED
   */
  async run(): Promise<UnitReport[]> {
    const { threads = availableParallelism() } = this.#options
    const count = Math.max(1, Math.min(threads, this.#units))
    // One thread needs no other: a small log is verified before a thread would have started.
    if (count === 1) await this.#runHere()
    else await Promise.all(Array.from({ length: count }, () => this.#runThread()))
    return Array.from(this.#outcomes, reportOf)
  }

  async #runHere(): Promise<void> {
    const source = openSource(this.#options.place)
    for (let unit = this.#take(); unit !== undefined; unit = this.#take()) {
      this.#keep(unit, await runUnit(source, unit, this.#options.size))
    }
  }

  async #runThread(): Promise<void> {
    const { place, size } = this.#options
    const worker = new Worker(new URL('./unit-thread.ts', import.meta.url), {
      workerData: { place, size },
      // Whoever looks at files must not reach what this process was given.
      env: {},
    })
    try {
      for (let unit = this.#take(); unit !== undefined; unit = this.#take()) {
        this.#keep(unit, await ask(worker, unit))
      }
    } finally {
      await worker.terminate()
    }
  }

  #take(): number | undefined {
    return this.#hasFailed || this.#next >= this.#units ? undefined : this.#next++
  }

  #keep(unit: number, outcome: UnitOutcome): void {
    this.#outcomes[unit] = outcome
    if (outcome.status !== 'verified') this.#hasFailed = true
  }
}

function ask(worker: Worker, unit: number): Promise<UnitOutcome> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number) => reject(new Error(`a thread ended with ${code}`))
    worker.once('error', reject).once('exit', onExit)
    worker.once('message', (outcome: UnitOutcome) => {
      worker.off('error', reject).off('exit', onExit)
      resolve(outcome)
    })
    worker.postMessage(unit)
  })
}

/** Parts before one that is wrong were handed out before it, so each has its outcome. */
function reportOf(outcome: UnitOutcome | undefined): UnitReport {
  if (outcome?.status === 'verified') return outcome.report
  if (outcome?.status === 'wrong') throw new TreeFindingError(outcome.finding)
  throw new AuditError('AUDIT_SOURCE_FAILED', outcome?.reason ?? 'a part of the log was not looked at')
}
