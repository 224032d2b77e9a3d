/**
 * Signs a checkpoint of every log that has grown, every few seconds. Before it signs it proves to itself that
 * the tree still begins with what it signed last, and it keeps the note outside the database first.
 */
import type { Pool } from '#sdk'
import { signCheckpoint, type Checkpoint } from '../log/checkpoint.ts'
import { verifyConsistency } from '../log/proof.ts'
import { consistencyRanges } from '../log/subtree.ts'
import { AuditError } from '../log/errors.ts'
import { readHead } from '../store/head.ts'
import type { CheckpointFiles } from '../store/checkpoint-files.ts'
import type { Log, Logs } from '../store/logs.ts'
import { statements } from '../store/statements.ts'
import { readRangeHashes } from '../store/tree.ts'

export interface PublisherOptions {
  readonly pool: Pool
  readonly logs: Logs
  readonly checkpoints: CheckpointFiles
  /** Refuses to sign, by throwing, once another process may be the writer. */
  readonly assertWriter: () => void
  /** Pause between two rounds. */
  readonly everyMillis: number
  /** Told in every round how many entries a log has and how many of them are signed. */
  readonly onRead: (tenant: string, sizes: { readonly entries: number; readonly signed: number }) => void
  readonly onPublished: (tenant: string, size: number) => void
  readonly onFailed: (tenant: string, error: unknown) => void
}

export class Publisher {
  readonly #options: PublisherOptions
  /** Tenants whose log must not be used, and why. */
  readonly #refused = new Map<string, string>()
  #timer: NodeJS.Timeout | undefined
  #round: Promise<void> = Promise.resolve()

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  /** Publishes once, so that every log has been held against what was signed, and then again until `stop`. */
  async start(): Promise<void> {
    await this.publishAll()
    const next = () => {
      this.#round = this.publishAll().then(() => {
        this.#timer = setTimeout(next, this.#options.everyMillis)
      })
    }
    this.#timer = setTimeout(next, this.#options.everyMillis)
  }

  /** Finishes the round that runs. */
  async stop(): Promise<void> {
    await this.#round
    clearTimeout(this.#timer)
  }

  /** Tells why logs are refused, by tenant; empty when all is well. */
  get refused(): ReadonlyMap<string, string> {
    return this.#refused
  }

  /** Signs for every log that has grown; a failing log does not keep the others waiting. Never throws. */
  async publishAll(): Promise<void> {
    const { logs, onFailed } = this.#options
    try {
      for (const tenant of await logs.list()) await this.#publishOne(tenant)
    } catch (error) {
      onFailed('', error)
    }
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
      onFailed(tenant, error)
    }
  }

  async #publish(tenant: string, log: Log): Promise<void> {
    const { pool, checkpoints, assertWriter, onPublished } = this.#options
    const next = await this.#nextCheckpoint(tenant, log)
    if (next === undefined) return
    assertWriter()
    const note = signCheckpoint(next, log.keys.signer)
    await checkpoints.write(tenant, note)
    log.signed = next
    await pool.inTenant(tenant, (tx) =>
      tx.query(statements['insert-checkpoint'], [tenant, next.size, next.root, note]),
    )
    onPublished(tenant, next.size)
  }

  /** Answers what is to be signed, proved consistent with what was; undefined when the log has not grown. */
  #nextCheckpoint(tenant: string, { keys, signed, holdAgainst }: Log): Promise<Checkpoint | undefined> {
    return this.#options.pool.inTenant(tenant, async (tx) => {
      const head = await readHead(tx, tenant)
      holdAgainst(head)
      const { root } = head
      const { size } = head.frontier
      this.#options.onRead(tenant, { entries: size, signed: signed?.size ?? 0 })
      if (size === 0 || size === signed?.size) return undefined
      if (signed !== undefined) {
        const path = await readRangeHashes(tx, tenant, consistencyRanges(signed.size, size))
        const sizes = { from: signed.size, to: size }
        try {
          verifyConsistency({ ...sizes, fromRoot: signed.root, toRoot: root, path })
        } catch (cause) {
          throw new AuditError('AUDIT_LOG_FORKED', `size ${size} does not extend what was signed`, { cause })
        }
      }
      return { origin: keys.origin, size, root }
    })
  }
}
