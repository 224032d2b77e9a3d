import { inflateSync } from 'node:zlib'
import { expect } from 'chai'
import { describeReport } from '../../../audit/report/report-page.ts'
import { reportPdf } from '../../../audit/report/report-pdf.ts'
import { wordsIn } from '../../../audit/report/words/choose-words.ts'
import { smallReport } from './small-report.ts'

async function pdfOf(report: ReturnType<typeof smallReport>, words = wordsIn('en')): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(reportPdf(report, words)))
}

/** Opens every compressed stream of a PDF. */
function streamsOf(pdf: Buffer): string[] {
  const text = pdf.toString('latin1')
  // A compressed stream may end with a carriage return of its own.
  return Array.from(text.matchAll(/stream\r?\n([\s\S]*?)\nendstream/g), ([, body = '']) => {
    try {
      return inflateSync(Buffer.from(body, 'latin1')).toString('latin1')
    } catch {
      return body
    }
  })
}

describe('a student report as PDF', () => {
  it('is PDF/A-3a with a structure for screen readers: a heading, a table and cells for every line', async () => {
    const report = smallReport()
    const pdf = (await pdfOf(report)).toString('latin1')
    expect(pdf).to.match(/^%PDF-1\.7/)
    expect(pdf).to.match(/\/Lang \(en-US\)/)
    expect(pdf).to.match(/\/Marked true/)
    expect(streamsOf(Buffer.from(pdf, 'latin1')).join('\n')).to.match(
      /pdfaid:part>3<[\s\S]*pdfaid:conformance>A</,
    )
    const count = (tag: string) => pdf.split(`/S /${tag}\n`).length - 1
    expect(count('H1')).to.equal(1)
    expect(count('Table')).to.equal(2)
    expect(count('TR')).to.equal(report.lines.length + 2)
    expect(count('TD')).to.equal(report.lines.length * 6)
  })

  it('says in which language it is, to screen readers too', async () => {
    const pdf = (await pdfOf(smallReport(), wordsIn('es'))).toString('latin1')
    expect(pdf).to.match(/\/Lang \(es-US\)/)
    const metadata = streamsOf(Buffer.from(pdf, 'latin1')).find((text) => text.includes('<x:xmpmeta')) ?? ''
    expect(Buffer.from(metadata, 'latin1').toString()).to.contain('Quién vio este expediente estudiantil')
  })

  it('carries the whole report with its proofs', async () => {
    const report = smallReport()
    const json = Buffer.from(JSON.stringify(report)).toString('latin1')
    expect(streamsOf(await pdfOf(report))).to.include(json)
  })

  it('has pages enough for long reports and rows', async () => {
    const report = smallReport({ pairs: 60 })
    Object.assign(report.lines[0]?.personal ?? {}, { interest: 'x '.repeat(1_000) })
    const pdf = (await pdfOf(report)).toString('latin1')
    expect(pdf.split('/Type /Page\n').length - 1).to.be.within(4, 20)
  })
})

describe('a student report in plain words', () => {
  it('has a row for each line and says what it does not show', () => {
    const report = smallReport()
    const blocks = describeReport(report, wordsIn('en'))
    const rows = blocks.flatMap((block) => (block.kind === 'table' ? block.rows : []))
    expect(rows).to.have.lengthOf(report.lines.length)
    expect(rows[0]).to.include('another school where the student seeks to enrol (99.31(a)(2))')
    const texts = blocks.flatMap((block) => (block.kind === 'table' ? [] : [block.text]))
    expect(texts).to.include.members([...report.shows, ...report.doesNotShow])
  })
})
