/**
 * The logs this process serves: their keys and the last checkpoint that was signed, read from outside the
 * database before the first use of each. A log whose database is older than that checkpoint is frozen.
 */
import type { Pool } from '#sdk'
import { encodeVerifierKey, parseVerifierKey, type VerifierKey } from '../log/note.ts'
import { openCheckpoint, type Checkpoint } from '../log/checkpoint.ts'
import { AuditError } from '../log/errors.ts'
import { readHead, type Head } from './head.ts'
import type { CheckpointFiles } from './checkpoint-files.ts'
import type { KeyRing, LogKeys } from './log-keys.ts'
import { statements } from './statements.ts'

export interface Log {
  readonly keys: LogKeys
  readonly verifierKey: VerifierKey
  /** The verifier key as text. */
  readonly vkey: string
  /** @throws AuditError AUDIT_LOG_ROLLED_BACK or AUDIT_LOG_FORKED when the head contradicts what was signed */
  readonly holdAgainst: (head: Pick<Head, 'frontier' | 'root'>) => void
  /** Last signed checkpoint; only the publisher replaces it, after the file. */
  signed: Checkpoint | undefined
}

export interface LogsOptions {
  readonly pool: Pool
  readonly keyRing: KeyRing
  readonly checkpoints: CheckpointFiles
  /** Names the origin of a log that does not exist yet. */
  readonly originOf: (tenant: string) => string
}

export class Logs {
  readonly #options: LogsOptions
  readonly #opened = new Map<string, Promise<Log>>()

  constructor(options: LogsOptions) {
    this.#options = options
  }

  /**
   * Opens a log and holds the database against the last signed checkpoint.
   *
   * @throws AuditError AUDIT_LOG_ROLLED_BACK or AUDIT_LOG_FORKED when the database contradicts it
   */
  open(tenant: string): Promise<Log> {
    let log = this.#opened.get(tenant)
    if (log === undefined) {
      log = this.#load(tenant)
      this.#opened.set(tenant, log)
      // The next caller asks again: a database may come back, a backup may be corrected.
      log.catch(() => this.#opened.delete(tenant))
    }
    return log
  }

  /** Has the next caller hold the database against the files again. */
  forget(tenant: string): void {
    this.#opened.delete(tenant)
  }

  /** Lists the tenants that have a log in the database or a signed checkpoint outside it, in order. */
  async list(): Promise<string[]> {
    const rows = await this.#options.pool.query<{ tenant: string }>(statements['list-tenants'])
    const signed = await this.#options.checkpoints.list()
    return [...new Set([...rows.map(({ tenant }) => tenant), ...signed])].sort()
  }

  async #load(tenant: string): Promise<Log> {
    const { pool, keyRing, checkpoints, originOf } = this.#options
    const [row] = await pool.inTenant(tenant, (tx) =>
      tx.query<{ origin: string }>(statements['read-log'], [tenant]),
    )
    const note = await checkpoints.read(tenant)
    const origin = row?.origin ?? note?.split('\n')[0] ?? originOf(tenant)
    const keys = await keyRing.open(tenant, origin)
    const vkey = encodeVerifierKey(origin, keys.signer.publicKey)
    const verifierKey = parseVerifierKey(vkey)
    const signed = note === undefined ? undefined : openCheckpoint(note, verifierKey)
    if (note !== undefined && signed !== undefined) await this.#holdAgainst(tenant, signed, note)
    const log: Log = {
      keys,
      vkey,
      verifierKey,
      signed,
      holdAgainst: (head) => holdAgainst(head, log.signed),
    }
    return log
  }

  async #holdAgainst(tenant: string, signed: Checkpoint, note: string): Promise<void> {
    await this.#options.pool.inTenant(tenant, async (tx) => {
      holdAgainst(await readHead(tx, tenant), signed)
      const [batch] = await tx.query<{ root: Buffer }>(statements['read-batch-root'], [tenant, signed.size])
      if (batch?.root.equals(signed.root) !== true) {
        throw new AuditError(
          'AUDIT_LOG_FORKED',
          `the first ${signed.size} entries have another root than was signed`,
        )
      }
      // A crash between file and row leaves the row to be written now.
      await tx.query(statements['insert-checkpoint'], [tenant, signed.size, signed.root, note])
    })
  }
}

function holdAgainst(
  { frontier, root }: Pick<Head, 'frontier' | 'root'>,
  signed: Checkpoint | undefined,
): void {
  if (signed === undefined || frontier.size > signed.size) return
  if (frontier.size < signed.size) {
    throw new AuditError(
      'AUDIT_LOG_ROLLED_BACK',
      `found ${frontier.size} entries in the database, expected at least the ${signed.size} that were signed`,
    )
  }
  if (!root.equals(signed.root)) {
    throw new AuditError('AUDIT_LOG_FORKED', `found another root of ${signed.size} entries than was signed`)
  }
}
