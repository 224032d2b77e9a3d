/**
 * Since when each failure stands. An age ends when its finding passes or its resource is gone, and with nothing less:
 * a night on which nobody could look mends nothing.
 */
import type { Posture } from '../../contracts/posture.ts'
import type { JudgedItem } from './judged.ts'

/** When a finding began to fail, in milliseconds since the epoch, by its id. */
export type Ages = ReadonlyMap<string, number>

/** Most ages kept of findings that do not fail now. */
const carriedLimit = 100_000

/** Takes ages forward. @param before those of the scan before */
export function agesOf(items: readonly JudgedItem[], before: Ages, nowMillis: number): Ages {
  const ages = new Map<string, number>()
  // A waived failure still stands: when its waiver ends its age counts from the beginning.
  for (const id of items.flatMap(failingIn)) ages.set(id, before.get(id) ?? nowMillis)
  const rest = Map.groupBy(
    [...before].filter(([id]) => !ages.has(id)),
    ([id]) => controlOf(id),
  )
  const byId = new Map(items.map((item) => [item.item.id, item]))
  const carried = [...rest].flatMap(([control, found]) => stillDoubted(byId.get(control), found))
  for (const [id, since] of carried.slice(0, carriedLimit)) ages.set(id, since)
  return ages
}

/** Reads the ages of what fails in a posture: what does not say since when fails since that scan. */
export function agesIn({ items, scannedAt }: Posture): Ages {
  const failing = items.flatMap(({ findings }) => findings.filter(({ status }) => status === 'fail'))
  return new Map(failing.map(({ id, since = scannedAt }) => [id, Date.parse(since)]))
}

function failingIn({ judgements }: JudgedItem): string[] {
  return judgements
    .filter(({ state }) => state === 'fail' || state === 'waived')
    .flatMap(({ findings }) => findings.filter(({ status }) => status === 'fail').map(({ id }) => id))
}

type Aged = readonly (readonly [id: string, since: number])[]

/** Keeps the ages that nobody can say the end of: of items outside of the scan, and of those it could not see whole. */
function stillDoubted(judged: JudgedItem | undefined, found: Aged): Aged {
  if (judged === undefined) return found
  const { judgements, state, isUnread } = judged
  const isDoubted =
    state === 'unknown' || isUnread === true || judgements.some((each) => each.state === 'unknown')
  if (!isDoubted) return []
  const mended = new Set(
    judgements
      .flatMap(({ findings }) => findings)
      .filter(({ status }) => status === 'pass' || status === 'not-applicable')
      .map(({ id }) => id),
  )
  return found.filter(([id]) => !mended.has(id))
}

/** `CTR-02-0123456789abcdef` is a finding of CTR-02. */
function controlOf(id: string): string {
  return id.slice(0, id.lastIndexOf('-'))
}
