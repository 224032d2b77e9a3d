/**
 * The logs this process serves: their keys and the last checkpoint that was signed, read from outside the
 * database before the first use of each. A log whose database is older than that checkpoint is frozen.
 */
import type { Pool } from '#sdk'
import { systemCodeOf } from '../../lib/errors.ts'
import { encodeVerifierKey, parseVerifierKey, type VerifierKey } from '../log/note.ts'
import type { Checkpoint } from '../log/checkpoint.ts'
import { AuditError } from '../log/errors.ts'
import { openCheckpointInChain } from '../log/handover.ts'
import { readHead, type Head } from './head.ts'
import type { KeyRing, LogKeys } from './log-keys.ts'
import type { SignedNotes, SizedNote } from './signed-notes.ts'
import { statements } from './statements.ts'

export interface Log {
  readonly keys: LogKeys
  readonly verifierKey: VerifierKey
  /** The verifier key as text. */
  readonly vkey: string
  /** @throws AuditError AUDIT_LOG_ROLLED_BACK or AUDIT_LOG_FORKED when the head contradicts what was signed */
  readonly holdAgainst: (head: Pick<Head, 'frontier' | 'root'>) => void
  /** Last signed checkpoint that is kept in both places; only the publisher replaces it, after the files. */
  signed: Checkpoint | undefined
  /** A checkpoint whose keeping was cut short, the same or a later one; only the publisher finishes it. */
  begun: SignedNote | undefined
}

export interface SignedNote {
  readonly checkpoint: Checkpoint
  readonly note: string
}

export interface LogsOptions {
  readonly pool: Pool
  readonly keyRing: KeyRing
  readonly notes: SignedNotes
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
   * @throws AuditError AUDIT_LOG_ROLLED_BACK or AUDIT_LOG_FORKED when the database contradicts it, AUDIT_KEY_LOST
   *   when another key than the log's is in the keystore
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
    const signed = await this.#options.notes.list()
    return [...new Set([...rows.map(({ tenant }) => tenant), ...signed])].sort()
  }

  /**
   * Opens the keys of a log whatever its database holds: what is erased must be erased in a refused log too.
   *
   * @throws AuditError AUDIT_KEY_LOST or AUDIT_KEYSTORE_CORRUPT
   */
  async openKeys(tenant: string): Promise<LogKeys> {
    return (await this.#loadKeys(tenant)).keys
  }

  async #loadKeys(tenant: string) {
    const { pool, keyRing, notes, originOf } = this.#options
    const stored = await pool.inTenant(tenant, async (tx) => ({
      log: (await tx.query<{ origin: string }>(statements['read-log'], [tenant]))[0],
      checkpoint: (await tx.query<SizedNote>(statements['read-checkpoint'], [tenant]))[0],
    }))
    const kept = await notes.read(tenant)
    // Where the files are lost, the database still tells that there was a key.
    const known = kept.length > 0 || stored.checkpoint === undefined ? kept : [stored.checkpoint.note]
    const origin = stored.log?.origin ?? known[0]?.split('\n')[0] ?? originOf(tenant)
    const keys = await keyRing.open(tenant, origin, stored.log !== undefined || known.length > 0)
    return { keys, known, stored: stored.checkpoint }
  }

  async #load(tenant: string): Promise<Log> {
    const { keys, known, stored } = await this.#loadKeys(tenant)
    const { origin } = keys
    const vkey = encodeVerifierKey(origin, keys.signer.publicKey)
    const verifierKey = parseVerifierKey(vkey)
    const signed = openNotes(known, keys.chain)
    const begun = await this.#begunOf(tenant, signed, stored)
    for (const each of signed) await this.#holdAgainst(tenant, each, each.note !== begun?.note)
    const log: Log = {
      keys,
      vkey,
      verifierKey,
      // What is in one place only counts once it is finished; it is never dropped.
      signed: (begun === undefined ? signed.at(-1) : signed.at(-2))?.checkpoint,
      begun,
      holdAgainst: (head) => holdAgainst(head, log.begun?.checkpoint ?? log.signed),
    }
    return log
  }

  /** Answers the newest of the notes where its keeping was cut short. */
  async #begunOf(
    tenant: string,
    signed: readonly SignedNote[],
    stored: SizedNote | undefined,
  ): Promise<SignedNote | undefined> {
    const newest = signed.at(-1)
    if (newest === undefined) return undefined
    const { size } = newest.checkpoint
    if (size <= (stored?.size ?? 0)) return undefined
    const { note } = newest
    return (await this.#options.notes.isUnfinished(tenant, { size, note }, stored?.note)) ? newest : undefined
  }

  async #holdAgainst(
    tenant: string,
    { checkpoint: signed, note }: SignedNote,
    isKept: boolean,
  ): Promise<void> {
    await this.#options.pool.inTenant(tenant, async (tx) => {
      holdAgainst(await readHead(tx, tenant), signed)
      const [batch] = await tx.query<{ root: Buffer }>(statements['read-batch-root'], [tenant, signed.size])
      if (batch?.root.equals(signed.root) !== true) {
        throw new AuditError(
          'AUDIT_LOG_FORKED',
          `the first ${signed.size} entries have another root than was signed`,
        )
      }
      // Whatever else took the row away: the note tells what it was. One that was begun gets its row last.
      if (isKept) await tx.query(statements['insert-checkpoint'], [tenant, signed.size, signed.root, note])
    })
  }
}

/**
 * Opens notes, smallest size first.
 *
 * @throws AuditError AUDIT_KEY_LOST when one was signed by another key than the log has now
 */
function openNotes(notes: readonly string[], chain: LogKeys['chain']): SignedNote[] {
  const opened = notes.map((note) => ({ note, checkpoint: openOwn(note, chain) }))
  return opened.sort((a, b) => a.checkpoint.size - b.checkpoint.size)
}

function openOwn(note: string, chain: LogKeys['chain']): Checkpoint {
  try {
    return openCheckpointInChain(note, chain)
  } catch (cause) {
    if (systemCodeOf(cause) !== 'AUDIT_NOTE_UNSIGNED') throw cause
    throw new AuditError('AUDIT_KEY_LOST', 'the key that signed this log is not in the keystore', { cause })
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
