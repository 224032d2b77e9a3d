import { expect } from 'chai'
import { describeReport, type PageBlock } from '../../../audit/report/report-page.ts'
import { reportCsv } from '../../../audit/report/report-csv.ts'
import { languages, wordsIn } from '../../../audit/report/words/choose-words.ts'
import { parseCsv } from '../format/strict-parsers.ts'
import { smallReport } from './small-report.ts'

const english = wordsIn('en')
const spanish = wordsIn('es')

function textsOf(blocks: readonly PageBlock[]): string[] {
  return blocks.flatMap((block) =>
    block.kind === 'table' ? [...block.head, ...block.rows.flat()] : [block.text],
  )
}

/** Every text of a catalogue by where it stands; those that are put together are tried out. */
function flat(value: unknown, at = ''): (readonly [string, string])[] {
  if (typeof value === 'string') return [[at, value]]
  if (typeof value === 'function') return [[at, String((value as (given: object) => string)({}))]]
  return Object.entries(value as object).flatMap(([key, inner]) => flat(inner, `${at}/${key}`))
}

describe('the words of a student report', () => {
  it('are in each language what they are in no other', () => {
    // The same in both: loan words.
    const shared = new Set(['/roles/auditor'])
    const other = new Map(flat(english))
    const same = flat(spanish).filter(([at, text]) => !shared.has(at) && other.get(at) === text)
    expect(same).to.deep.equal([])
  })

  it('are all the words of a page: none is left in another language', () => {
    const report = smallReport()
    const inSpanish = textsOf(describeReport(report, spanish))
    for (const text of textsOf(describeReport(report, english))) {
      const isData = text === 'Advisor' || /^[\d,]+$/.test(text) || /^[A-Za-z0-9+/]{43}=$/.test(text)
      if (!isData) expect(inSpanish).not.to.include(text)
    }
  })

  it('say as much as the report does', () => {
    const report = smallReport()
    for (const language of languages) {
      expect(wordsIn(language).shows).to.have.lengthOf(report.shows.length)
      expect(wordsIn(language).doesNotShow).to.have.lengthOf(report.doesNotShow.length)
    }
    expect(report.shows).to.deep.equal([...english.shows])
    expect(report.doesNotShow).to.deep.equal([...english.doesNotShow])
  })

  it('write times in UTC and numbers as their readers do', () => {
    const report = { ...smallReport(), generatedAt: '2026-09-01T18:05:09.000Z' }
    const made = (words: typeof english) => textsOf(describeReport(report, words))[1]
    expect(made(english)).to.match(/Sep 1, 2026, 6:05:09\sPM UTC/)
    expect(made(spanish)).to.match(/^Estudiante student-0\. Elaborado el .*2026.*6:05:09\sp\.\s?m\. UTC/)
    const [firstLine] = report.lines
    Object.assign(firstLine ?? {}, { index: 1_234_567 })
    expect(textsOf(describeReport(report, spanish))).to.include('1,234,567')
  })

  it('show a thing the catalogue does not know as the producer wrote it', () => {
    const report = smallReport()
    Object.assign(report.lines[0]?.facts ?? {}, { resource: 'lab_notes' })
    Object.assign(report.lines[1]?.facts ?? {}, { resource: 'transcript', outcome: 'denied' })
    const texts = textsOf(describeReport(report, spanish))
    expect(texts).to.include('consulta del historial académico, lab notes')
    expect(texts).to.include('consulta del historial académico, historial académico, denegado')
  })

  it('name the columns of a CSV, and leave its cells what programs read', () => {
    const report = smallReport()
    const [head, ...rows] = parseCsv([...reportCsv(report, spanish)].join(''))
    const [programs, ...same] = parseCsv([...reportCsv(report, english)].join(''))
    expect(head).to.include('base_legal').and.not.include('basis')
    expect(head).to.have.lengthOf(programs?.length ?? 0)
    expect(new Set(head)).to.have.property('size', head?.length)
    expect(rows).to.deep.equal(same)
  })
})
