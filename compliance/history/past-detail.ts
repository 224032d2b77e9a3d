/** What a scan of the history is told with: its items as they stood, and what had changed since another one. Pure. */
import type { FrameworkId } from '../../contracts/posture.ts'
import type { PastFinding, PastScan, PastScanDetail } from '../../contracts/scan-history.ts'
import type { FindingRow, FrameworkRow, ItemRow } from './past-changes.ts'

/** How a scan left the history. */
export interface StateAt {
  readonly scan: PastScan
  readonly items: readonly (ItemRow & { readonly since: Date })[]
  readonly frameworks: readonly FrameworkRow[]
  readonly standing: readonly FindingRow[]
}

/** Most failures of each list. */
const listed = 500

/** Tells a scan. @param before what it is compared with; undefined for the first */
export function detailOf({ scan, items, frameworks, standing }: StateAt, before?: StateAt): PastScanDetail {
  return {
    scan,
    items: items.map(({ since, ...row }) => ({ ...row, since: since.toISOString() })),
    // Only ids of the contract are written there.
    frameworks: frameworks.map((row) => ({ ...row, framework: row.framework as FrameworkId })),
    ...(before === undefined ? {} : { changes: changesOf({ scan, items, frameworks, standing }, before) }),
  }
}

function changesOf(now: StateAt, before: StateAt): NonNullable<PastScanDetail['changes']> {
  const states = new Map(before.items.map(({ item, state }) => [item, state]))
  const items = now.items
    .map(({ item, severity, state }) => ({ item, severity, from: states.get(item) ?? 'outside', to: state }))
    .filter(({ from, to }) => from !== to)
  const began = missingIn(before.standing, now.standing)
  const ended = missingIn(now.standing, before.standing)
  return {
    since: before.scan.scannedAt,
    isComparable: before.scan.ruleset === now.scan.ruleset,
    low: now.scan.low - before.scan.low,
    items,
    began: began.slice(0, listed),
    ended: ended.slice(0, listed),
    omitted: Math.max(0, began.length - listed) + Math.max(0, ended.length - listed),
  }
}

/** Lists the failures of `all` that are not among `some`. */
function missingIn(some: readonly FindingRow[], all: readonly FindingRow[]): PastFinding[] {
  const known = new Set(some.map(({ finding }) => finding))
  return all.filter(({ finding }) => !known.has(finding)).map(pastFindingOf)
}

/** Leaves out what is not known of a failure. */
export function pastFindingOf({
  finding,
  item,
  resource,
  file,
  line,
}: Omit<FindingRow, 'source'>): PastFinding {
  return {
    finding,
    item,
    resource,
    ...(file === null ? {} : { file }),
    ...(line === null ? {} : { line }),
  }
}
