/**
 * The ledger's doubt about its own database: it derives every log again in the background. What was appended
 * since the last round is verified at once; what was verified long ago is walked again, a part in each round,
 * because a row may be changed after it was looked at.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { AuditError } from '../log/errors.ts'
import type { Checkpoint } from '../log/checkpoint.ts'
import type { Log, Logs } from '../store/logs.ts'
import type { LogTiles } from '../store/log-tiles.ts'
import type { SignedNotes } from '../store/signed-notes.ts'
import type { WalkReader } from '../store/walk-reader.ts'
import { LogWalk, pageEntries } from './log-walk.ts'
import { WalkFinding } from './walk-finding.ts'

export interface SelfCheckOptions {
  readonly logs: Logs
  readonly reader: WalkReader
  readonly tiles: LogTiles
  readonly notes: Pick<SignedNotes, 'sizes' | 'read'>
  /** Pause between two rounds. */
  readonly everyMillis: number
  /** Told that the whole log was right when it was last looked at. */
  readonly onVerified: (tenant: string, size: number) => void
  readonly onFailed: (tenant: string, error: WalkFinding | AuditError) => void
  /** Told about a round that could not be finished; nothing is known about the log then. */
  readonly onInterrupted: (tenant: string, error: unknown) => void
}

/** Most entries that one round walks again. */
const repeatEntries = 100 * pageEntries
/** Rest after each page, as a multiple of its time: at most a quarter of one core. */
const restRatio = 3
const leastRestMillis = 2

interface Progress {
  /** Has verified every entry up to its size. */
  readonly front: LogWalk
  /** Walks again from the start; absent between two walks. */
  again?: LogWalk
}

export class SelfCheck {
  readonly #options: SelfCheckOptions
  readonly #progress = new Map<string, Progress>()
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(options: SelfCheckOptions) {
    this.#options = options
  }

  /** Begins the first round and returns. */
  start(): void {
    this.#running = this.#run()
  }

  /** Finishes the page that is being read. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      await this.#round()
      await this.#rest(this.#options.everyMillis)
    }
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted
  }

  async #round(): Promise<void> {
    const { logs, onInterrupted } = this.#options
    try {
      for (const tenant of await logs.list()) {
        if (this.#isStopping) return
        await this.#checkOne(tenant)
      }
    } catch (error) {
      onInterrupted('', error)
    }
  }

  async #checkOne(tenant: string): Promise<void> {
    const { logs, onVerified, onFailed, onInterrupted } = this.#options
    try {
      const log = await logs.open(tenant)
      const { signed } = log
      if (signed === undefined) return
      await this.#walk(tenant, log, signed)
      if (!this.#isStopping) onVerified(tenant, signed.size)
    } catch (error) {
      if (error instanceof WalkFinding || error instanceof AuditError) {
        // The next round begins at the first entry again: only a whole walk says that all is well.
        this.#progress.delete(tenant)
        onFailed(tenant, error)
      } else onInterrupted(tenant, error)
    }
  }

  async #walk(tenant: string, log: Log, signed: Checkpoint): Promise<void> {
    const known = this.#progress.get(tenant)
    const progress = known ?? { front: new LogWalk({ log, ...this.#options }) }
    this.#progress.set(tenant, progress)
    await this.#advance(progress.front, signed, signed.size)
    if (known === undefined) return
    progress.again ??= new LogWalk({ log, ...this.#options })
    await this.#advance(progress.again, signed, progress.again.size + repeatEntries)
    if (progress.again.size >= signed.size) delete progress.again
  }

  async #advance(walk: LogWalk, signed: Checkpoint, upTo: number): Promise<void> {
    while (walk.size < Math.min(signed.size, upTo) && !this.#isStopping) {
      const started = performance.now()
      await walk.advance(signed)
      await this.#rest(Math.max(leastRestMillis, (performance.now() - started) * restRatio))
    }
  }

  async #rest(millis: number): Promise<void> {
    // The timer neither keeps the process alive nor outlives `stop`; being cut short is no error.
    await delay(millis, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => undefined)
  }
}
