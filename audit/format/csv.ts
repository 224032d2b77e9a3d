/**
 * Ledger entries as CSV (RFC 4180). A spreadsheet runs what begins with one of `= + - @` or with white space before
 * it, so such a cell gets an apostrophe in front; so does one that begins with an apostrophe, which makes taking
 * off one leading apostrophe of every cell the exact inverse.
 */
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { recordDuty } from '../../contracts/basis.ts'
import { namedFacts, namedPersonal, otherThan, type LedgerEntry } from './entry.ts'
import { printable } from './printable.ts'

/** Columns of an export, in order; the personal ones are empty where they were not opened. */
export const csvColumns = [
  'index',
  'sequenced_at',
  'happened_at',
  'id',
  'producer',
  'producer_sequence',
  'class',
  'action',
  'outcome',
  'actor_role',
  'basis',
  'record_duty',
  'reason',
  'resource',
  'trace_id',
  'synthetic',
  'actor',
  'subject',
  'resource_id',
  'party',
  'interest',
  'other_facts',
  'other_personal',
  'leaf_hash',
] as const

export type CsvColumn = (typeof csvColumns)[number]

/** Gives what each column says of an entry; undefined where it says nothing. */
export function columnValues(entry: LedgerEntry): Readonly<Record<CsvColumn, string | number | undefined>> {
  const { index, leaf, leafHash, facts, gone, personal } = entry
  return {
    index,
    sequenced_at: new Date(leaf.time).toISOString(),
    happened_at: new Date(leaf.eventTime).toISOString(),
    id: leaf.id,
    producer: leaf.producer,
    producer_sequence: leaf.sequence,
    class: facts?.class,
    action: facts?.action,
    outcome: facts?.outcome,
    actor_role: facts?.actorRole,
    basis: facts?.basis,
    record_duty: facts?.basis === undefined ? undefined : recordDuty(facts.basis),
    reason: facts?.reason,
    resource: facts?.resource,
    trace_id: facts?.traceId,
    synthetic: leaf.synthetic === true || facts?.synthetic === true ? 'true' : undefined,
    actor: personal?.actor,
    subject: personal?.subject,
    resource_id: personal?.resourceId,
    party: personal?.party,
    interest: personal?.interest,
    other_facts: jsonOf(facts === undefined ? { ...(gone && { gone }) } : otherThan(facts, namedFacts)),
    other_personal: personal === undefined ? undefined : jsonOf(otherThan(personal, namedPersonal)),
    leaf_hash: Buffer.from(leafHash).toString('hex'),
  }
}

/** Writes an entry as the cells of `csvColumns`. */
export function csvCells(entry: LedgerEntry): string[] {
  const cells = columnValues(entry)
  return csvColumns.map((column) => String(cells[column] ?? ''))
}

function jsonOf(value: object): string | undefined {
  return Object.keys(value).length === 0 ? undefined : canonicalJson(value)
}

// The full-width forms are formulas too where the spreadsheet's language writes them.
const mayRun = /^['\s]|^[=+\-@\uff1d\uff0b\uff0d\uff20]/u

/** Writes one row with its line end. */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(text: string): string {
  const shown = printable(text)
  const safe = mayRun.test(shown) ? `'${shown}` : shown
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
