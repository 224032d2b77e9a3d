/** The history of scans in words, for a terminal: counts before percentages, and what changed by name. Pure. */
import type { ItemHistory, PastFinding, PastScan, PastScanDetail } from '../../contracts/scan-history.ts'
import { reasonOf } from './changes.ts'
import { countOf } from './words.ts'

/** Failures of each list that are named. */
const named = 20

/** Lists scans, newest first, a line each. */
export function scanLines(scans: readonly PastScan[]): string[] {
  if (scans.length === 0) return ['No scan is in the history yet.']
  return scans.flatMap((scan, at) => {
    const before = scans[at + 1]
    return [
      `${scan.scannedAt}  ${pointsOf(scan)}  ${movedFrom(scan, before)}  ${changesIn(scan)}`,
      ...(scan.isAfterGap ? [`  scans between ${scan.previousAt ?? ''} and this one are missing`] : []),
      ...(before !== undefined && before.ruleset !== scan.ruleset
        ? ['  another rule set: the points below do not compare with those above']
        : []),
    ]
  })
}

/** Tells a scan, what is open in it, and what had changed. */
export function detailLines({ scan, items, frameworks, changes }: PastScanDetail): string[] {
  const open = items.filter(({ state }) => state === 'fail' || state === 'unknown')
  return [
    `${scan.scannedAt}  ${pointsOf(scan)}`,
    `bundle ${scan.bundle ?? 'none'}, event ${scan.event}`,
    '',
    ...open.map(
      ({ item, severity, state, since }) => `${state.toUpperCase()}  ${item}  ${severity}  since ${since}`,
    ),
    ...(open.length === 0 ? ['No item fails or is unknown.'] : []),
    '',
    ...frameworks
      .filter(({ mapped }) => mapped > 0)
      .map(
        ({ framework, mapped, pass, unknown }) =>
          `${framework}: ${pass} of ${countOf(mapped, 'mapped control')} pass, ${unknown} unknown`,
      ),
    ...(changes === undefined ? ['', 'The first scan of the history.'] : changeLines(changes)),
  ]
}

function changeLines(changes: NonNullable<PastScanDetail['changes']>): string[] {
  const { since, isComparable, low, items, began, ended, omitted } = changes
  return [
    '',
    `Since ${since}: ${signed(low)} points${isComparable ? '' : ', which do not compare: the rule set is another one'}`,
    ...items.map(({ item, from, to }) => `${item}: ${reasonOf(from, to)} (${from} before, ${to} now)`),
    ...findingLines('Began', began),
    ...findingLines('Ended', ended),
    ...(omitted > 0 ? [`and ${omitted} more`] : []),
    ...(items.length + began.length + ended.length === 0 ? ['Nothing changed.'] : []),
  ]
}

/** Tells the past of an item. */
export function itemLines({ item, states, findings, isCut }: ItemHistory): string[] {
  return [
    `${item}, newest first`,
    ...states.map(({ at, state }) => `${at}  ${state}`),
    '',
    ...findings.map((finding) => `${finding.began} to ${finding.ended ?? 'now'}  ${placeOf(finding)}`),
    ...(findings.length === 0 ? ['No failure of it is in the history.'] : []),
    ...(isCut ? ['and more before that'] : []),
  ]
}

function pointsOf({ low, high, grade }: PastScan): string {
  const points = low === high ? String(low) : `${low} to ${high}`
  return `${points} points, ${grade === 'unverified' ? 'unverified' : `grade ${grade}`}`
}

function movedFrom(scan: PastScan, before: PastScan | undefined): string {
  if (before === undefined || before.ruleset !== scan.ruleset) return '    '
  return signed(scan.low - before.low)
}

/** @param points a difference of two scores of one decimal */
function signed(points: number): string {
  return `${points < 0 ? '-' : '+'}${Math.abs(points).toFixed(1)}`
}

function changesIn({ changedItems, began, ended }: PastScan): string {
  if (changedItems + began + ended === 0) return 'nothing changed'
  return `${countOf(changedItems, 'item')} changed, ${countOf(began, 'failure')} began, ${ended} ended`
}

function findingLines(word: string, findings: readonly PastFinding[]): string[] {
  const left = findings.length - named
  return [
    ...findings.slice(0, named).map((finding) => `${word}: ${placeOf(finding)}`),
    ...(left > 0 ? [`${word}: ${left} more`] : []),
  ]
}

function placeOf({ item, resource, file, line }: PastFinding): string {
  return `${item} ${resource}${file === undefined ? '' : ` in ${file}${line === undefined ? '' : `:${line}`}`}`
}
