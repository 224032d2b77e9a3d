/**
 * What a posture changes in the history. A posture says less than it knew: it lists only the worst findings of an item.
 * So a failure ends where the posture shows that it is gone, and with nothing less, and it began when the posture says.
 */
import type { ItemSeverity, Posture, PostureFinding, PostureItem } from '../../contracts/posture.ts'
import type { PastState } from '../../contracts/scan-history.ts'
import { looksAt } from '../report/looked.ts'

/** An item as the newest of the history has it, with its resources by verdict. */
export interface ItemRow {
  readonly item: string
  readonly severity: ItemSeverity
  readonly state: PastState
  readonly passing: number
  readonly failing: number
  readonly unknown: number
  readonly waived: number
}

/** A failure that stands. */
export interface FindingRow {
  readonly finding: string
  readonly item: string
  readonly state: 'open' | 'waived'
  /** When it began, which may be before a scan listed it. */
  readonly since: Date
  /** Where the resource was found. */
  readonly source: string | null
  readonly resource: string
  readonly file: string | null
  readonly line: number | null
}

export type FindingChange = Omit<FindingRow, 'state'> & { readonly state: FindingRow['state'] | 'ended' }

export interface FrameworkRow {
  readonly framework: string
  readonly mapped: number
  readonly pass: number
  readonly fail: number
  readonly unknown: number
}

/** Lists the items that are not as before; those nothing looked at are `outside`. */
export function itemChanges(before: readonly ItemRow[], { items }: Posture): ItemRow[] {
  const known = new Map(before.map((row) => [row.item, row]))
  const seen = new Set(items.map(({ id }) => id))
  const left = before.filter(({ item, state }) => !seen.has(item) && state !== 'outside')
  return [
    ...items.map(itemRowOf).filter((row) => !isSameItem(row, known.get(row.item))),
    ...left.map(({ item, severity }) => ({ item, severity, state: 'outside' as const, ...nothing })),
  ]
}

const nothing = { passing: 0, failing: 0, unknown: 0, waived: 0 }

function itemRowOf({ id, severity, state, counts }: PostureItem): ItemRow {
  const { pass: passing, fail: failing, unknown, waived } = counts
  return { item: id, severity, state, passing, failing, unknown, waived }
}

/** Tells whether an item is as before, its counts too. */
export function isSameItem(now: ItemRow, before: ItemRow | undefined): boolean {
  const keys = ['severity', 'state', 'passing', 'failing', 'unknown', 'waived'] as const
  return before !== undefined && keys.every((key) => now[key] === before[key])
}

/** Lists the failures that began, ended, or were waived or no longer are. @param standing before, of every item */
export function findingChanges(standing: readonly FindingRow[], posture: Posture): FindingChange[] {
  const known = new Map(standing.map((row) => [row.finding, row]))
  const failing = new Map(
    posture.items
      .flatMap((item) => failuresOf(item, posture))
      .map((row): [string, FindingRow] => [row.finding, row]),
  )
  const items = new Map(posture.items.map((item) => [item.id, item]))
  const unread = new Set(posture.faults.map(({ file }) => file))
  const ended = standing.filter(
    ({ finding, item, source, file }) =>
      !failing.has(finding) &&
      isDecided(items.get(item)) &&
      looksAt(posture, source ?? undefined) &&
      !unread.has(file ?? ''),
  )
  return [
    ...[...failing.values()].filter((row) => !isSameFailure(row, known.get(row.finding))),
    ...ended.map((row) => ({ ...row, state: 'ended' as const })),
  ]
}

/** Tells whether a failure is as before; where its resource was found is taken over once it is known. */
function isSameFailure({ state, source }: FindingRow, before: FindingRow | undefined): boolean {
  return before?.state === state && (before.source !== null || source === null)
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

function failuresOf({ id, findings }: PostureItem, { scannedAt }: Posture): FindingRow[] {
  return findings
    .filter(({ status }) => status === 'fail')
    .map((finding) => rowOf(id, finding, new Date(finding.since ?? scannedAt)))
}

function rowOf(item: string, finding: PostureFinding, since: Date): FindingRow {
  const { id, waived, source, resource, location } = finding
  return {
    finding: id,
    item,
    state: waived === true ? 'waived' : 'open',
    since,
    source: source ?? null,
    resource: storable(resource),
    file: location === undefined ? null : storable(location.file),
    line: location?.startLine ?? null,
  }
}

/** Shows what a scanned file may say and PostgreSQL does not store. */
function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd')
}
