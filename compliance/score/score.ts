/**
 * The score as an interval. `low` counts what is unknown as failed, `high` as passed; `raw` is `low` without waivers.
 * Three rules keep a mean from hiding the worst: an open critical failure and an overdue high one hold the score
 * down, and too little looked at makes the letter `unverified`.
 */
import type { Grade, ItemSeverity, PostureScore } from '../../contracts/posture.ts'
import type { JudgedItem, Judgement } from './judged.ts'

/** Weight of an item by its severity, in the proportions of the OpenSSF Scorecard. */
const weightOf: Readonly<Record<ItemSeverity, number>> = { critical: 10, high: 7.5, medium: 5, low: 2.5 }

/** Most points with an open critical failure: grade F, whatever the rest is. */
const criticalLimit = 59
/** Most points with a high failure older than its term: grade C at best. */
const overdueLimit = 79
/** How long a high failure may stand, in days. */
const highTermDays = 30
/** Below this share of resources judged there is no letter. */
export const coverageFloor = 0.9
/** With fewer items decided there is no letter: a folder with one good key is no house in order. */
const itemFloor = 10

export interface ScoreInput {
  readonly items: readonly JudgedItem[]
  /** Share of the found resources that could be judged, 0 to 1. */
  readonly coverageRatio: number
  /** Since when a finding fails, in milliseconds since the epoch, by its id; unknown ones fail since now. */
  readonly failingSince: ReadonlyMap<string, number>
  readonly nowMillis: number
}

/** Computes the score; nothing measured is 0 points and `unverified`. */
export function computeScore({ items, coverageRatio, failingSince, nowMillis }: ScoreInput): PostureScore {
  const caps = capsOf(items, { failingSince, nowMillis })
  const limit = limitOf(caps)
  const unwaived = items.map(withoutWaivers)
  const rawLimit = Math.min(limit, limitOf(capsOf(unwaived, { failingSince, nowMillis })))
  const low = roundPoints(Math.min(limit, mean(items, lowValue)))
  const raw = roundPoints(Math.min(rawLimit, mean(unwaived, lowValue)))
  const isVerified = coverageRatio >= coverageFloor && items.filter(isDecided).length >= itemFloor
  return {
    low,
    high: roundPoints(Math.min(limit, mean(items, highValue))),
    raw,
    grade: isVerified ? gradeOf(low) : 'unverified',
    caps,
    coverageRatio,
    waivedRatio: waivedRatioOf(items),
  }
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

type Ages = Pick<ScoreInput, 'failingSince' | 'nowMillis'>

function capsOf(items: readonly JudgedItem[], ages: Ages): PostureScore['caps'] {
  const overdue = items.filter((item) => isOverdue(item, ages))
  return [
    capOf('CRITICAL_OPEN', criticalLimit, items.filter(isCriticalOpen)),
    capOf('HIGH_OVERDUE', overdueLimit, overdue),
  ].filter((cap) => cap.items.length > 0)
}

function limitOf(caps: PostureScore['caps']): number {
  return Math.min(100, ...caps.map((cap) => cap.limit))
}

function capOf(code: 'CRITICAL_OPEN' | 'HIGH_OVERDUE', limit: number, items: readonly JudgedItem[]) {
  return { code, limit, items: items.map(({ item }) => item.id) }
}

function isCriticalOpen({ item, state }: JudgedItem): boolean {
  return item.sev === 'critical' && state === 'fail'
}

function isOverdue({ item, judgements }: JudgedItem, { failingSince, nowMillis }: Ages): boolean {
  if (item.sev !== 'high') return false
  const failing = judgements.filter(({ state }) => state === 'fail').flatMap(({ findings }) => findings)
  return failing.some(({ id, status }) => {
    const since = failingSince.get(id) ?? nowMillis
    return status === 'fail' && nowMillis - since > highTermDays * 86_400_000
  })
}

function withoutWaivers(item: JudgedItem): JudgedItem {
  if (!item.judgements.some(({ state }) => state === 'waived')) return item
  const judgements = item.judgements.map((judgement): Judgement =>
    judgement.state === 'waived' ? { ...judgement, findings: judgement.findings, state: 'fail' } : judgement,
  )
  return { ...item, judgements, state: 'fail' }
}

function mean(items: readonly JudgedItem[], valueOf: (item: JudgedItem) => number): number {
  let points = 0
  let weight = 0
  for (const item of items) {
    if (!weighs(item)) continue
    points += weightOf[item.item.sev] * valueOf(item)
    weight += weightOf[item.item.sev]
  }
  return weight === 0 ? 0 : (100 * points) / weight
}

/** What is not applicable, or waived on every resource, takes no part. */
function weighs({ state, judgements }: JudgedItem): boolean {
  if (state === 'not-applicable') return false
  return state === 'unknown' || judgements.some(countsIn)
}

/** Some resource passes or fails; what is only waived or unknown says nothing. */
function isDecided({ judgements }: JudgedItem): boolean {
  return judgements.some(({ state }) => state === 'pass' || state === 'fail')
}

function countsIn({ state }: Judgement): boolean {
  return state !== 'not-applicable' && state !== 'waived'
}

function lowValue(item: JudgedItem): number {
  return valueOf(item, (state) => state === 'pass')
}

function highValue(item: JudgedItem): number {
  return valueOf(item, (state) => state === 'pass' || state === 'unknown')
}

/** Share of the exposure that is in order, at most a half while a resource of the highest exposure fails. */
function valueOf(item: JudgedItem, isGood: (state: Judgement['state']) => boolean): number {
  const counted = item.judgements.filter(countsIn)
  if (counted.length === 0) return isGood(item.state) ? 1 : 0
  const share = exposureOf(counted.filter(({ state }) => isGood(state))) / exposureOf(counted)
  const isExposed = counted.some(({ state, exposure }) => state === 'fail' && exposure === 3)
  return isExposed ? Math.min(share, 0.5) : share
}

function exposureOf(judgements: readonly Judgement[]): number {
  return judgements.reduce((sum, { exposure }) => sum + exposure, 0)
}

function waivedRatioOf(items: readonly JudgedItem[]): number {
  let waived = 0
  let all = 0
  for (const { item, judgements, state } of items) {
    if (state === 'not-applicable') continue
    const applicable = judgements.filter((judgement) => judgement.state !== 'not-applicable')
    all += weightOf[item.sev]
    if (applicable.length === 0) continue
    const share =
      exposureOf(applicable.filter((judgement) => judgement.state === 'waived')) / exposureOf(applicable)
    waived += weightOf[item.sev] * share
  }
  return all === 0 ? 0 : waived / all
}
