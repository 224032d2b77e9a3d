/**
 * The logs this process serves: their keys and the last checkpoint that was signed, read from outside the
 * database before the first use of each. A log whose database is older than that checkpoint is frozen.
 */
import type { Pool } from '#sdk'
import { encodeVerifierKey, parseVerifierKey, type VerifierKey } from '../log/note.ts'
import { openCheckpoint, type Checkpoint } from '../log/checkpoint.ts'
import { AuditError } from '../log/errors.ts'
import { readHead } from './head.ts'
import type { CheckpointFiles } from './checkpoint-files.ts'
import type { KeyRing, LogKeys } from './log-keys.ts'
import { statements } from './statements.ts'
import { readRoot } from './tree.ts'

export interface Log {
  readonly keys: LogKeys
  readonly verifierKey: VerifierKey
  /** The verifier key as text. */
  readonly vkey: string
  /** @throws AuditError AUDIT_LOG_ROLLED_BACK when a head of this size is older than what was signed */
  readonly refuseOlder: (size: number) => void
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

  /** Lists the tenants that have a log. */
  async list(): Promise<string[]> {
    const rows = await this.#options.pool.query<{ tenant: string }>(statements['list-tenants'])
    return rows.map(({ tenant }) => tenant)
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
      refuseOlder: (size) => refuseOlder(size, log.signed),
    }
    return log
  }

  async #holdAgainst(tenant: string, signed: Checkpoint, note: string): Promise<void> {
    await this.#options.pool.inTenant(tenant, async (tx) => {
      const { frontier } = await readHead(tx, tenant)
      refuseOlder(frontier.size, signed)
      const root = await readRoot(tx, tenant, signed.size)
      if (!root.equals(signed.root)) {
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

function refuseOlder(size: number, signed: Checkpoint | undefined): void {
  if (signed !== undefined && size < signed.size) {
    throw new AuditError(
      'AUDIT_LOG_ROLLED_BACK',
      `found ${size} entries in the database, expected at least the ${signed.size} that were signed`,
    )
  }
}
