/** Which findings Security Hub has to be told of, and as what. Pure: what was sent and the hour are arguments. */
import { createHash } from 'node:crypto'
import type { AsffFinding } from './client.ts'
import type { Sent } from './state.ts'

/** Security Hub deletes what nobody updated for 90 days; a third of that leaves room for a scan that fails. */
const refreshMillis = 30 * 86_400_000
/** So long an archived finding is remembered: if it comes back it is the same one. */
const rememberMillis = 90 * 86_400_000

export interface SyncInput {
  readonly sent: ReadonlyMap<string, Sent>
  /** Findings that are open now. */
  readonly findings: readonly AsffFinding[]
  /** Tells of a finding that is not open any more whether the scan looked at it: then it has recovered. */
  readonly hasRecovered: (finding: AsffFinding) => boolean
  readonly nowMillis: number
}

/** What is to be sent first: what is open, and what has recovered as PASSED. */
export function planOpen({ sent, findings, hasRecovered, nowMillis }: SyncInput): Map<string, Sent> {
  const planned = new Map<string, Sent>()
  const open = new Set(findings.map(({ Id }) => Id))
  for (const finding of findings) {
    const next = nextOf(sent.get(finding.Id), { ...finding, RecordState: 'ACTIVE' }, nowMillis)
    if (next !== undefined) planned.set(finding.Id, next)
  }
  for (const [id, before] of sent) {
    if (open.has(id)) continue
    const passed = asPassed(before.finding)
    const isDue = before.finding.RecordState !== 'ARCHIVED' && hasRecovered(before.finding)
    const next = isDue ? nextOf(before, passed, nowMillis) : waitingOf(before)
    if (next !== undefined) planned.set(id, next)
  }
  return planned
}

/** What is to be sent then: what was accepted as recovered goes to the archive. */
export function planArchive({ sent, findings, hasRecovered, nowMillis }: SyncInput): Map<string, Sent> {
  const open = new Set(findings.map(({ Id }) => Id))
  const planned = new Map<string, Sent>()
  for (const [id, before] of sent) {
    const { finding, state } = before
    const isPassed = finding.Compliance.Status === 'PASSED' && finding.RecordState === 'ACTIVE'
    if (open.has(id) || state !== 'accepted' || !isPassed || !hasRecovered(finding)) continue
    const next = nextOf(before, { ...finding, RecordState: 'ARCHIVED' }, nowMillis)
    if (next !== undefined) planned.set(id, next)
  }
  return planned
}

/** Lists the ids that need not be remembered any more. */
export function forgotten(sent: ReadonlyMap<string, Sent>, nowMillis: number): string[] {
  return [...sent].flatMap(([id, { finding, state }]) =>
    finding.RecordState === 'ARCHIVED' &&
    state === 'accepted' &&
    nowMillis - Date.parse(finding.UpdatedAt) > rememberMillis
      ? [id]
      : [],
  )
}

/** What was written and never answered goes out again, the same version. */
function waitingOf(before: Sent): Sent | undefined {
  return before.state === 'waiting' ? before : undefined
}

function nextOf(before: Sent | undefined, finding: AsffFinding, nowMillis: number): Sent | undefined {
  const digest = digestOf(finding)
  if (before?.digest === digest) {
    const age = nowMillis - Date.parse(before.finding.UpdatedAt)
    if (before.state === 'waiting') return before
    if (before.state === 'refused' || age < refreshMillis) return undefined
  }
  // UpdatedAt moves forward even where the clock went back; CreatedAt is that of the first time.
  const after = before === undefined ? 0 : Date.parse(before.finding.UpdatedAt) + 1
  const UpdatedAt = new Date(Math.max(nowMillis, after)).toISOString()
  const CreatedAt = before?.finding.CreatedAt ?? UpdatedAt
  return { finding: { ...finding, CreatedAt, UpdatedAt }, digest, state: 'waiting' }
}

function asPassed(finding: AsffFinding): AsffFinding {
  return { ...finding, Compliance: { ...finding.Compliance, Status: 'PASSED' }, RecordState: 'ACTIVE' }
}

/** Content without times, whatever the order of its keys. */
function digestOf({ CreatedAt: _created, UpdatedAt: _updated, ...content }: AsffFinding): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(content)))
    .digest('hex')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]))
}
