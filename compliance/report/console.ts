/** The report for a terminal: criticals and unknowns first, then failures with their places, numbers last. */
import type { Posture, PostureItem } from '../../contracts/posture.ts'
import { countOf, frameworkLine, inReadingOrder, notesOf, placeOf, scoreLine } from './words.ts'

/** Findings shown per item; the others are counted, and stand in the JSON report. */
const shownPerItem = 8

/** Writes the report as plain text. What files say is shown without control characters. */
export function writeConsole(posture: Posture): string {
  const { items } = posture
  const failing = items.filter(({ state }) => state === 'fail')
  const critical = failing.filter(({ severity }) => severity === 'critical')
  const unknown = items.filter(({ state }) => state === 'unknown')
  const lines = [
    critical.length === 0
      ? 'No critical item fails.'
      : `${countOf(critical.length, 'critical item')} ${critical.length === 1 ? 'fails' : 'fail'}: ${idsOf(critical)}`,
    unknown.length === 0
      ? 'No item is unknown.'
      : `${countOf(unknown.length, 'item')} unknown, which counts as failed: ${idsOf(unknown)}`,
    '',
  ]
  for (const item of inReadingOrder(items)) {
    if (item.state === 'fail' || item.state === 'unknown' || item.state === 'waived')
      lines.push(...itemLines(item))
  }
  lines.push(...faultLines(posture), tally(items), '')
  for (const framework of posture.frameworks) {
    if (framework.mapped > 0) lines.push(`${framework.title}: ${frameworkLine(framework)}`)
  }
  lines.push('', `Score: ${scoreLine(posture)}`, ...notesOf(posture).map((note) => `  ${note}`), '')
  return lines.map(printable).join('\n')
}

function idsOf(items: readonly PostureItem[]): string {
  return items.map(({ id }) => id).join(', ')
}

function itemLines(item: PostureItem): string[] {
  const { id, title, severity, state, findings, why } = item
  const shown = findings.slice(0, shownPerItem)
  const left = findings.length - shown.length + item.omitted
  return [
    `${state.toUpperCase()}  ${id}  ${severity}  ${title}`,
    ...(why === undefined ? [] : [`    ${why}`]),
    ...shown.flatMap((finding) => [
      `    ${placeOf(finding)}  ${finding.resource}${finding.waived === true ? '  (waived)' : ''}`,
      `      ${finding.status === 'unknown' ? 'cannot be decided' : 'found'}: ${finding.found ?? 'nothing'}`,
    ]),
    ...(left > 0 ? [`    and ${left} more`] : []),
    ...(findings[0] === undefined ? [] : [`    expected: ${findings[0].expected}`]),
    ...(findings[0]?.fix === undefined ? [] : [`    to mend: ${findings[0].fix}`]),
    '',
  ]
}

function faultLines({ faults }: Posture): string[] {
  if (faults.length === 0) return []
  return ['Not read:', ...faults.map(({ file, line, message }) => `    ${file}:${line}  ${message}`), '']
}

function tally(items: readonly PostureItem[]): string {
  const count = (state: PostureItem['state']) => items.filter((item) => item.state === state).length
  return `${countOf(items.length, 'item')}: ${count('fail')} fail, ${count('unknown')} unknown, ${count('waived')} waived, ${count('pass')} pass, ${count('not-applicable')} do not apply`
}

/** A scanned file may hold terminal escapes; they stay text. */
function printable(line: string): string {
  return line.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}
