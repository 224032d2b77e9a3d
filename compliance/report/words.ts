/** Words both reports use: plain, counts before percentages, and never that anybody complies. */
import type { Posture, PostureFramework, PostureItem } from '../../contracts/posture.ts'
import { coverageFloor, itemFloor } from '../score/score.ts'

/** Says the score in one line. */
export function scoreLine({ score }: Posture): string {
  const letter = score.grade === 'unverified' ? 'unverified' : `grade ${score.grade}`
  const points = score.low === score.high ? String(score.low) : `${score.low} to ${score.high}`
  return `${points} of 100 points, ${letter}`
}

const capReasons = {
  CRITICAL_OPEN: 'a critical item fails',
  HIGH_OVERDUE: 'a high failure is older than 30 days',
  CRITICAL_UNREAD: 'what could not be read may hold a critical failure',
} as const

/** Explains what holds the score down or makes it doubtful, one sentence each. */
export function notesOf(posture: Posture): string[] {
  const { score, previous, faults, outside, unwatched, waivers } = posture
  const notes: string[] = []
  for (const { code, limit, items } of score.caps) {
    const what = code === 'CRITICAL_UNREAD' ? 'lower bound' : 'score'
    notes.push(`The ${what} cannot be above ${limit} because ${capReasons[code]}: ${items.join(', ')}.`)
  }
  if (score.grade === 'unverified') notes.push(unverifiedLine(score))
  if (score.raw < score.low) notes.push(`Without waivers the lower bound would be ${score.raw}.`)
  if (score.waivedRatio > 0.05) {
    notes.push(`${Math.round(score.waivedRatio * 100)} % of the weight is waived; above 5 % ask why.`)
  }
  const expired = waivers.filter(({ state }) => state === 'expired')
  if (expired.length > 0)
    notes.push(
      `${countOf(expired.length, 'waiver')} expired: ${expired.map(({ control }) => control).join(', ')}.`,
    )
  if (faults.length > 0)
    notes.push(`${countOf(faults.length, 'source')} could not be read; what they hold is unknown.`)
  if (outside.length > 0) {
    notes.push(
      `Not looked at, because their sources were not part of this scan (a live database, live doors): ${outside.join(', ')}.`,
    )
  }
  if (unwatched > 0) notes.push(`No control looks at ${countOf(unwatched, 'resource')} of what was found.`)
  if (previous !== undefined) notes.push(trendLine(posture, previous))
  return notes
}

function unverifiedLine({ coverageRatio }: Posture['score']): string {
  if (coverageRatio === 0) return 'Unverified: nothing was found that could be judged.'
  const share = `${Math.floor(coverageRatio * 100)} %`
  return coverageRatio < coverageFloor
    ? `Unverified: only ${share} of what was found could be judged, 90 % are needed for a grade.`
    : `Unverified: fewer than ${itemFloor} items are decided by what was found, so many are needed for a grade.`
}

function trendLine({ score }: Posture, previous: NonNullable<Posture['previous']>): string {
  const when = `the scan of ${previous.scannedAt}`
  if (!previous.isComparable) return `Not comparable with ${when}: the rules or sources are others.`
  const change = Math.round((score.low - previous.low) * 10) / 10
  if (change === 0) return `The lower bound is that of ${when}.`
  return `The lower bound ${change < 0 ? 'fell' : 'rose'} by ${Math.abs(change)} points since ${when}.`
}

/** Says how many controls of a framework hold; a percentage alone would hide how few are measured. */
export function frameworkLine({ pass, mapped, unknown, freshTo, outside = [] }: PostureFramework): string {
  const fresh = freshTo === undefined ? '' : `, evidence fresh to ${freshTo}`
  const rest = outside.length === 0 ? '' : `; ${outside.length} more are measured by nothing here`
  return `${pass} of ${mapped} mapped controls pass, ${unknown} unknown${fresh}${rest}`
}

/** Counts with the right ending. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

const severityOrder = ['critical', 'high', 'medium', 'low']
const stateOrder = ['fail', 'unknown', 'waived', 'pass', 'not-applicable']

/** Orders items for people: what fails first, the worst first. */
export function inReadingOrder(items: readonly PostureItem[]): PostureItem[] {
  return [...items].sort(
    (left, right) =>
      stateOrder.indexOf(left.state) - stateOrder.indexOf(right.state) ||
      severityOrder.indexOf(left.severity) - severityOrder.indexOf(right.severity) ||
      (left.id < right.id ? -1 : 1),
  )
}

/** Tells where a finding stands: `compose/docker-compose.yml:12`. */
export function placeOf({ location, resource }: PostureItem['findings'][number]): string {
  return location === undefined ? resource : `${location.file}:${location.startLine}`
}
