/** What a scan of the history is told with: its items as they stood, and what had changed since another one. Pure. */
import type { FrameworkId } from '../../contracts/posture.ts'
import type { PastFinding, PastItem, PastScan, PastScanDetail } from '../../contracts/scan-history.ts'
import { isSameItem, type FindingRow, type FrameworkRow, type ItemRow } from './past-changes.ts'

/** How a scan left the history. */
export interface StateAt {
  readonly scan: PastScan
  readonly items: readonly (ItemRow & { readonly changedAt: Date })[]
  readonly frameworks: readonly FrameworkRow[]
  readonly standing: readonly FindingRow[]
}

/** Most failures of each list. */
const listed = 500

type Changes = NonNullable<PastScanDetail['changes']>

/** Tells a scan. @param before what it is compared with; undefined for the first */
export function detailOf(now: StateAt, before?: StateAt): PastScanDetail {
  return {
    scan: now.scan,
    items: now.items.map(({ changedAt, ...row }) => ({ ...row, changedAt: changedAt.toISOString() })),
    // Only ids of the contract are written there.
    frameworks: now.frameworks.map((row) => ({ ...row, framework: row.framework as FrameworkId })),
    ...(before === undefined ? {} : { changes: changesOf(now, before) }),
  }
}

function changesOf(now: StateAt, before: StateAt): Changes {
  const since = new Date(before.scan.scannedAt)
  // What began before and was not listed then is no news.
  const began = missingIn(before.standing, now.standing).filter((row) => row.since > since)
  const ended = missingIn(now.standing, before.standing)
  const states = new Map(before.standing.map(({ finding, state }) => [finding, state]))
  const waivers = now.standing.filter(({ finding, state }) => (states.get(finding) ?? state) !== state)
  const lists = [began, ended, waivers] as const
  const [first, second, third] = lists.map((rows) => rows.slice(0, listed).map(pastFindingOf))
  return {
    since: before.scan.scannedAt,
    isComparable: before.scan.ruleset === now.scan.ruleset,
    low: roundedTenth(now.scan.low - before.scan.low),
    caps: { from: before.scan.caps, to: now.scan.caps },
    coverageRatio: { from: before.scan.coverageRatio, to: now.scan.coverageRatio },
    waivedRatio: { from: before.scan.waivedRatio, to: now.scan.waivedRatio },
    items: changedItems(now.items, before.items),
    began: first ?? [],
    ended: second ?? [],
    waivers: third ?? [],
    omitted: lists.reduce((sum, rows) => sum + Math.max(0, rows.length - listed), 0),
  }
}

function changedItems(now: StateAt['items'], before: StateAt['items']): Changes['items'] {
  const known = new Map(before.map((row) => [row.item, row]))
  return now
    .filter((row) => !isSameItem(row, known.get(row.item)))
    .map((row) => {
      const from = known.get(row.item)
      return {
        item: row.item,
        severity: row.severity,
        ...(from === undefined ? {} : { from: pastItemOf(from) }),
        to: pastItemOf(row),
      }
    })
}

/** Leaves out what names an item. */
export function pastItemOf({ severity, state, passing, failing, unknown, waived }: ItemRow): PastItem {
  return { severity, state, passing, failing, unknown, waived }
}

/** Lists the failures of `all` that are not among `some`. */
function missingIn(some: readonly FindingRow[], all: readonly FindingRow[]): FindingRow[] {
  const known = new Set(some.map(({ finding }) => finding))
  return all.filter(({ finding }) => !known.has(finding))
}

function roundedTenth(points: number): number {
  // Plus zero, because -0 is no difference anybody writes.
  return Math.round(points * 10) / 10 + 0
}

/** Tells a failure as the door does: what is not known is absent. */
function pastFindingOf({ finding, item, state, since, resource, file, line }: FindingRow): PastFinding {
  return {
    finding,
    item,
    isWaived: state === 'waived',
    since: since.toISOString(),
    resource,
    ...(file === null ? {} : { file }),
    ...(line === null ? {} : { line }),
  }
}
