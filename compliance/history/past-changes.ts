/**
 * What a posture changes in the history. A posture says less than it knew: it lists only the worst findings of an item.
 * So a failure ends where the posture shows that it is gone, and with nothing less.
 */
import type { ItemSeverity, Posture, PostureFinding, PostureItem } from '../../contracts/posture.ts'
import type { PastState } from '../../contracts/scan-history.ts'
import { looksAt } from '../report/looked.ts'

/** An item as the newest of the history has it. */
export interface ItemRow {
  readonly item: string
  readonly severity: ItemSeverity
  readonly state: PastState
}

export interface FindingRow {
  readonly finding: string
  readonly item: string
  /** Where the resource was found. */
  readonly source: string | null
  readonly resource: string
  readonly file: string | null
  readonly line: number | null
}

export interface FindingChange extends FindingRow {
  readonly stands: boolean
}

export interface FrameworkRow {
  readonly framework: string
  readonly mapped: number
  readonly pass: number
  readonly fail: number
  readonly unknown: number
}

/** Lists the items that are in another state than before; those nothing looked at are `outside`. */
export function itemChanges(before: readonly ItemRow[], { items }: Posture): ItemRow[] {
  const states = new Map(before.map(({ item, state }) => [item, state]))
  const changed = items
    .filter(({ id, state }) => states.get(id) !== state)
    .map(({ id, severity, state }) => ({ item: id, severity, state }))
  const seen = new Set(items.map(({ id }) => id))
  const left = before.filter(({ item, state }) => !seen.has(item) && state !== 'outside')
  return [...changed, ...left.map((row) => ({ ...row, state: 'outside' as const }))]
}

/** Lists the failures that began and those that ended. @param standing before, of every item */
export function findingChanges(standing: readonly FindingRow[], posture: Posture): FindingChange[] {
  const known = new Set(standing.map(({ finding }) => finding))
  const failing = new Map(
    posture.items.flatMap(({ id, findings }) =>
      findings.filter(({ status }) => status === 'fail').map((found) => [found.id, rowOf(id, found)]),
    ),
  )
  const items = new Map(posture.items.map((item) => [item.id, item]))
  const ended = standing.filter(
    ({ finding, item, source }) =>
      !failing.has(finding) && isDecided(items.get(item)) && looksAt(posture, source ?? undefined),
  )
  return [
    ...[...failing.values()].filter(({ finding }) => !known.has(finding)).map(withStands(true)),
    ...ended.map(withStands(false)),
  ]
}

/** Lists the frameworks whose counts are others than before. */
export function frameworkChanges(before: readonly FrameworkRow[], { frameworks }: Posture): FrameworkRow[] {
  const known = new Map(before.map((row) => [row.framework, row]))
  return frameworks
    .map(({ id: framework, mapped, pass, fail, unknown }) => ({ framework, mapped, pass, fail, unknown }))
    .filter((row) => {
      const found = known.get(row.framework)
      return found?.pass !== row.pass || found.fail !== row.fail || found.unknown !== row.unknown
    })
}

/** Tells whether every failure of an item is listed, and nothing of it was left in doubt. */
function isDecided(item: PostureItem | undefined): boolean {
  if (item === undefined || item.omitted > 0 || item.isUnread === true) return false
  return item.state !== 'unknown' && item.counts.unknown === 0
}

function rowOf(item: string, { id, source, resource, location }: PostureFinding): FindingRow {
  return {
    finding: id,
    item,
    source: source ?? null,
    resource,
    file: location?.file ?? null,
    line: location?.startLine ?? null,
  }
}

function withStands(stands: boolean): (row: FindingRow) => FindingChange {
  return (row) => ({ ...row, stands })
}
