/**
 * The history of scans in PostgreSQL, as the role `compliance_history`, which may read and add and nothing else. Scans
 * come in the order of their times, each once.
 */
import { createHash } from 'node:crypto'
import { DatabaseError, type Pool, type Transaction } from '#sdk'
import type { Posture } from '../../contracts/posture.ts'
import type { ItemHistory, PastScan } from '../../contracts/scan-history.ts'
import { eventIdOf } from '../deliver/scan-event.ts'
import {
  findingChanges,
  frameworkChanges,
  itemChanges,
  type FindingRow,
  type FrameworkRow,
  type ItemRow,
} from '../history/past-changes.ts'
import { pastFindingOf } from '../history/past-detail.ts'
import { statements } from './statements.ts'

/** An item at a time, and the scan since which it is in its state. */
export type ItemAt = ItemRow & { readonly since: Date }

export interface ScanStore {
  /** When the newest scan was made; undefined before the first. */
  readonly newest: () => Promise<Date | undefined>
  /** Adds a scan and what changed in it; answers false where it or a later one is there already. */
  readonly append: (posture: Posture) => Promise<boolean>
  /** Lists scans, newest first. @param until time of the newest that may be listed */
  readonly listScans: (until: Date, limit: number) => Promise<PastScan[]>
  readonly itemsAt: (at: Date) => Promise<ItemAt[]>
  readonly frameworksAt: (at: Date) => Promise<FrameworkRow[]>
  /** Lists the failures that stood after a scan. */
  readonly standingAt: (at: Date) => Promise<FindingRow[]>
  /** Tells the past of an item, newest first. @param limit of each of the two lists */
  readonly itemHistory: (item: string, limit: number) => Promise<ItemHistory>
}

/** Opens the history on a pool of the role `compliance_history`. */
export function scanStore(pool: Pool): ScanStore {
  return {
    newest: () => newestOf(pool),
    append: (posture) => pool.transaction((tx) => append(tx, posture)),
    listScans: async (until, limit) =>
      (await pool.query<ScanRow>(statements.listScans, [until, limit])).map(pastScanOf),
    itemsAt: (at) => pool.query<ItemAt>(statements.listItemsAt, [at]),
    frameworksAt: (at) => pool.query<FrameworkRow>(statements.listFrameworksAt, [at]),
    standingAt: (at) => pool.query<FindingRow>(statements.listStandingAt, [at]),
    itemHistory: (item, limit) => itemHistory(pool, item, limit),
  }
}

/** Tells whether the same may succeed once the database is back. */
export function isHistoryAway(error: unknown): boolean {
  return error instanceof DatabaseError && error.code !== 'SDK_DATABASE_CONFLICT'
}

async function newestOf(tx: Transaction): Promise<Date | undefined> {
  const [row] = await tx.query<{ readonly scannedAt: Date }>(statements.readNewest)
  return row?.scannedAt
}

async function append(tx: Transaction, posture: Posture): Promise<boolean> {
  await tx.query(statements.lockHistory)
  const at = new Date(posture.scannedAt)
  const newest = await newestOf(tx)
  if (newest !== undefined && newest >= at) return false
  const before = newest ?? at
  const items = await tx.query<ItemRow>(statements.listItemsAt, [before])
  const standing = await tx.query<FindingRow>(statements.listStandingAt, [before])
  const frameworks = await tx.query<FrameworkRow>(statements.listFrameworksAt, [before])
  await tx.query(statements.insertScan, [at, ...scanParameters(posture)])
  const add = adderOf(tx, at)
  await add(statements.insertItemChanges, itemChanges(items, posture), itemColumns)
  await add(statements.insertFindingChanges, findingChanges(standing, posture), findingColumns)
  await add(statements.insertFrameworkChanges, frameworkChanges(frameworks, posture), frameworkColumns)
  return true
}

// In the order of the statements' parameters.
const itemColumns = ['item', 'severity', 'state'] as const
const findingColumns = ['finding', 'item', 'stands', 'source', 'resource', 'file', 'line'] as const
const frameworkColumns = ['framework', 'mapped', 'pass', 'fail', 'unknown'] as const

/** Adds rows of a scan by one statement, an array for each column. */
function adderOf(tx: Transaction, at: Date) {
  return async <R extends object>(
    sql: string,
    rows: readonly R[],
    columns: readonly (keyof R)[],
  ): Promise<void> => {
    if (rows.length === 0) return
    await tx.query(sql, [at, ...columns.map((column) => rows.map((row) => row[column]))])
  }
}

function scanParameters(posture: Posture): unknown[] {
  const { previous, ruleset, score, durationMillis, bundle } = posture
  return [
    eventIdOf(posture),
    previous === undefined ? null : new Date(previous.scannedAt),
    ruleset,
    score.low,
    score.high,
    score.raw,
    score.grade,
    score.caps.map(({ code }) => code),
    score.coverageRatio,
    score.waivedRatio,
    durationMillis,
    createHash('sha256').update(JSON.stringify(posture)).digest(),
    bundle === undefined ? null : Buffer.from(bundle, 'hex'),
  ]
}

/** As the driver reads it: absent is null. */
type ScanRow = Omit<PastScan, 'scannedAt' | 'previousAt' | 'bundle'> & {
  readonly scannedAt: Date
  readonly previousAt: Date | null
  readonly bundle: string | null
}

function pastScanOf({ scannedAt, previousAt, bundle, ...rest }: ScanRow): PastScan {
  return {
    ...rest,
    scannedAt: scannedAt.toISOString(),
    ...(previousAt === null ? {} : { previousAt: previousAt.toISOString() }),
    ...(bundle === null ? {} : { bundle }),
  }
}

type SpanRow = Omit<FindingRow, 'source' | 'item'> & { readonly began: Date; readonly ended: Date | null }

async function itemHistory(pool: Pool, item: string, limit: number): Promise<ItemHistory> {
  const states = await pool.query<{ readonly at: Date; readonly state: ItemRow['state'] }>(
    statements.listItemStates,
    [item, limit + 1],
  )
  const spans = await pool.query<SpanRow>(statements.listItemFindings, [item, limit + 1])
  return {
    item,
    states: states.slice(0, limit).map(({ at, state }) => ({ at: at.toISOString(), state })),
    findings: spans.slice(0, limit).map(({ began, ended, ...row }) => ({
      ...pastFindingOf({ ...row, item }),
      began: began.toISOString(),
      ...(ended === null ? {} : { ended: ended.toISOString() }),
    })),
    isCut: states.length > limit || spans.length > limit,
  }
}
