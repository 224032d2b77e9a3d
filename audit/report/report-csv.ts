/** A student's report as CSV: a row for each line, with all that its proof needs in the last columns. */
import { canonicalJson } from '../../contracts/canonical-json.ts'
import type { AuditEvent } from '../../contracts/audit-event.ts'
import type { StudentReport } from '../../contracts/student-report.ts'
import { csvCells, csvColumns, csvRow } from '../format/csv.ts'
import { proofColumns, type ReportWords } from './words/report-words.ts'

/** Writes a report row by row, the names of the columns first; only they are words. */
export function* reportCsv(
  report: StudentReport,
  { columns }: Pick<ReportWords, 'columns'>,
): Generator<string> {
  yield csvRow([...csvColumns, ...proofColumns].map((column) => columns[column]))
  const [origin = '', size = '', root = ''] = report.checkpoint.split('\n')
  for (const line of report.lines) {
    const { index, leaf, facts, path } = line
    const personal = line.personal as NonNullable<AuditEvent['personal']>
    const leafHash = Buffer.from(line.leafHash, 'base64')
    yield csvRow([
      ...csvCells({ tenant: report.tenant, origin, index, leafHash, leaf, facts, personal }),
      line.section,
      canonicalJson(leaf),
      line.factsSalt,
      line.personalSalt,
      path.join(' '),
      size,
      root,
    ])
  }
}
