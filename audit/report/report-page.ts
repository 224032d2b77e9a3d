/** A student's report in plain words, as headings, paragraphs and rows: what a person reads, whatever draws it. */
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { basisRules } from '../../contracts/basis.ts'
import type { ReportLine, StudentReport } from '../../contracts/student-report.ts'
import { printable } from '../format/printable.ts'

export type PageBlock =
  | { readonly kind: 'title' | 'heading' | 'paragraph'; readonly text: string }
  | {
      readonly kind: 'table'
      readonly head: readonly string[]
      readonly rows: readonly (readonly string[])[]
    }

const head = ['Entry', 'When', 'What', 'Who', 'Why', 'Leaf hash'] as const

/** Writes a report as blocks, in reading order. */
export function describeReport(report: StudentReport): PageBlock[] {
  const [origin = '', size = '', root = ''] = report.checkpoint.split('\n')
  const { lines, unshown, statement, period } = report
  return [
    { kind: 'title', text: 'Who saw this student record' },
    ...paragraphs(
      `Student ${report.subject}. Made ${report.generatedAt}${period === undefined ? '' : ` for entries from ${period.from} up to ${period.to}`}.`,
      `Log ${origin}, ${size} entries, signed root ${root}.`,
      ...(report.synthetic ? ['This report holds demo data. It is no evidence.'] : []),
    ),
    ...section('Disclosures and requests (34 CFR 99.32)', lines.filter(isAccounting)),
    ...section(
      'Other access, kept as evidence',
      lines.filter((line) => !isAccounting(line)),
    ),
    { kind: 'heading', text: 'What this report shows' },
    ...paragraphs(
      `${statement.count} entries are about this student: ${lines.length} are listed above and ${unshown.length} lie outside the period or are no longer kept in words. Entry ${statement.id} of the log says the same, with the hash ${statement.sha256}.`,
      ...report.shows,
      'The file student-report.json inside this document carries the proof of every line.',
    ),
    { kind: 'heading', text: 'What it does not show' },
    ...paragraphs(...report.doesNotShow),
  ]
}

function isAccounting({ section }: ReportLine): boolean {
  return section === 'accounting'
}

function paragraphs(...texts: readonly string[]): PageBlock[] {
  return texts.map((text) => ({ kind: 'paragraph', text: printable(text) }))
}

function section(heading: string, lines: readonly ReportLine[]): PageBlock[] {
  if (lines.length === 0) return [{ kind: 'heading', text: heading }, ...paragraphs('None.')]
  return [
    { kind: 'heading', text: heading },
    { kind: 'table', head, rows: lines.map((line) => rowOf(line).map(printable)) },
  ]
}

function rowOf({ index, leaf, facts, leafHash, personal }: ReportLine): string[] {
  const { actor, party, parties, interest } = personal as NonNullable<AuditEvent['personal']>
  const names = [party, ...(parties ?? []).map(({ name }) => name)]
  const reasons = [interest, ...(parties ?? []).map((each) => each.interest)]
  return [
    String(index),
    new Date(leaf.time)
      .toISOString()
      .replace('T', ' ')
      .replace(/\.\d+Z$/, ' UTC'),
    [words(facts.action), facts.resource, ...(facts.outcome === 'success' ? [] : [facts.outcome])]
      .filter(isText)
      .join(', '),
    names.some(isText) ? names.filter(isText).join('; ') : (facts.actorRole ?? actor ?? 'not recorded'),
    [
      ...(facts.basis === undefined ? [] : [`${basisRules[facts.basis].meaning} (${facts.basis})`]),
      ...reasons.filter(isText),
    ].join('; ') || 'not recorded',
    leafHash,
  ]
}

function isText(text: string | undefined): text is string {
  return text !== undefined && text !== ''
}

function words(action: string): string {
  return action.replace('.', ' ').replaceAll('_', ' ')
}
