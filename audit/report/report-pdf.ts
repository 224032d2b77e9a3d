/**
 * Draws a student's report as PDF/A-3a: tagged for screen readers, fonts embedded, and the whole report with its
 * proofs attached as JSON, so that the page people read and the file a program verifies cannot part.
 */
import { setImmediate } from 'node:timers/promises'
import type { StudentReport } from '../../contracts/student-report.ts'
import {
  drawable,
  findFonts,
  openPdf,
  type PdfDocument,
  type PdfFonts,
  type PdfStructure,
} from './pdf-document.ts'
import { describeReport, type PageBlock } from './report-page.ts'
import type { ReportWords } from './words/report-words.ts'

/** Widths of the columns as shares of the page. */
const columns = [0.06, 0.13, 0.16, 0.2, 0.28, 0.17] as const
const cellPadding = 3
const sizes = { title: 20, heading: 13, paragraph: 9.5, cell: 8 } as const
const tags = { title: 'H1', heading: 'H2', paragraph: 'P' } as const

/** Streams the report's bytes, in the language of its words. */
export async function* reportPdf(report: StudentReport, words: ReportWords): AsyncGenerator<Buffer> {
  const made = new Date(report.generatedAt)
  const fonts = findFonts()
  const document = openPdf({
    size: 'A4',
    layout: 'landscape',
    margin: 36,
    pdfVersion: '1.7',
    subset: 'PDF/A-3a',
    tagged: true,
    displayTitle: true,
    lang: words.locale,
    font: fonts.regular,
    info: { Title: words.title, CreationDate: made, Producer: 'Campanile' },
  })
  document.file(Buffer.from(JSON.stringify(report)), {
    name: 'student-report.json',
    type: 'application/json',
    description: words.attachment,
    relationship: 'Source',
    creationDate: made,
    modifiedDate: made,
  })
  const root = document.struct('Document')
  document.addStructure(root)
  for (const block of describeReport(report, words)) {
    if (block.kind === 'table') await drawTable({ document, fonts, root }, block)
    else drawText({ document, fonts, root }, block)
  }
  root.end()
  document.end()
  yield* document
}

interface Drawing {
  readonly document: PdfDocument
  readonly fonts: PdfFonts
  readonly root: PdfStructure
}

function drawText(
  { document, fonts, root }: Drawing,
  { kind, text: said }: Exclude<PageBlock, { readonly kind: 'table' }>,
): void {
  const { margins, width } = document.page
  const textWidth = width - margins.left - margins.right
  document.font(kind === 'paragraph' ? fonts.regular : fonts.bold).fontSize(sizes[kind])
  const text = drawable(document, said)
  const height = document.heightOfString(text, { width: textWidth })
  makeRoom(document, height + (kind === 'paragraph' ? 0 : 40))
  const top = document.y + (kind === 'heading' ? 10 : 2)
  const structure = document.struct(tags[kind], () => {
    document.text(text, margins.left, top, { width: textWidth })
  })
  root.add(structure)
  structure.end()
  document.y = top + height + 4
}

async function drawTable(
  drawing: Drawing,
  { head, rows }: Extract<PageBlock, { readonly kind: 'table' }>,
): Promise<void> {
  const table = drawing.document.struct('Table')
  drawing.root.add(table)
  drawRow(drawing, table, { cells: head, isHead: true })
  for (const [at, cells] of rows.entries()) {
    drawRow(drawing, table, { cells, isHead: false })
    // A row takes about 0.6 ms: whoever else waits for this process gets a turn every 15 ms.
    if (at % 25 === 24) await setImmediate()
  }
  table.end()
}

interface Row {
  readonly cells: readonly string[]
  readonly isHead: boolean
}

function drawRow({ document, fonts }: Drawing, table: PdfStructure, { cells: said, isHead }: Row): void {
  const { margins, width } = document.page
  const full = width - margins.left - margins.right
  document.font(isHead ? fonts.bold : fonts.regular).fontSize(sizes.cell)
  const cells = said.map((text) => drawable(document, text))
  const widths = columns.map((share) => share * full)
  const inner = widths.map((each) => ({ width: each - 2 * cellPadding }))
  const height =
    Math.max(...cells.map((text, at) => document.heightOfString(text, inner[at]))) + 2 * cellPadding
  makeRoom(document, height)
  const top = document.y
  const row = document.struct('TR')
  table.add(row)
  let left = margins.left
  cells.forEach((text, at) => {
    const x = left + cellPadding
    const cell = document.struct(isHead ? 'TH' : 'TD', () => {
      document.text(text, x, top + cellPadding, inner[at])
    })
    row.add(cell)
    cell.end()
    left += widths[at] ?? 0
  })
  row.end()
  // A rule says nothing to whoever listens.
  document.markContent('Artifact', { type: 'Layout' })
  document
    .lineWidth(isHead ? 1 : 0.25)
    .moveTo(margins.left, top + height)
    .lineTo(left, top + height)
    .stroke()
  document.endMarkedContent()
  document.y = top + height
}

/** Begins a new page where the rest of this one is too short; what is longer than a page flows on by itself. */
function makeRoom(document: PdfDocument, height: number): void {
  const { page } = document
  if (document.y + height > page.height - page.margins.bottom) {
    document.addPage()
    document.y = page.margins.top
  }
}
