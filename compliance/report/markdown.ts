/** The report as Markdown, short enough for a comment on a change: what is open first, numbers last. */
import type { Posture, PostureItem } from '../../contracts/posture.ts'
import { changeLines } from './changes.ts'
import { countOf, frameworkLine, inReadingOrder, notesOf, placeOf, scoreLine } from './words.ts'

/** Findings shown per item, and items. */
const shownPerItem = 5
const shownItems = 60

/** Most characters GitHub takes. */
const longest = 65_536
/** Most characters of one text of a scanned file, and files told that could not be read. */
const textLimit = 300
const shownFaults = 50

/** Writes the report; of a long one fewer items are shown, and how many are left out is told. */
export function writeMarkdown(posture: Posture): string {
  for (let shown = shownItems; shown > 1; shown = Math.floor(shown / 2)) {
    const text = reportOf(posture, shown)
    if (text.length <= longest) return text
  }
  return reportOf(posture, 1)
}

function reportOf(posture: Posture, limit: number): string {
  const items = inReadingOrder(posture.items)
  const open = items.filter(({ state }) => state === 'fail' || state === 'unknown' || state === 'waived')
  const count = (state: PostureItem['state'], severity?: string) =>
    items.filter((item) => item.state === state && (severity ?? item.severity) === item.severity).length
  const left = open.length - limit
  const leftFaults = posture.faults.length - shownFaults
  return [
    '# Hardening report\n',
    `**${countOf(count('fail', 'critical'), 'critical item')} failing, ${count('unknown')} unknown**, ${count('fail')} of ${countOf(items.length, 'item')} fail.\n`,
    ...open.slice(0, limit).map(itemBlock),
    ...(left > 0 ? [`And ${countOf(left, 'item')} more, in the JSON report.\n`] : []),
    ...(posture.faults.length === 0
      ? []
      : [
          `## Not read\n\n${posture.faults
            .slice(0, shownFaults)
            .map(({ file, line, message }) => `- ${code(`${file}:${line}`)} ${text(message)}`)
            .join('\n')}${leftFaults > 0 ? `\n- and ${leftFaults} more` : ''}\n`,
        ]),
    `## Frameworks\n\n${posture.frameworks
      .filter(({ mapped }) => mapped > 0)
      .map((framework) => `- ${text(framework.title)}: ${text(frameworkLine(framework))}`)
      .join('\n')}\n`,
    `## Score\n\n${text(scoreLine(posture))}\n`,
    [...notesOf(posture), ...changeLines(posture)].map((note) => `- ${text(note)}`).join('\n'),
    '',
  ].join('\n')
}

function itemBlock({ id, title, severity, state, why, findings, omitted }: PostureItem): string {
  const shown = findings.slice(0, shownPerItem)
  const left = findings.length - shown.length + omitted
  const [first] = findings
  return [
    `### ${state.toUpperCase()} ${id} (${severity}) ${text(title)}\n`,
    ...(why === undefined ? [] : [`${text(why)}\n`]),
    ...shown.map(
      (finding) =>
        `- ${code(placeOf(finding))} ${text(finding.resource)}: ${text(finding.found ?? 'nothing')}${finding.waived === true ? ' (waived)' : ''}`,
    ),
    ...(left > 0 ? [`- and ${left} more`] : []),
    ...(first === undefined ? [] : [`\nExpected: ${text(first.expected)}.`]),
    ...(first?.fix === undefined ? [] : [`To mend: ${text(first.fix)}.`]),
    '',
  ].join('\n')
}

const moving = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** Text stays text: no markup, no link, no mention of anybody, whatever a scanned file holds. */
function text(value: string): string {
  return shortened(value)
    .toWellFormed()
    .replace(moving, '\ufffd')
    .replace(/[\\`*_{}[\]<>#|~!]/g, '\\$&')
    .replaceAll('@', '@\u200b')
    .replace(/(https?|ftp):\/\//gi, '$1:\u200b//')
    .replace(/www\./gi, '$&\u200b')
}

function code(value: string): string {
  return `\`${shortened(value).toWellFormed().replace(moving, '\ufffd').replaceAll('`', "'")}\``
}

function shortened(value: string): string {
  return value.length > textLimit ? `${value.slice(0, textLimit - 1)}…` : value
}
