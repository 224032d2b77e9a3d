import { expect } from 'chai'
import { reportCsv } from '../../../audit/report/report-csv.ts'
import { english } from '../../../audit/report/words/english.ts'
import { statementOf } from '../../../audit/report/student-report.ts'
import { verifyStudentReport } from '../../../audit/report/verify-report.ts'
import { leafHash } from '../../../audit/log/hash.ts'
import { verifyInclusion } from '../../../audit/log/proof.ts'
import { StudentReport } from '../../../contracts/student-report.ts'
import { validator } from '../../../lib/validate.ts'
import { parseCsv } from '../format/strict-parsers.ts'
import { smallReport, startOfTime, verifierKey } from './small-report.ts'

function codeOf(report: StudentReport): string | undefined {
  try {
    verifyStudentReport(report, verifierKey)
    return undefined
  } catch (error) {
    return (error as { code: string }).code
  }
}

/** Changes a copy of a report. */
function changed(change: (report: StudentReport) => void): StudentReport {
  const report = structuredClone(smallReport())
  change(report)
  return report
}

/** The first line, of a report that has some. */
function firstOf({ lines: [line] }: StudentReport) {
  if (line === undefined) throw new Error('the report has no lines')
  return line
}

describe('a student report', () => {
  it('has every entry about the student and nobody else, in two sections, and verifies', () => {
    const report = smallReport()
    expect(validator(StudentReport)(report)).to.have.property('valid', true)
    expect(report.lines.map(({ index }) => index)).to.deep.equal([0, 2, 4, 6, 8, 10, 12])
    expect(report.lines.map(({ section }) => section)).to.deep.equal([
      'accounting',
      'access',
      'access',
      'accounting',
      'access',
      'access',
      'access',
    ])
    expect(JSON.stringify(report)).not.to.include('student-1')
    expect(verifyStudentReport(report, verifierKey)).to.deep.equal({ lines: 7, earlierStatements: 1 })
  })

  it('of a period shows its lines and proves the places of the others without showing them', () => {
    const report = smallReport({ period: { from: startOfTime + 4_000, to: startOfTime + 8_000 } })
    expect(report.lines.map(({ index }) => index)).to.deep.equal([4, 6])
    expect(report.unshown.map(({ index }) => index)).to.deep.equal([0, 2, 8, 10, 12])
    expect(report.statement.count).to.equal(7)
    expect(codeOf(report)).to.equal(undefined)
  })

  it('does not verify when an entry is left out, with or without its statement', () => {
    const without = changed(({ lines }) => lines.splice(1, 1))
    expect(codeOf(without)).to.equal('AUDIT_REPORT_INVALID')
    // Whoever makes the statement fit as well is contradicted by the one that is in the log already.
    const { lines, unshown } = without
    const all = [...lines, ...unshown].map((entry) => ({ leafHash: Buffer.from(entry.leafHash, 'base64') }))
    Object.assign(without.statement, statementOf(all))
    expect(codeOf(without)).to.equal('AUDIT_REPORT_INVALID')
  })

  it('does not verify when a line says something else', () => {
    const changes: ((line: StudentReport['lines'][number]) => void)[] = [
      (line) => Object.assign(line.facts, { outcome: 'denied' }),
      (line) => Object.assign(line.personal, { party: 'Nobody' }),
      (line) => Object.assign(line.personal, { subject: 'student-1' }),
      (line) => Object.assign(line.leaf, { time: line.leaf.time + 1 }),
      (line) => Object.assign(line, { section: 'access' }),
      (line) => Object.assign(line, { index: 1 }),
      (line) => line.path.pop(),
      (line) => line.path.reverse(),
    ]
    for (const change of changes) {
      const report = changed((given) => change(firstOf(given)))
      expect(codeOf(report), String(change)).to.be.oneOf(['AUDIT_REPORT_INVALID', 'AUDIT_PROOF_INVALID'])
    }
  })

  it('does not verify under another name or with a line twice', () => {
    expect(codeOf(changed((report) => Object.assign(report, { subject: 'student-1' })))).to.equal(
      'AUDIT_REPORT_INVALID',
    )
    expect(codeOf(changed((report) => report.lines.push(firstOf(report))))).to.equal('AUDIT_REPORT_INVALID')
  })

  it('as CSV carries all that proves each line', () => {
    const report = smallReport()
    const [header = [], ...rows] = parseCsv([...reportCsv(report, english)].join(''))
    const cell = (row: string[], column: string) => row[header.indexOf(column)] ?? ''
    expect(rows).to.have.lengthOf(report.lines.length)
    for (const row of rows) {
      const hash = leafHash(Buffer.from(cell(row, 'leaf')))
      expect(hash.toString('hex')).to.equal(cell(row, 'leaf_hash'))
      const path = cell(row, 'inclusion_proof')
        .split(' ')
        .map((text) => Buffer.from(text, 'base64'))
      const place = { index: Number(cell(row, 'index')), size: Number(cell(row, 'tree_size')) }
      verifyInclusion({ ...place, leafHash: hash, path }, Buffer.from(cell(row, 'root'), 'base64'))
    }
  })
})
