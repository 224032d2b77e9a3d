/**
 * One ledger per database: a session lock on a connection of its own, taken before anything is written and
 * held until the last write is done. It must reach PostgreSQL itself: a pooler that shares sessions breaks it.
 */
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { messageOf, systemCodeOf } from '../../lib/errors.ts'
import { AuditError } from '../log/errors.ts'
import { statements } from './statements.ts'

export interface WriterLock {
  /** Number of this writer; the database takes nothing of an earlier one any more. */
  readonly epoch: number
  /** @throws AuditError AUDIT_WRITER_LOST once another process may hold the lock */
  readonly assertHeld: () => void
  /** Resolves with the error when the connection is lost; never after `release`. */
  readonly lost: Promise<AuditError>
  readonly release: () => Promise<void>
}

export interface WriterLockOptions {
  readonly url: string
  /** Longest wait for the database and then for the process that holds the lock, in milliseconds. */
  readonly waitMillis: number
}

const lockNotAvailable = '55P03'
const retryMillis = 250

/**
 * Becomes the one writer of a database.
 *
 * @throws AuditError AUDIT_WRITER_TAKEN when another process still holds the lock at the end of the wait
 */
export async function takeWriterLock({ url, waitMillis }: WriterLockOptions): Promise<WriterLock> {
  const client = await connect(url, waitMillis)
  let isOpen = true
  const lost = new Promise<AuditError>((resolve) => {
    const lose = (cause?: Error) => {
      if (!isOpen) return
      isOpen = false
      resolve(new AuditError('AUDIT_WRITER_LOST', `lost the connection that holds the lock`, { cause }))
    }
    client.on('error', lose)
    client.on('end', () => lose())
  })
  const release = async () => {
    isOpen = false
    await client.end().catch(() => undefined)
  }
  let epoch: number
  try {
    await client.query(statements['take-writer-lock'])
    const { rows } = await client.query<{ epoch: number }>(statements['take-lease'])
    // One statement, one row.
    epoch = (rows[0] as { epoch: number }).epoch
  } catch (cause) {
    await release()
    if (systemCodeOf(cause) !== lockNotAvailable) throw cause
    const found = `another ledger serves this database and has not stopped within ${waitMillis} ms`
    throw new AuditError('AUDIT_WRITER_TAKEN', found, { cause })
  }
  const assertHeld = () => {
    if (!isOpen) throw new AuditError('AUDIT_WRITER_LOST', 'this ledger is no longer the writer')
  }
  return { epoch, assertHeld, lost, release }
}

/** Connects, again and again while the database is still starting. */
async function connect(url: string, waitMillis: number): Promise<pg.Client> {
  const deadline = performance.now() + waitMillis
  for (;;) {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'ledger writer',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      lock_timeout: waitMillis,
    })
    // Until the lock listens, a failing connection is told by `connect` alone.
    client.on('error', () => undefined)
    try {
      await client.connect()
      return client
    } catch (cause) {
      if (performance.now() > deadline) {
        throw new Error(`the database does not answer: ${messageOf(cause)}`, { cause })
      }
      await delay(retryMillis)
    }
  }
}
