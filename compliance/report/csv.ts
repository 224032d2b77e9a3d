/**
 * The report as CSV (RFC 4180). A spreadsheet runs what begins with one of `= + - @` or with white space before it, so
 * such a cell gets an apostrophe in front: whoever wrote a scanned file must not run anything at the reader's.
 */
import type { Posture } from '../../contracts/posture.ts'
import { allResultsOf, type Result } from './results.ts'

type Column = readonly [name: string, value: (result: Result) => string | number | undefined]

const columns: readonly Column[] = [
  ['id', ({ id }) => id],
  ['control', ({ item }) => item.id],
  ['title', ({ item }) => item.title],
  ['group', ({ item }) => item.group],
  ['severity', ({ item }) => item.severity],
  ['state', ({ state }) => state],
  ['resource', ({ finding }) => finding?.resource],
  ['file', ({ finding }) => finding?.location?.file],
  ['line', ({ finding }) => finding?.location?.startLine],
  ['found', ({ finding, item }) => finding?.found ?? item.why],
  ['expected', ({ finding }) => finding?.expected],
  ['fix', ({ finding }) => finding?.fix],
  ['waived_until', ({ waiver }) => waiver?.expires],
  ['waiver_owner', ({ waiver }) => waiver?.owner],
  ['known_from', ({ finding }) => finding?.trace?.join(' < ')],
  ['mapped_to', ({ item }) => mapped(item.map)],
]

/** Writes one row for each result, items with what is open first. */
export function writeCsv(posture: Posture): string {
  const rows = allResultsOf(posture).map((result) => columns.map(([, value]) => String(value(result) ?? '')))
  return [columns.map(([name]) => name), ...rows].map(row).join('')
}

function mapped(map: Readonly<Record<string, readonly string[]>> | undefined): string {
  return Object.entries(map ?? {})
    .map(([framework, sections]) => `${framework} ${sections.join(' ')}`)
    .join('; ')
}

// The full-width forms are formulas too where the spreadsheet's language writes them.
const mayRun = /^['\s]|^[=+\-@\uff1d\uff0b\uff0d\uff20]/u
const moving = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

function row(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

function cell(text: string): string {
  const shown = text.toWellFormed().replace(moving, '\ufffd')
  const safe = mayRun.test(shown) ? `'${shown}` : shown
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
