/**
 * The score as an interval. `low` counts what is unknown as failed, `high` as passed; `raw` is `low` without waivers.
 * Three rules keep a mean from hiding the worst: an open critical failure and an overdue high one hold the score
 * down, and too little looked at makes the letter `unverified`.
 */
import type { Grade, ItemSeverity, PostureScore } from '../../contracts/posture.ts'
import type { Ages } from './ages.ts'
import type { JudgedItem, Judgement } from './judged.ts'

/** Weight of an item by its severity, in the proportions of the OpenSSF Scorecard. */
const weightOf: Readonly<Record<ItemSeverity, number>> = { critical: 10, high: 7.5, medium: 5, low: 2.5 }

/** Most points with an open critical failure: grade F, whatever the rest is. */
const criticalLimit = 59
/** Most points with a high failure older than its term: grade C at best. */
const overdueLimit = 79
/**
 * What could not be read counts in the lower bounds as one resource of this exposure that fails, so that nobody gains
 * by making a file unreadable; and it holds them at the points of an open critical failure, where it may be one.
 */
const highestExposure = 3
/** How long a high failure may stand, in days. */
const highTermDays = 30
/** Below this share of resources judged there is no letter. */
export const coverageFloor = 0.9
/** With fewer items decided there is no letter: a folder with one good key is no house in order. */
export const itemFloor = 10

export interface ScoreInput {
  readonly items: readonly JudgedItem[]
  /** Share of the found resources that could be judged, 0 to 1. */
  readonly coverageRatio: number
  /** Since when a finding fails, in milliseconds since the epoch, by its id; unknown ones fail since now. */
  readonly failingSince: Ages
  readonly nowMillis: number
}

/** Computes the score; nothing measured is 0 points and `unverified`. */
export function computeScore({ items, coverageRatio, failingSince, nowMillis }: ScoreInput): PostureScore {
  const times = { failingSince, nowMillis }
  const tallies = items.map(tallyOf)
  const open = capsOf(tallies, times)
  const unread = [capOf('CRITICAL_UNREAD', criticalLimit, tallies.filter(isCriticalUnread))].filter(holds)
  const caps = [...open, ...unread]
  const limit = limitOf(caps)
  const unwaived = tallies.map(withoutWaivers)
  const rawLimit = Math.min(limit, limitOf(capsOf(unwaived, times)))
  const low = roundPoints(Math.min(limit, mean(tallies, lowShare)))
  const raw = roundPoints(Math.min(rawLimit, mean(unwaived, lowShare)))
  const isVerified = coverageRatio >= coverageFloor && tallies.filter(isDecided).length >= itemFloor
  return {
    low,
    high: roundPoints(Math.min(limitOf(open), mean(tallies, highShare))),
    raw,
    grade: isVerified ? gradeOf(low) : 'unverified',
    caps,
    coverageRatio,
    waivedRatio: waivedRatioOf(tallies),
  }
}

/** An item with what its resources come to: a score asks thousands of them for little else. */
interface Tally {
  readonly of: JudgedItem
  readonly state: JudgedItem['state']
  readonly parts: readonly Part[]
  /** What is waived counts as failing. */
  readonly isRaw: boolean
}

/** Resources of an item that weigh the same, with their exposure added up by state; what does not apply is left out. */
interface Part {
  /** Of the weight of the item: what runs nowhere but in a test is a smaller matter. */
  readonly factor: number
  readonly exposure: Record<Judgement['state'], number>
  /** A resource of the highest exposure fails. */
  isExposed: boolean
  /** A resource of the highest exposure is waived. */
  isExposedWaived: boolean
}

function tallyOf(of: JudgedItem): Tally {
  const parts = new Map<number, Part>()
  for (const { state, exposure, scopeWeight: factor = 1 } of of.judgements) {
    if (state === 'not-applicable') continue
    const part = parts.get(factor) ?? emptyPart(factor)
    parts.set(factor, part)
    part.exposure[state] += exposure
    if (exposure < highestExposure) continue
    part.isExposed ||= state === 'fail'
    part.isExposedWaived ||= state === 'waived'
  }
  return { of, state: of.state, parts: [...parts.values()], isRaw: false }
}

function emptyPart(factor: number): Part {
  const exposure = { pass: 0, fail: 0, unknown: 0, waived: 0, 'not-applicable': 0 }
  return { factor, exposure, isExposed: false, isExposedWaived: false }
}

function withoutWaivers(tally: Tally): Tally {
  if (!tally.parts.some(({ exposure }) => exposure.waived > 0)) return tally
  const parts = tally.parts.map(({ factor, exposure, isExposed, isExposedWaived }): Part => ({
    factor,
    exposure: { ...exposure, fail: exposure.fail + exposure.waived, waived: 0 },
    isExposed: isExposed || isExposedWaived,
    isExposedWaived: false,
  }))
  return { of: tally.of, state: 'fail', parts, isRaw: true }
}

/** Bands of the letters. */
function gradeOf(low: number): Grade {
  if (low >= 95) return 'A'
  if (low >= 85) return 'B'
  if (low >= 75) return 'C'
  return low >= 60 ? 'D' : 'F'
}

/** Downwards to one decimal, so that no rounding lifts a score over a band. */
function roundPoints(points: number): number {
  // 1e-9: 0.29 * 100 is 28.999999999999996 in binary, and a tenth must not be lost to that.
  return Math.floor(points * 10 + 1e-9) / 10
}

type Times = Pick<ScoreInput, 'failingSince' | 'nowMillis'>

function capsOf(tallies: readonly Tally[], times: Times): PostureScore['caps'] {
  const overdue = tallies.filter((tally) => isOverdue(tally, times))
  return [
    capOf('CRITICAL_OPEN', criticalLimit, tallies.filter(isCriticalOpen)),
    capOf('HIGH_OVERDUE', overdueLimit, overdue),
  ].filter(holds)
}

function holds(cap: PostureScore['caps'][number]): boolean {
  return cap.items.length > 0
}

function limitOf(caps: PostureScore['caps']): number {
  return Math.min(100, ...caps.map((cap) => cap.limit))
}

function capOf(code: PostureScore['caps'][number]['code'], limit: number, tallies: readonly Tally[]) {
  return { code, limit, items: tallies.map(({ of }) => of.item.id) }
}

function isCriticalOpen({ of, state }: Tally): boolean {
  return of.item.sev === 'critical' && state === 'fail'
}

function isCriticalUnread({ of }: Tally): boolean {
  return of.item.sev === 'critical' && of.state === 'unknown' && of.isUnread === true
}

function isOverdue({ of, isRaw }: Tally, { failingSince, nowMillis }: Times): boolean {
  if (of.item.sev !== 'high' || failingSince.size === 0) return false
  const failing = of.judgements
    .filter(({ state }) => state === 'fail' || (isRaw && state === 'waived'))
    .flatMap(({ findings }) => findings)
  return failing.some(({ id, status }) => {
    const since = failingSince.get(id) ?? nowMillis
    return status === 'fail' && nowMillis - since > highTermDays * 86_400_000
  })
}

/** An item counts once for each weight its resources have; what is waived or unknown as a whole by its state. */
function mean(tallies: readonly Tally[], shareOf: (part: Part | undefined, tally: Tally) => number): number {
  let points = 0
  let sum = 0
  for (const tally of tallies) {
    const weight = weightOf[tally.of.item.sev]
    const counted = tally.parts.filter((part) => countedIn(part) > 0)
    if (tally.state === 'not-applicable' || (counted.length === 0 && tally.state !== 'unknown')) continue
    for (const part of counted.length === 0 ? [undefined] : counted) {
      const own = weight * (part?.factor ?? 1)
      points += own * shareOf(part, tally)
      sum += own
    }
  }
  return sum === 0 ? 0 : (100 * points) / sum
}

/** Some resource passes or fails, waived or not: the end of a waiver decides nothing more. */
function isDecided({ parts }: Tally): boolean {
  return parts.some(({ exposure }) => exposure.pass + exposure.fail + exposure.waived > 0)
}

/** The exposure of what counts: what is waived does not. */
function countedIn({ exposure }: Part): number {
  return exposure.pass + exposure.fail + exposure.unknown
}

function lowShare(part: Part | undefined, { of }: Tally): number {
  if (part === undefined) return 0
  const unread = of.isUnread === true ? highestExposure : 0
  const share = part.exposure.pass / (countedIn(part) + unread)
  return unread > 0 ? Math.min(share, 0.5) : capped(share, part)
}

function highShare(part: Part | undefined): number {
  if (part === undefined) return 1
  return capped((part.exposure.pass + part.exposure.unknown) / countedIn(part), part)
}

/** At most a half while a resource of the highest exposure fails. */
function capped(share: number, { isExposed }: Part): number {
  return isExposed ? Math.min(share, 0.5) : share
}

function waivedRatioOf(tallies: readonly Tally[]): number {
  let waived = 0
  let all = 0
  for (const { of, state, parts } of tallies) {
    if (state === 'not-applicable') continue
    const weight = weightOf[of.item.sev]
    const ofWaived = parts.reduce((sum, { exposure }) => sum + exposure.waived, 0)
    const applicable = parts.reduce((sum, part) => sum + countedIn(part), ofWaived)
    all += weight
    if (applicable > 0) waived += weight * (ofWaived / applicable)
  }
  return all === 0 ? 0 : waived / all
}
