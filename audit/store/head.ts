/** The newest state of a log as the database has it. */
import type { Transaction } from '#sdk'
import { Frontier, parseFrontier } from '../log/frontier.ts'
import { emptyRoot } from '../log/hash.ts'
import { AuditError } from '../log/errors.ts'
import { statements } from './statements.ts'

export interface Head {
  readonly frontier: Frontier
  readonly root: Buffer
  /** Time of the last leaf, milliseconds since the epoch; 0 for an empty log. */
  readonly lastTime: number
}

interface HeadRow {
  readonly size: number
  readonly root: Buffer
  readonly frontier: Buffer
  readonly last_time: number
}

/**
 * Reads the head; the transaction is in the tenant already.
 *
 * @throws AuditError AUDIT_LOG_CORRUPT when the stored root and frontier contradict each other
 */
export async function readHead(tx: Transaction, tenant: string): Promise<Head> {
  return headOf(await tx.query<HeadRow>(statements['read-head'], [tenant]))
}

function headOf([row]: readonly HeadRow[]): Head {
  if (row === undefined) return { frontier: new Frontier(), root: emptyRoot, lastTime: 0 }
  const frontier = parseFrontier(row.size, row.frontier)
  if (!frontier.root().equals(row.root)) {
    throw new AuditError(
      'AUDIT_LOG_CORRUPT',
      `the frontier of size ${row.size} does not give the stored root`,
    )
  }
  return { frontier, root: row.root, lastTime: row.last_time }
}
