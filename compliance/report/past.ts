/** The history of scans in words, for a terminal: counts before percentages, and what changed by name. Pure. */
import type {
  ItemHistory,
  PastFinding,
  PastItem,
  PastScan,
  PastScanDetail,
} from '../../contracts/scan-history.ts'
import { reasonOf } from './changes.ts'
import { countOf } from './words.ts'

type Changes = NonNullable<PastScanDetail['changes']>
type ItemChange = Changes['items'][number]

/** Failures of each list that are named. */
const named = 20

/**
 * Lists scans, newest first, a line each.
 *
 * @param shown how many of them; one more is there to be compared with
 */
export function scanLines(scans: readonly PastScan[], shown: number): string[] {
  if (scans.length === 0) return ['No scan is in the history.']
  const last = scans[shown - 1]
  return [
    ...scans.slice(0, shown).flatMap((scan, at) => linesOf(scan, scans[at + 1])),
    ...(last !== undefined && scans.length > shown ? [`older: --before ${last.scannedAt}`] : []),
  ]
}

function linesOf(scan: PastScan, before: PastScan | undefined): string[] {
  const isOther = before !== undefined && before.ruleset !== scan.ruleset
  const moved = before === undefined || isOther ? undefined : scan.low - before.low
  const points = moved === undefined ? '' : `  ${signed(moved)}`
  return [
    `${scan.scannedAt}  ${pointsOf(scan)}${points}  ${changesIn(scan, moved)}`,
    ...(scan.isAfterGap ? ['  scans before this one are missing'] : []),
    ...(isOther ? ['  another rule set: the points below do not compare with those above'] : []),
  ]
}

function changesIn({ changedItems, began = 0, ended = 0 }: PastScan, moved: number | undefined): string {
  if (changedItems === undefined) return 'the first of the history'
  if (changedItems + began + ended > 0) {
    return `${countOf(changedItems, 'item')} changed, ${countOf(began, 'failure')} began, ${ended} ended`
  }
  return moved === undefined || signed(moved) === signed(0)
    ? 'nothing changed'
    : 'no item changed, but the score did'
}

/** Tells a scan, what is open in it, and what had changed. */
export function detailLines({ scan, items, frameworks, changes }: PastScanDetail): string[] {
  const open = items.filter(({ state }) => state === 'fail' || state === 'unknown')
  return [
    `${scan.scannedAt}  ${pointsOf(scan)}`,
    ...(scan.caps.length > 0 ? [`held down by ${scan.caps.join(', ')}`] : []),
    `bundle ${scan.bundle ?? 'none'}, event ${scan.event}`,
    '',
    ...open.map(
      ({ item, severity, state, changedAt, ...counts }) =>
        `${state.toUpperCase()}  ${item}  ${severity}  ${tally(counts)}, as since ${changedAt}`,
    ),
    ...(open.length === 0 ? ['No item fails or is unknown.'] : []),
    '',
    ...frameworks
      .filter(({ mapped }) => mapped > 0)
      .map(
        ({ framework, mapped, pass, unknown }) =>
          `${framework}: ${pass} of ${countOf(mapped, 'mapped control')} pass, ${unknown} unknown`,
      ),
    '',
    ...(changes === undefined ? ['The first scan of the history.'] : changeLines(changes)),
  ]
}

function changeLines(changes: Changes): string[] {
  const { since, isComparable, low, items, began, ended, waivers, omitted } = changes
  const lines = [
    ...capLines(changes),
    ...ratioLine('judged', changes.coverageRatio),
    ...ratioLine('waived', changes.waivedRatio),
    ...items.map(itemLine),
    ...findingLines('Began', began),
    ...findingLines('Ended', ended),
    ...findingLines(
      'Waived now',
      waivers.filter(({ isWaived }) => isWaived),
    ),
    ...findingLines(
      'Not waived any more',
      waivers.filter(({ isWaived }) => !isWaived),
    ),
    ...(omitted > 0 ? [`and ${omitted} more`] : []),
  ]
  const doubt = isComparable ? '' : ', which do not compare: the rule set is another one'
  return [
    `Since ${since}: ${signed(low)} points${doubt}`,
    ...(lines.length === 0 ? ['Nothing changed.'] : lines),
  ]
}

function capLines({ caps: { from, to } }: Changes): string[] {
  return [
    ...to.filter((cap) => !from.includes(cap)).map((cap) => `held down now by ${cap}`),
    ...from.filter((cap) => !to.includes(cap)).map((cap) => `not held down any more by ${cap}`),
  ]
}

function ratioLine(word: string, { from, to }: Changes['coverageRatio']): string[] {
  const [before, now] = [percent(from), percent(to)]
  return before === now ? [] : [`${word}: ${before} before, ${now} now`]
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 1_000) / 10} %`
}

function itemLine({ item, from, to }: ItemChange): string {
  if (from === undefined) return `${item}: looked at for the first time (${to.state}, ${tally(to)})`
  const severity = from.severity === to.severity ? '' : `, ${from.severity} before, ${to.severity} now`
  if (from.state === to.state)
    return `${item}: ${to.state} as before (${tally(from)} before, ${tally(to)} now${severity})`
  const why = from.state === 'outside' ? 'looked at again' : reasonOf(from.state, to.state)
  return `${item}: ${why} (${from.state} before, ${to.state} now${severity})`
}

function tally({ passing, failing, unknown, waived }: Omit<PastItem, 'severity' | 'state'>): string {
  const counts = [
    [failing, 'fail'],
    [unknown, 'unknown'],
    [waived, 'waived'],
    [passing, 'pass'],
  ] as const
  const said = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`)
  return said.length === 0 ? 'nothing to judge' : said.join(', ')
}

/** Tells the past of an item. */
export function itemLines({ item, states, findings, isCut }: ItemHistory): string[] {
  return [
    `${item}, newest first`,
    ...states.map(({ at, state, severity, ...counts }) => `${at}  ${state}  ${severity}  ${tally(counts)}`),
    '',
    ...findings.map(({ began, ended, resource, file, line }) => {
      const place = file === undefined ? '' : ` in ${file}${line === undefined ? '' : `:${line}`}`
      return `${began} to ${ended ?? 'now'}  ${resource}${place}`
    }),
    ...(findings.length === 0 ? ['No failure of it is in the history.'] : []),
    ...(isCut ? ['and more before that'] : []),
  ]
}

function pointsOf({ low, high, grade }: PastScan): string {
  const points = low === high ? String(low) : `${low} to ${high}`
  return `${points} points, ${grade === 'unverified' ? 'unverified' : `grade ${grade}`}`
}

/** @param points a difference of two scores of one decimal */
function signed(points: number): string {
  const rounded = Math.round(points * 10) / 10
  return `${rounded < 0 ? '-' : '+'}${Math.abs(rounded).toFixed(1)}`
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
