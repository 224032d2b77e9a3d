/** A student's report in plain words, as headings, paragraphs and rows: what a person reads, whatever draws it. */
import type { AuditEvent } from '../../contracts/audit-event.ts'
import type { ReportLine, StudentReport } from '../../contracts/student-report.ts'
import { printable } from '../format/printable.ts'
import type { ReportWords } from './words/report-words.ts'

export type PageBlock =
  | { readonly kind: 'title' | 'heading' | 'paragraph'; readonly text: string }
  | {
      readonly kind: 'table'
      readonly head: readonly string[]
      readonly rows: readonly (readonly string[])[]
    }

/** Writes a report as blocks, in reading order. */
export function describeReport(report: StudentReport, words: ReportWords): PageBlock[] {
  const [origin = '', size = '', root = ''] = report.checkpoint.split('\n')
  const { lines, unshown, statement, period, subject } = report
  const write = writerOf(words)
  const { number, instant } = write
  return [
    { kind: 'title', text: words.title },
    ...paragraphs(
      words.made({
        subject,
        made: instant(report.generatedAt),
        ...(period === undefined ? {} : { period: { from: instant(period.from), to: instant(period.to) } }),
      }),
      words.log({ origin, size: number(Number(size)), root }),
      ...(report.synthetic ? [words.synthetic] : []),
    ),
    ...section(words.disclosures, lines.filter(isAccounting), write),
    ...section(
      words.otherAccess,
      lines.filter((line) => !isAccounting(line)),
      write,
    ),
    { kind: 'heading', text: words.showsHeading },
    ...paragraphs(
      words.statement({
        count: number(statement.count),
        listed: number(lines.length),
        unshown: number(unshown.length),
        id: statement.id,
        sha256: statement.sha256,
      }),
      ...words.shows,
      words.attached,
    ),
    { kind: 'heading', text: words.doesNotShowHeading },
    ...paragraphs(...words.doesNotShow),
  ]
}

interface Writer {
  readonly words: ReportWords
  readonly number: (value: number) => string
  /** Writes an instant in UTC: the ledger does not know where its reader lives. */
  readonly instant: (at: string | number) => string
}

function writerOf(words: ReportWords): Writer {
  const numbers = new Intl.NumberFormat(words.locale)
  const times = new Intl.DateTimeFormat(words.locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
    timeZone: 'UTC',
    timeZoneName: 'short',
  })
  return {
    words,
    number: (value) => numbers.format(value),
    instant: (at) => times.format(new Date(at)),
  }
}

function isAccounting({ section }: ReportLine): boolean {
  return section === 'accounting'
}

function paragraphs(...texts: readonly string[]): PageBlock[] {
  return texts.map((text) => ({ kind: 'paragraph', text: printable(text) }))
}

function section(heading: string, lines: readonly ReportLine[], write: Writer): PageBlock[] {
  const { words } = write
  if (lines.length === 0) return [{ kind: 'heading', text: heading }, ...paragraphs(words.none)]
  return [
    { kind: 'heading', text: heading },
    { kind: 'table', head: words.head, rows: lines.map((line) => rowOf(line, write).map(printable)) },
  ]
}

function rowOf(
  { index, leaf, facts, leafHash, personal }: ReportLine,
  { words, number, instant }: Writer,
): string[] {
  const { action, actorRole, basis, outcome, resource } = facts
  const { actor, party, parties, interest } = personal as NonNullable<AuditEvent['personal']>
  const names = [party, ...(parties ?? []).map(({ name }) => name)]
  const reasons = [interest, ...(parties ?? []).map((each) => each.interest)]
  const role = actorRole === undefined ? undefined : words.roles[actorRole]
  return [
    number(index),
    instant(leaf.time),
    [
      words.actions[action],
      resource === undefined ? undefined : resourceIn(words, resource),
      ...(outcome === 'success' ? [] : [words.outcomes[outcome]]),
    ]
      .filter(isText)
      .join(', '),
    names.some(isText) ? names.filter(isText).join('; ') : (role ?? actor ?? words.notRecorded),
    [...(basis === undefined ? [] : [`${words.bases[basis]} (${basis})`]), ...reasons.filter(isText)].join(
      '; ',
    ) || words.notRecorded,
    leafHash,
  ]
}

/** Names a thing as the catalogue does; a producer may name others. */
function resourceIn({ resources }: ReportWords, resource: string): string {
  return (
    (Object.hasOwn(resources, resource) ? resources[resource] : undefined) ?? resource.replaceAll('_', ' ')
  )
}

function isText(text: string | undefined): text is string {
  return text !== undefined && text !== ''
}
