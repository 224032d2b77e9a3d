/**
 * Signs a checkpoint of every log that has grown, every few seconds. Before it signs, every tile the checkpoint
 * needs is durable and shown to extend what was signed last; the note is kept outside the database first. A crash
 * at any point leaves what the next round does again.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from '#sdk'
import { signCheckpoint, type Checkpoint } from '../log/checkpoint.ts'
import { AuditError } from '../log/errors.ts'
import { countersign } from '../log/handover.ts'
import { CheckpointRows } from '../store/checkpoint-rows.ts'
import { readHead } from '../store/head.ts'
import type { LogTiles } from '../store/log-tiles.ts'
import type { Log, Logs, SignedNote } from '../store/logs.ts'
import type { SignedNotes } from '../store/signed-notes.ts'
import { TileFollower } from './tile-follower.ts'

export interface PublisherOptions {
  readonly pool: Pool
  readonly logs: Logs
  readonly notes: SignedNotes
  readonly tiles: LogTiles
  /** Resolves once the indexes know a log up to a size, durably: nothing is signed that cannot be found. */
  readonly indexed: (tenant: string, size: number) => Promise<void>
  /** Refuses to sign, by throwing, once another process may be the writer. */
  readonly assertWriter: () => void
  /** From the beginning of a round to that of the next, where a round is short enough to leave time between them. */
  readonly everyMillis: number
  /** Told in every round how many entries a log has and how many of them are signed. */
  readonly onRead: (tenant: string, sizes: { readonly entries: number; readonly signed: number }) => void
  readonly onPublished: (tenant: string, size: number) => void
  readonly onFailed: (tenant: string, error: unknown) => void
  /** Told that a log's tiles are written again from its batches. */
  readonly onRebuilding: (tenant: string) => void
}

/** Logs that are published at once: each has a handful of files open. */
const maxConcurrent = 256
/** Longest time the next round waits for this one. */
const maxRoundMillis = 5_000
/** Rounds from one look at every log to the next; the others look at those that are known to have grown. */
const roundsBetweenAll = 30

export class Publisher {
  readonly #options: PublisherOptions
  readonly #follower: TileFollower
  readonly #rows: CheckpointRows
  /** Tenants whose log must not be used, and why. */
  readonly #refused = new Map<string, string>()
  /** Logs that have grown since the last round. */
  readonly #grown = new Set<string>()
  readonly #underWay = new Map<string, Promise<void>>()
  #timer: NodeJS.Timeout | undefined
  #round: Promise<void> = Promise.resolve()

  constructor(options: PublisherOptions) {
    this.#options = options
    this.#follower = new TileFollower(options)
    this.#rows = new CheckpointRows(options.pool)
  }

  /** Publishes once, so that every log has been held against what was signed, and then again until `stop`. */
  async start(): Promise<void> {
    await this.publishAll()
    let rounds = 0
    const { everyMillis } = this.#options
    const next = () => {
      rounds += 1
      const began = performance.now()
      const round = rounds % roundsBetweenAll === 0 ? this.publishAll() : this.#publishGrown()
      // A log whose tiles are all written again takes its time; the others are signed meanwhile.
      this.#round = Promise.race([round, pause(maxRoundMillis, undefined, { ref: false })]).then(() => {
        this.#timer = setTimeout(next, restAfter(performance.now() - began, everyMillis))
      })
    }
    this.#timer = setTimeout(next, everyMillis)
  }

  /** Finishes the round that runs. */
  async stop(): Promise<void> {
    await this.#round
    clearTimeout(this.#timer)
    await Promise.all(this.#underWay.values())
  }

  /** Tells why logs are refused, by tenant; empty when all is well. */
  get refused(): ReadonlyMap<string, string> {
    return this.#refused
  }

  /** Takes note that a log has grown: the next round looks at it. */
  noteGrown(tenant: string): void {
    this.#grown.add(tenant)
  }

  /** Signs for one log now; answers whether a checkpoint covers it up to a size. */
  async signNow(tenant: string, size: number): Promise<boolean> {
    // What is under way may have looked at the log before it had grown.
    for (let work = this.#underWay.get(tenant); work !== undefined; work = this.#underWay.get(tenant))
      await work
    await this.#publishOnce(tenant)
    const { signed } = await this.#options.logs.open(tenant)
    return signed !== undefined && signed.size >= size
  }

  /** Signs for every log that has grown; a failing log does not keep the others waiting. Never throws. */
  async publishAll(): Promise<void> {
    const { logs, onFailed } = this.#options
    const noted = [...this.#grown]
    try {
      const tenants = await logs.list()
      for (const tenant of noted) this.#grown.delete(tenant)
      await this.#publishEach(tenants)
    } catch (error) {
      onFailed('', error)
    }
  }

  /** Signs for the logs that are known to have grown, and for those that could not be signed for before. */
  async #publishGrown(): Promise<void> {
    const tenants = new Set([...this.#grown, ...this.#refused.keys()])
    this.#grown.clear()
    await this.#publishEach([...tenants])
  }

  /** Many at once, because the syncs of those that wait together are one. */
  async #publishEach(tenants: readonly string[]): Promise<void> {
    const rest = tenants.values()
    const work = async () => {
      for (const tenant of rest) await this.#publishOnce(tenant)
    }
    await Promise.all(Array.from({ length: Math.min(maxConcurrent, tenants.length) }, work))
  }

  async #publishOnce(tenant: string): Promise<void> {
    if (this.#underWay.has(tenant)) {
      this.#grown.add(tenant)
      return
    }
    const work = this.#publishOne(tenant).finally(() => this.#underWay.delete(tenant))
    this.#underWay.set(tenant, work)
    await work
  }

  async #publishOne(tenant: string): Promise<void> {
    const { logs, onFailed } = this.#options
    try {
      await this.#publish(tenant, await logs.open(tenant))
      this.#refused.delete(tenant)
    } catch (error) {
      if (error instanceof AuditError) {
        this.#refused.set(tenant, error.code)
        logs.forget(tenant)
      }
      this.#grown.add(tenant)
      onFailed(tenant, error)
    }
  }

  async #publish(tenant: string, log: Log): Promise<void> {
    const { assertWriter } = this.#options
    if (log.begun !== undefined) {
      assertWriter()
      await this.#keep(tenant, log, log.begun)
    }
    const next = await this.#nextCheckpoint(tenant, log)
    if (next === undefined) return
    assertWriter()
    await this.#keep(tenant, log, { checkpoint: next, note: signNext(next, log) })
  }

  /** Keeps a note in its places, in the order by which one whose keeping was cut short is known again. */
  async #keep(tenant: string, log: Log, { checkpoint, note }: SignedNote): Promise<void> {
    const { notes, tiles, logs, onPublished } = this.#options
    const { size, root } = checkpoint
    await notes.write(tenant, note)
    const from = log.signed?.size ?? 0
    log.signed = checkpoint
    try {
      await this.#rows.insert({ tenant, size, root, note })
    } catch (error) {
      // Opening it again tells that the row is missing, before another takes the note's place.
      logs.forget(tenant)
      throw error
    }
    log.begun = undefined
    await notes.remember(tenant, size)
    onPublished(tenant, size)
    await tiles.collect(tenant, from, size)
  }

  /** Answers what is to be signed, its tiles durable; undefined when the log has not grown. */
  async #nextCheckpoint(tenant: string, { keys, signed, holdAgainst }: Log): Promise<Checkpoint | undefined> {
    const head = await this.#options.pool.inTenant(tenant, (tx) => readHead(tx, tenant))
    holdAgainst(head)
    const { size } = head.frontier
    this.#options.onRead(tenant, { entries: size, signed: signed?.size ?? 0 })
    if (size === 0 || size === signed?.size) return undefined
    await this.#options.indexed(tenant, size)
    return { origin: keys.origin, size, root: await this.#follower.advance(tenant, signed, size) }
  }
}

/**
 * Tells for how long to rest after a round: an entry waits for the rest of a round that missed it, for this and for the
 * next round. However long a round takes, the rest is a quarter of `everyMillis` at least.
 */
export function restAfter(roundMillis: number, everyMillis: number): number {
  return Math.max(everyMillis - roundMillis, everyMillis / 4)
}

/** Signs a checkpoint; the first one after a handover by the key before too, for those who know only that one. */
function signNext(next: Checkpoint, { keys, signed }: Log): string {
  const note = signCheckpoint(next, keys.signer)
  const { outgoing } = keys
  return outgoing === undefined || (signed?.size ?? 0) > outgoing.lastSize
    ? note
    : countersign(note, outgoing.signer)
}
