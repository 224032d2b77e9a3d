/**
 * The report as PDF/A-3a: tagged for screen readers, fonts embedded, and the whole posture attached as JSON, so that
 * the page people sign and the file a program reads cannot part. The same posture gives the same pages.
 */
import type { Posture, PostureItem } from '../../contracts/posture.ts'
import { changeLines } from './changes.ts'
import { drawable, fonts, openPdf, type PdfDocument, type PdfStructure } from './pdf-document.ts'
import { countOf, frameworkLine, inReadingOrder, notesOf, placeOf, scoreLine } from './words.ts'

const shownPerItem = 6
/** Findings whose source lines are shown, per item: paper has no end otherwise. */
const quotedPerItem = 1

const styles = {
  H1: { font: fonts.bold, size: 20, before: 0, color: '#1b1f24' },
  H2: { font: fonts.bold, size: 13, before: 14, color: '#1b1f24' },
  H3: { font: fonts.bold, size: 10, before: 9, color: '#1b1f24' },
  P: { font: fonts.regular, size: 9, before: 3, color: '#1b1f24' },
  Code: { font: fonts.fixed, size: 7.5, before: 3, color: '#3d444d' },
} as const

interface Block {
  readonly tag: keyof typeof styles
  readonly text: string
}

/** Writes the document. */
export async function writePdf(posture: Posture): Promise<Buffer> {
  const made = new Date(posture.scannedAt)
  const document = openPdf({
    size: 'A4',
    margin: 48,
    pdfVersion: '1.7',
    subset: 'PDF/A-3a',
    tagged: true,
    displayTitle: true,
    lang: 'en',
    font: fonts.regular,
    info: { Title: 'Hardening report', CreationDate: made, Producer: 'Campanile' },
  })
  document.file(Buffer.from(JSON.stringify(posture)), {
    name: 'posture.json',
    type: 'application/json',
    description: 'The posture these pages show',
    relationship: 'Source',
    creationDate: made,
    modifiedDate: made,
  })
  const root = document.struct('Document')
  document.addStructure(root)
  for (const block of blocksOf(posture)) draw(document, root, block)
  root.end()
  document.end()
  const chunks: Buffer[] = []
  for await (const chunk of document) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function draw(document: PdfDocument, root: PdfStructure, { tag, text: said }: Block): void {
  const { font, size, before, color } = styles[tag]
  const { margins, width, height } = document.page
  document.font(font).fontSize(size).fillColor(color)
  const text = drawable(
    document,
    said.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd'),
  )
  const inner = { width: width - margins.left - margins.right }
  const needed = document.heightOfString(text, inner)
  // A heading does not stand alone at the foot of a page.
  const room = needed + before + (tag.startsWith('H') ? 40 : 0)
  if (document.y + room > height - margins.bottom) {
    document.addPage()
    document.y = margins.top
  }
  const top = document.y + before
  const structure = document.struct(tag, () => {
    document.text(text, margins.left, top, inner)
  })
  root.add(structure)
  structure.end()
}

function blocksOf(posture: Posture): Block[] {
  const items = inReadingOrder(posture.items)
  const open = items.filter(({ state }) => state === 'fail' || state === 'unknown' || state === 'waived')
  const failing = items.filter(({ state }) => state === 'fail')
  const critical = failing.filter(({ severity }) => severity === 'critical')
  const unknown = items.filter(({ state }) => state === 'unknown')
  return [
    { tag: 'H1', text: 'Hardening report' },
    { tag: 'P', text: `Scanned ${posture.scannedAt}, rule set ${posture.ruleset}` },
    {
      tag: 'P',
      text: `${countOf(critical.length, 'critical item')} failing, ${unknown.length} unknown; ${failing.length} of ${countOf(items.length, 'item')} fail.`,
    },
    { tag: 'P', text: `Score: ${scoreLine(posture)}` },
    ...[...notesOf(posture), ...changeLines(posture)].map((text): Block => ({ tag: 'P', text })),
    { tag: 'H2', text: 'What is open' },
    ...(open.length === 0 ? [paragraph('Nothing fails and nothing is unknown.')] : open.flatMap(itemBlocks)),
    { tag: 'H2', text: 'By framework' },
    ...posture.frameworks.flatMap(frameworkBlocks),
    ...sections(posture),
    { tag: 'H2', text: 'What holds, and what does not apply' },
    ...items
      .filter((item) => !open.includes(item))
      .map(({ id, title, state }) =>
        paragraph(`${id} ${title}: ${state === 'pass' ? 'pass' : 'does not apply'}`),
      ),
  ]
}

function paragraph(text: string): Block {
  return { tag: 'P', text }
}

function itemBlocks({ id, title, severity, state, why, findings, omitted }: PostureItem): Block[] {
  const left = Math.max(0, findings.length - shownPerItem) + omitted
  const [first] = findings
  return [
    { tag: 'H3', text: `${state.toUpperCase()} ${id} (${severity}) ${title}` },
    ...(why === undefined ? [] : [paragraph(why)]),
    ...findings
      .slice(0, shownPerItem)
      .flatMap((finding, at): Block[] => [
        paragraph(
          `${placeOf(finding)}  ${finding.resource}: ${finding.found ?? 'nothing'}${finding.waived === true ? ' (waived)' : ''}`,
        ),
        ...(finding.excerpt === undefined || at >= quotedPerItem
          ? []
          : [{ tag: 'Code' as const, text: numbered(finding.excerpt) }]),
      ]),
    ...(left > 0 ? [paragraph(`and ${left} more, in the attached posture`)] : []),
    ...(first === undefined ? [] : [paragraph(`Expected: ${first.expected}`)]),
    ...(first?.fix === undefined ? [] : [paragraph(`To mend: ${first.fix}`)]),
  ]
}

function numbered({
  startLine,
  lines,
}: {
  readonly startLine: number
  readonly lines: readonly string[]
}): string {
  return lines.map((line, at) => `${String(startLine + at).padStart(5, ' ')}  ${line}`).join('\n')
}

function frameworkBlocks(framework: Posture['frameworks'][number]): Block[] {
  const { title, mapped, controls, outside = [] } = framework
  if (mapped === 0) return []
  const failing = controls.filter(({ state }) => state !== 'pass')
  return [
    { tag: 'H3', text: title },
    paragraph(frameworkLine(framework)),
    ...(failing.length === 0
      ? []
      : [paragraph(`Not passing: ${failing.map(({ id, state }) => `${id} (${state})`).join(', ')}`)]),
    ...(outside.length === 0
      ? []
      : [paragraph(`Outside, nothing here measures them: ${outside.join(', ')}`)]),
  ]
}

function sections({ waivers, faults }: Posture): Block[] {
  return [
    ...(waivers.length === 0 ? [] : [{ tag: 'H2' as const, text: 'Waivers' }]),
    ...waivers.map(({ control, resource, state, expires, reason, owner, approver }) =>
      paragraph(
        `${state.toUpperCase()} ${control} ${resource ?? 'every resource'}, until ${expires}. ${reason} Owner ${owner}, approved by ${approver}.`,
      ),
    ),
    ...(faults.length === 0 ? [] : [{ tag: 'H2' as const, text: 'Not read' }]),
    ...faults.map(({ file, line, message }) => paragraph(`${file}:${line}  ${message}`)),
  ]
}
