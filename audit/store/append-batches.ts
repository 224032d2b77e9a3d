/** Writes batches of many logs: one statement, one commit, all or none. */
import type { Pool } from '#sdk'
import { systemCodeOf } from '../../lib/errors.ts'
import { AuditError } from '../log/errors.ts'
import { bigintArray, booleanArray, byteaArray, integerArray, textArray, uuidArray } from './binary-array.ts'
import { statements } from './statements.ts'

/** What a batch adds to one log. */
export interface NewBatch {
  readonly tenant: string
  readonly origin: string
  readonly previousSize: number
  readonly previousRoot: Uint8Array
  readonly size: number
  readonly root: Uint8Array
  readonly frontier: Uint8Array
  /** Time of the last leaf, milliseconds since the epoch. */
  readonly lastTime: number
  /** True when demo data is among the entries. */
  readonly synthetic: boolean
  /** The leaves, packed. */
  readonly leaves: Uint8Array
  readonly leafHashes: Uint8Array
  /** Ids that may be in the log already: the append is refused when one is. */
  readonly doubtful: readonly string[]
  /** In order, as many as there are leaves. */
  readonly entries: readonly NewEntry[]
}

/** What is kept of an entry beside its leaf. */
export interface NewEntry {
  /** Keyed hash of the whole event. */
  readonly digest: Uint8Array
  readonly class: string
  /** Canonical JSON. */
  readonly facts: string
  readonly factsSalt: Uint8Array
  readonly personalCommitment: Uint8Array
  /** Keyed hash of the subject; null without one. */
  readonly subject: Uint8Array | null
  readonly sealed: Uint8Array
}

/** How writing ended; `moved` says that a head or an event's key was not what the batches were made for. */
export type AppendOutcome = { readonly status: 'success' } | { readonly status: 'moved' }

/** Statements of every commit: a pool that appends keeps them prepared. */
export const preparedStatements: readonly string[] = [
  statements['append-batches'],
  statements['index-entries'],
]

const headMoved = 'LG002'
const leaseLost = 'LG003'
const uniqueViolation = '23505'

/**
 * Appends batches under the epoch of the writer.
 *
 * @throws AuditError AUDIT_WRITER_LOST when a newer writer has come
 */
export async function appendBatches(
  pool: Pool,
  epoch: number,
  batches: readonly NewBatch[],
): Promise<AppendOutcome> {
  try {
    await pool.query(statements['append-batches'], parametersOf(epoch, batches))
    return { status: 'success' }
  } catch (error) {
    const state = (error as { sqlState?: unknown } | null)?.sqlState ?? systemCodeOf(error)
    if (state === headMoved || state === uniqueViolation) return { status: 'moved' }
    if (state !== leaseLost) throw error
    throw new AuditError('AUDIT_WRITER_LOST', 'another ledger has become the writer', { cause: error })
  }
}

function parametersOf(epoch: number, batches: readonly NewBatch[]): unknown[] {
  const entries = batches.flatMap((batch) => batch.entries)
  return [
    epoch,
    textArray(batches.map(({ tenant }) => tenant)),
    textArray(batches.map(({ origin }) => origin)),
    bigintArray(batches.map(({ previousSize }) => previousSize)),
    byteaArray(batches.map(({ previousRoot }) => previousRoot)),
    bigintArray(batches.map(({ size }) => size)),
    byteaArray(batches.map(({ root }) => root)),
    byteaArray(batches.map(({ frontier }) => frontier)),
    bigintArray(batches.map(({ lastTime }) => lastTime)),
    booleanArray(batches.map(({ synthetic }) => synthetic)),
    byteaArray(batches.map(({ leaves }) => leaves)),
    byteaArray(batches.map(({ leafHashes }) => leafHashes)),
    integerArray(endsOf(batches.map(({ doubtful }) => doubtful.length))),
    uuidArray(batches.flatMap(({ doubtful }) => doubtful)),
    byteaArray(entries.map(({ digest }) => digest)),
    textArray(entries.map((entry) => entry.class)),
    textArray(entries.map(({ facts }) => facts)),
    byteaArray(entries.map(({ factsSalt }) => factsSalt)),
    byteaArray(entries.map(({ personalCommitment }) => personalCommitment)),
    byteaArray(entries.map(({ subject }) => subject)),
    byteaArray(entries.map(({ sealed }) => sealed)),
  ]
}

/** Adds up counts: how many there are up to the end of each. */
function endsOf(counts: readonly number[]): number[] {
  let sum = 0
  return counts.map((count) => (sum += count))
}
