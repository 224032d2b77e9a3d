/**
 * The part of pdfkit 0.20 that draws reports. It is loaded by `require`, and described here, because the published
 * types are of an older release that knows no relationship of attachments, which PDF/A-3 asks for.
 */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const fontFolder = join(dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf')

/** Fonts that are embedded. They go by their files: under a second name pdfkit would read one again each time. */
export const fonts = {
  regular: join(fontFolder, 'DejaVuSans.ttf'),
  bold: join(fontFolder, 'DejaVuSans-Bold.ttf'),
  fixed: join(fontFolder, 'DejaVuSansMono.ttf'),
} as const

/** An element of the structure that a screen reader follows. */
export interface PdfStructure {
  add(child: PdfStructure): PdfStructure
  end(): void
}

interface PdfOptions {
  readonly size: 'A4'
  readonly margin: number
  readonly pdfVersion: '1.7'
  readonly subset: 'PDF/A-3a'
  readonly tagged: true
  readonly displayTitle: true
  readonly lang: string
  readonly font: string
  readonly info: { readonly Title: string; readonly CreationDate: Date; readonly Producer: string }
}

interface PdfAttachment {
  readonly name: string
  readonly type: string
  readonly description: string
  readonly relationship: 'Source'
  readonly creationDate: Date
  readonly modifiedDate: Date
}

export interface PdfDocument extends AsyncIterable<Buffer> {
  y: number
  /** The font that was chosen last, as pdfkit's own `fontkit` read it. */
  readonly _font: { readonly font: { hasGlyphForCodePoint(codePoint: number): boolean } }
  readonly page: {
    readonly width: number
    readonly height: number
    readonly margins: {
      readonly left: number
      readonly right: number
      readonly top: number
      readonly bottom: number
    }
  }
  font(file: string): this
  fontSize(points: number): this
  fillColor(color: string): this
  text(text: string, x: number, y: number, options?: { readonly width?: number }): this
  heightOfString(text: string, options?: { readonly width?: number }): number
  addPage(): this
  struct(type: string, content?: () => void): PdfStructure
  addStructure(structure: PdfStructure): this
  file(bytes: Buffer, options: PdfAttachment): this
  end(): void
}

/** Begins a document; its bytes can be read once it has ended. */
export function openPdf(options: PdfOptions): PdfDocument {
  // pdfkit's main export is the class whose used part is described above.
  const Document = require('pdfkit') as new (options: PdfOptions) => PdfDocument
  return new Document(options)
}

/** What all fonts are known to have: printable ASCII and the Latin letters up to U+017F. */
const certain = /^[\u0020-\u007e\u00a0-\u017f\n]*$/

/** Puts U+FFFD where the chosen font has no letter: PDF/A allows no glyph that is missing (ISO 19005-3 §6.2.11.8). */
export function drawable({ _font }: Pick<PdfDocument, '_font'>, text: string): string {
  if (certain.test(text)) return text
  return Array.from(text.replaceAll(/[\t\r]/g, ' '), (letter) =>
    letter === '\n' || _font.font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0) ? letter : '\ufffd',
  ).join('')
}
