/** What a reader of the score should know beside it, one sentence each. Pure. */
import type { Posture } from '../../../contracts/posture.ts'
import { figure, moment, percent } from '../format.ts'

/** Most of the weight that may be waived before a reader should ask. */
const fewWaived = 0.05

const reasons = {
  CRITICAL_OPEN: 'a critical item fails',
  HIGH_OVERDUE: 'a high failure is older than 30 days',
  CRITICAL_UNREAD: 'what could not be read may hold a critical failure',
} as const

/** Writes the sentences, what holds the score down first. */
export function postureNotes(posture: Posture): readonly string[] {
  const { score, previous, outside, unwatched } = posture
  return [
    ...score.caps.map(
      ({ code, limit, items }) =>
        `The score is held at ${figure(limit)} because ${reasons[code]}: ${items.join(', ')}.`,
    ),
    ...(score.grade === 'unverified' ? [unverified(score.coverageRatio)] : []),
    ...(previous === undefined ? [] : [trend(score.low, previous)]),
    ...(score.raw < score.low ? [`Without waivers the lower end would be ${figure(score.raw)}.`] : []),
    ...(score.waivedRatio > fewWaived ? [`${percent(score.waivedRatio)} of the weight is waived.`] : []),
    ...(outside.length === 0 ? [] : [`Not looked at, for want of a source: ${outside.join(', ')}.`]),
    ...(unwatched === 0 ? [] : [`No control looks at ${unwatched} of the resources that were found.`]),
  ]
}

function unverified(coverage: number): string {
  return coverage === 0
    ? 'Unverified: nothing was found that could be judged.'
    : `Unverified: only ${percent(coverage)} of what was found could be judged, 90 % are needed for a grade.`
}

function trend(low: number, previous: NonNullable<Posture['previous']>): string {
  const when = moment(previous.scannedAt)
  if (!previous.isComparable) return `Not comparable with the scan of ${when}: its rules were others.`
  const change = Math.round((low - previous.low) * 10) / 10
  if (change === 0) return `The lower end is that of the scan before, ${when}.`
  return `The lower end ${change < 0 ? 'fell' : 'rose'} by ${figure(Math.abs(change))} since the scan before, ${when}.`
}
