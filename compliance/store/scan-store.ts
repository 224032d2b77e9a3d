/**
 * The history of scans in PostgreSQL, as the role `compliance_history`, which may read and add and nothing else. Scans
 * come in the order of their times, each once.
 */
import { DatabaseError, type Pool, type Transaction } from '#sdk'
import { createHash } from 'node:crypto'
import type { Posture } from '../../contracts/posture.ts'
import type { ItemHistory, PastScan } from '../../contracts/scan-history.ts'
import { eventIdOf } from '../deliver/scan-event.ts'
import {
  findingChanges,
  frameworkChanges,
  itemChanges,
  type FindingChange,
  type FindingRow,
  type FrameworkRow,
  type ItemRow,
} from '../history/past-changes.ts'
import { pastItemOf } from '../history/past-detail.ts'
import { statements } from './statements.ts'

/** An item at a time, and the scan in which it last changed. */
export type ItemAt = ItemRow & { readonly changedAt: Date }

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

/** The database does not answer, or not in time. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false
  const { code } = error
  return (
    code === 'SDK_DATABASE_UNREACHABLE' ||
    code === 'SDK_DATABASE_POOL_EXHAUSTED' ||
    code === 'SDK_DATABASE_TIMEOUT'
  )
}

/**
 * What is wrong with a scan itself, by classes of PostgreSQL's errors (appendix A): values it does not take (22),
 * constraints (23), more than fits (54). That its place was taken (23505) is not.
 */
const ofTheScan = /^(?:22|23(?!505)|54)/

/** Tells whether the same may succeed later: what an operator or time mends. */
export function mayPass(error: unknown): boolean {
  return error instanceof DatabaseError && !ofTheScan.test(error.sqlState)
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
  const items = itemChanges(await tx.query<ItemRow>(statements.listItemsAt, [before]), posture)
  const standing = await tx.query<FindingRow>(statements.listStandingAt, [before])
  const known = new Set(standing.map(({ finding }) => finding))
  const findings = findingChanges(standing, posture)
  // What stood before may be waived now, and has not begun.
  const fresh = findings.filter(({ finding, state }) => state === 'ended' || !known.has(finding))
  const frameworks = frameworkChanges(
    await tx.query<FrameworkRow>(statements.listFrameworksAt, [before]),
    posture,
  )
  const counted = newest === undefined ? [null, null, null] : countsOf(items, fresh, newest)
  const values = [newest ?? null, ...scoreOf(posture), ...counted, ...proofsOf(posture)]
  await tx.query(statements.insertScan, [at, ...values])
  const add = adderOf(tx, at)
  await add(statements.insertItemChanges, items, itemColumns)
  await add(statements.insertFindingChanges, findings, findingColumns)
  await add(statements.insertFrameworkChanges, frameworks, frameworkColumns)
  return true
}

// In the order of the statements' parameters.
const itemColumns = ['item', 'severity', 'state', 'passing', 'failing', 'unknown', 'waived'] as const
const findingColumns = ['finding', 'item', 'state', 'since', 'source', 'resource', 'file', 'line'] as const
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

/** Counts the items that changed and the failures that began and ended since the scan before. */
function countsOf(items: readonly ItemRow[], findings: readonly FindingChange[], before: Date): number[] {
  const began = findings.filter(({ state, since }) => state !== 'ended' && since > before)
  const ended = findings.filter(({ state }) => state === 'ended')
  return [items.length, began.length, ended.length]
}

function scoreOf(posture: Posture): unknown[] {
  const { previous, ruleset, score, durationMillis } = posture
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
  ]
}

/** Digests of what was kept in files. */
function proofsOf(posture: Posture): unknown[] {
  const { bundle } = posture
  return [
    createHash('sha256').update(JSON.stringify(posture)).digest(),
    bundle === undefined ? null : Buffer.from(bundle, 'hex'),
  ]
}

/** As the driver reads it: absent is null. */
type ScanRow = Omit<PastScan, 'scannedAt' | 'previousAt' | 'changedItems' | 'began' | 'ended' | 'bundle'> & {
  readonly scannedAt: Date
  readonly previousAt: Date | null
  readonly changedItems: number | null
  readonly began: number | null
  readonly ended: number | null
  readonly bundle: string | null
}

function pastScanOf(row: ScanRow): PastScan {
  const { scannedAt, previousAt, changedItems, began, ended, bundle, ...rest } = row
  return {
    ...rest,
    scannedAt: scannedAt.toISOString(),
    ...(previousAt === null ? {} : { previousAt: previousAt.toISOString() }),
    ...(changedItems === null || began === null || ended === null ? {} : { changedItems, began, ended }),
    ...(bundle === null ? {} : { bundle }),
  }
}

type StateRow = Omit<ItemRow, 'item'> & { readonly at: Date }

type SpanRow = Pick<FindingRow, 'finding' | 'resource' | 'file' | 'line' | 'since'> & {
  readonly ended: Date | null
}

async function itemHistory(pool: Pool, item: string, limit: number): Promise<ItemHistory> {
  const states = await pool.query<StateRow>(statements.listItemStates, [item, limit + 1])
  const spans = await pool.query<SpanRow>(statements.listItemFindings, [item, limit + 1])
  return {
    item,
    states: states
      .slice(0, limit)
      .map(({ at, ...row }) => ({ at: at.toISOString(), ...pastItemOf({ ...row, item }) })),
    findings: spans.slice(0, limit).map(({ finding, resource, file, line, since, ended }) => ({
      finding,
      resource,
      ...(file === null ? {} : { file }),
      ...(line === null ? {} : { line }),
      began: since.toISOString(),
      ...(ended === null ? {} : { ended: ended.toISOString() }),
    })),
    isCut: states.length > limit || spans.length > limit,
  }
}
