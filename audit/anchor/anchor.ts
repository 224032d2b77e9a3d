/** Anchors what tenants' logs signed, every few seconds, and has witnesses cosign it. */
import { parseCheckpoint } from '../log/checkpoint.ts'
import { parseNote } from '../log/note.ts'
import type { Witnesses } from '../witness/witnesses.ts'
import type { AnchorLog } from './anchor-log.ts'
import type { Stamper } from './stamper.ts'

export interface AnchorOptions {
  readonly log: AnchorLog
  readonly witnesses: Witnesses
  /** Dates checkpoints; absent where no authority is configured. */
  readonly stamper: Stamper | undefined
  /** Where signed checkpoints of tenants' logs are kept. */
  readonly notes: {
    readonly list: () => Promise<readonly string[]>
    /** Answers all that are kept of a log; one may be older. */
    readonly read: (tenant: string) => Promise<readonly string[]>
  }
  /** Refuses to sign, by throwing, once another process may be the writer. */
  readonly assertWriter: () => void
  /** Pause between two rounds. */
  readonly everyMillis: number
  /** Told after each round. */
  readonly onRound: (round: { readonly size: number; readonly hasQuorum: boolean }) => void
  /** Told of a tenant whose checkpoint contradicts the one that is anchored. */
  readonly onContradicted: (tenant: string) => void
  /** Told of a tenant whose notes cannot be read; the others are anchored. */
  readonly onUnread: (error: unknown) => void
  /** Told what broke a round off. */
  readonly onFailed: (error: unknown) => void
}

export class Anchor {
  readonly #options: AnchorOptions
  #timer: NodeJS.Timeout | undefined
  #isStopped = false
  #round: Promise<void> = Promise.resolve()

  constructor(options: AnchorOptions) {
    this.#options = options
  }

  /** Begins the first round and returns. */
  start(): void {
    const next = () => {
      this.#round = this.anchorOnce().then(() => {
        if (!this.#isStopped) this.#timer = setTimeout(next, this.#options.everyMillis)
      })
    }
    next()
  }

  /** Finishes the round that runs. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#round
  }

  /** Anchors what is new and asks witnesses until the newest checkpoint has its quorum. Never throws. */
  async anchorOnce(): Promise<void> {
    const { log, witnesses, stamper, assertWriter, onRound, onContradicted, onFailed } = this.#options
    try {
      const notes = await this.#newestNotes()
      assertWriter()
      for (const tenant of await log.append(notes)) onContradicted(tenant)
      const asking = log.hasQuorum ? undefined : log.asking()
      if (asking !== undefined) {
        const { note, hasQuorum } = await witnesses.cosign(asking)
        await log.keepCosigned(note, hasQuorum)
      }
      if (log.note !== undefined) await stamper?.stamp(log.note)
      onRound({ size: log.size, hasQuorum: log.hasQuorum })
    } catch (error) {
      onFailed(error)
    }
  }

  async #newestNotes(): Promise<Map<string, string>> {
    const { notes, onUnread } = this.#options
    const newest = new Map<string, string>()
    for (const tenant of new Set(await notes.list())) {
      try {
        const [note] = [...(await notes.read(tenant))].sort((a, b) => sizeOf(b) - sizeOf(a))
        if (note !== undefined) newest.set(tenant, note)
      } catch (error) {
        // One tenant's damaged file is no reason to leave out the others.
        onUnread(error)
      }
    }
    return newest
  }
}

function sizeOf(note: string): number {
  return parseCheckpoint(parseNote(note).text).size
}
