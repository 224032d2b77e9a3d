/** The report as JUnit XML, as CI servers read it: one suite per group, one case per item. Unknown is an error. */
import type { Posture, PostureItem } from '../../contracts/posture.ts'
import { placeOf } from './words.ts'

/** Findings told per item. */
const shownPerItem = 20

/** Writes the report. */
export function writeJunit(posture: Posture): string {
  const groups = [...Map.groupBy(posture.items, ({ group }) => group)]
  const seconds = (posture.durationMillis / 1_000).toFixed(3)
  const suites = groups.map(([group, items]) => suite(group, items, posture.scannedAt))
  const all = attributes({ name: 'campanile', ...tally(posture.items), time: seconds })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${all}>\n${suites.join('')}</testsuites>\n`
}

function tally(items: readonly PostureItem[]) {
  const count = (...states: readonly PostureItem['state'][]) =>
    items.filter(({ state }) => states.includes(state)).length
  return {
    tests: items.length,
    failures: count('fail'),
    errors: count('unknown'),
    skipped: count('waived', 'not-applicable'),
  }
}

function suite(group: string, items: readonly PostureItem[], scannedAt: string): string {
  const head = attributes({ name: group, ...tally(items), timestamp: scannedAt.replace('Z', ''), time: '0' })
  return `  <testsuite${head}>\n${items.map((item) => testcase(item)).join('')}  </testsuite>\n`
}

function testcase(item: PostureItem): string {
  const { id, title, group, state, severity } = item
  const head = attributes({ name: `${id} ${title}`, classname: `campanile.${group}`, time: '0' })
  if (state === 'pass') return `    <testcase${head}/>\n`
  const inner =
    state === 'fail'
      ? `<failure${attributes({ message: title, type: severity })}>${escape(detailOf(item))}</failure>`
      : state === 'unknown'
        ? `<error${attributes({ message: 'cannot be decided', type: 'unknown' })}>${escape(detailOf(item))}</error>`
        : `<skipped${attributes({ message: state === 'waived' ? 'waived' : 'does not apply' })}/>`
  return `    <testcase${head}>${inner}</testcase>\n`
}

function detailOf({ findings, omitted, why }: PostureItem): string {
  const shown = findings.slice(0, shownPerItem)
  const left = findings.length - shown.length + omitted
  return [
    ...(why === undefined ? [] : [why]),
    ...shown.map(
      (finding) =>
        `${finding.id} ${placeOf(finding)} ${finding.resource}: ${finding.found ?? 'nothing'}; expected ${finding.expected}`,
    ),
    ...(left > 0 ? [`and ${left} more`] : []),
  ].join('\n')
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escape(String(value)).replaceAll('\n', '&#10;')}"`)
    .join('')
}

/** What XML 1.0 has no letter for is shown as U+FFFD (XML 1.0 §2.2). */
function escape(text: string): string {
  return text
    .toWellFormed()
    .replace(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g,
      '\ufffd',
    )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
