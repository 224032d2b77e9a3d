/**
 * The report for a terminal: criticals and unknowns first, then by group what is open with its places, numbers last.
 * Colours only repeat what the words say.
 */
import type { Posture, PostureItem } from '../../contracts/posture.ts'
import { changeLines } from './changes.ts'
import { paint, type Line } from './terminal.ts'
import { countOf, frameworkLine, inReadingOrder, notesOf, placeOf, scoreLine } from './words.ts'

export interface ConsoleOptions {
  /** True to write colours of a terminal. */
  readonly isColoured?: boolean
  /** True for what is open and the score, one line each. */
  readonly isQuiet?: boolean
}

/** Findings shown per item; the others are counted, and stand in the JSON report. */
const shownPerItem = 8

/** Writes the report. What files say is shown without control characters. */
export function writeConsole(
  posture: Posture,
  { isColoured = false, isQuiet = false }: ConsoleOptions = {},
): string {
  const lines = [...headLines(posture), ...(isQuiet ? quietLines(posture) : bodyLines(posture))]
  return lines.map((line) => paint(line, isColoured)).join('\n')
}

function headLines({ items }: Posture): Line[] {
  const critical = items.filter(({ state, severity }) => state === 'fail' && severity === 'critical')
  const unknown = items.filter(({ state }) => state === 'unknown')
  const verb = critical.length === 1 ? 'fails' : 'fail'
  return [
    critical.length === 0
      ? { text: 'No critical item fails.', style: 'good' }
      : { text: `${countOf(critical.length, 'critical item')} ${verb}: ${idsOf(critical)}`, style: 'bad' },
    unknown.length === 0
      ? { text: 'No item is unknown.', style: 'good' }
      : {
          text: `${countOf(unknown.length, 'item')} unknown, which counts as failed: ${idsOf(unknown)}`,
          style: 'doubt',
        },
  ]
}

function quietLines(posture: Posture): Line[] {
  const open = inReadingOrder(posture.items).filter(({ state }) => state === 'fail' || state === 'unknown')
  return [
    ...open.map(titleLine),
    ...posture.faults.map(({ file, line, message }): Line => ({
      text: `not read: ${file}:${line}  ${message}`,
      style: 'doubt',
    })),
    { text: `Score: ${scoreLine(posture)}`, style: 'strong' },
    { text: '' },
  ]
}

function bodyLines(posture: Posture): Line[] {
  const open = inReadingOrder(posture.items).filter(isShown)
  const groups = [...Map.groupBy(open, ({ group }) => group)]
  const of = (group: string) => posture.items.filter((item) => item.group === group)
  return [
    { text: '' },
    ...groups.flatMap(([group, items]) => [
      { text: `== ${group}: ${tally(of(group))}`, style: 'strong' as const },
      { text: '' },
      ...items.flatMap(itemLines),
    ]),
    ...faultLines(posture),
    { text: tally(posture.items) },
    { text: '' },
    ...posture.frameworks
      .filter(({ mapped }) => mapped > 0)
      .map((framework) => ({ text: `${framework.title}: ${frameworkLine(framework)}` })),
    { text: '' },
    { text: `Score: ${scoreLine(posture)}`, style: 'strong' },
    ...notesOf(posture).map((note) => ({ text: `  ${note}` })),
    ...changeLines(posture).map((change) => ({ text: `    ${change}` })),
    { text: '' },
  ]
}

function isShown({ state }: PostureItem): boolean {
  return state === 'fail' || state === 'unknown' || state === 'waived'
}

function idsOf(items: readonly PostureItem[]): string {
  return items.map(({ id }) => id).join(', ')
}

function titleLine({ state, id, severity, title }: PostureItem): Line {
  return {
    text: `${state.toUpperCase()}  ${id}  ${severity}  ${title}`,
    style: state === 'fail' ? 'bad' : 'doubt',
  }
}

function itemLines(item: PostureItem): Line[] {
  const { findings, why, omitted } = item
  const shown = findings.slice(0, shownPerItem)
  const left = findings.length - shown.length + omitted
  const [first] = findings
  const texts = (...lines: readonly string[]) => lines.map((text): Line => ({ text }))
  return [
    titleLine(item),
    ...(why === undefined ? [] : texts(`    ${why}`)),
    ...shown.flatMap((finding) => [
      ...texts(
        `    ${placeOf(finding)}  ${finding.resource}${finding.waived === true ? '  (waived)' : ''}`,
        `      ${finding.status === 'unknown' ? 'cannot be decided' : 'found'}: ${finding.found ?? 'nothing'}`,
      ),
      ...(finding.trace ?? [])
        .slice(0, 3)
        .map((step): Line => ({ text: `        from ${step}`, style: 'soft' })),
    ]),
    ...(left > 0 ? texts(`    and ${left} more`) : []),
    ...(first === undefined ? [] : texts(`    expected: ${first.expected}`)),
    ...(first?.fix === undefined ? [] : texts(`    to mend: ${first.fix}`)),
    { text: '' },
  ]
}

function faultLines({ faults }: Posture): Line[] {
  if (faults.length === 0) return []
  const lines = faults.map(({ file, line, message }): Line => ({ text: `    ${file}:${line}  ${message}` }))
  return [{ text: 'Not read:', style: 'doubt' }, ...lines, { text: '' }]
}

function tally(items: readonly PostureItem[]): string {
  const count = (state: PostureItem['state']) => items.filter((item) => item.state === state).length
  return `${countOf(items.length, 'item')}: ${count('fail')} fail, ${count('unknown')} unknown, ${count('waived')} waived, ${count('pass')} pass, ${count('not-applicable')} do not apply`
}
