/**
 * What ISO 19005-3 (PDF/A-3) asks of a document and a reader of its objects can see. No validator stands behind it:
 * none is among the tools of this house.
 */
import { inflateSync } from 'node:zlib'
import { expect } from 'chai'
import { reportPdf } from '../../../audit/report/report-pdf.ts'
import { languages, wordsIn } from '../../../audit/report/words/choose-words.ts'
import { smallReport } from './small-report.ts'

interface PdfObject {
  readonly dictionary: string
  /** Unpacked. */
  readonly stream: Buffer | undefined
}

/** Reads the objects of a PDF by their numbers; pdfkit writes neither object streams nor a name with a space. */
function objectsOf(pdf: Buffer): Map<string, PdfObject> {
  const objects = new Map<string, PdfObject>()
  for (const [, number = '', body = ''] of pdf
    .toString('latin1')
    .matchAll(/^(\d+) 0 obj\n([\s\S]*?)\nendobj/gm)) {
    const [dictionary = '', packed] = body.split(/\nstream\r?\n/)
    const bytes = packed === undefined ? undefined : Buffer.from(packed.replace(/\nendstream$/, ''), 'latin1')
    const isPacked = dictionary.includes('/FlateDecode')
    objects.set(number, { dictionary, stream: bytes && isPacked ? inflateSync(bytes) : bytes })
  }
  return objects
}

/** Follows `/Key 12 0 R`, or `/Key [12 0 R]`, in a dictionary. */
function follow(objects: Map<string, PdfObject>, from: PdfObject | undefined, key: string) {
  const number = new RegExp(`/${key} \\[?(\\d+) 0 R`).exec(from?.dictionary ?? '')?.[1] ?? 'none'
  return objects.get(number)
}

const withType = (objects: Map<string, PdfObject>, type: string) =>
  [...objects.values()].filter(({ dictionary }) => dictionary.includes(`/Type /${type}\n`))

for (const language of languages) {
  describe(`a student report for the archive, in ${language}`, () => {
    const words = wordsIn(language)
    let pdf: Buffer
    let objects: Map<string, PdfObject>
    let catalog: PdfObject | undefined

    before(async () => {
      const report = smallReport()
      // A letter no font here has: the report must stay whole.
      Object.assign(report.lines[0]?.personal ?? {}, { interest: 'Ω שלום 学籍 \u{1f514}' })
      pdf = Buffer.concat(await Array.fromAsync(reportPdf(report, words)))
      objects = objectsOf(pdf)
      catalog = withType(objects, 'Catalog')[0]
    })

    it('names its part and conformance, and the same title and maker where both are said', () => {
      const metadata = follow(objects, catalog, 'Metadata')
      expect(metadata?.dictionary)
        .to.match(/\/Subtype \/XML/)
        .and.not.match(/\/Filter/)
      const xmp = metadata?.stream?.toString() ?? ''
      expect(xmp).to.match(/<pdfaid:part>3<\/pdfaid:part>/)
      expect(xmp).to.match(/<pdfaid:conformance>A<\/pdfaid:conformance>/)
      expect(xmp).to.contain(words.title)
      expect(xmp).to.match(/<pdf:Producer>Campanile<\/pdf:Producer>/)
      expect(xmp).to.match(/<xmp:CreateDate>2026-09-01T08:01:00Z<\/xmp:CreateDate>/)
      const text = pdf.toString('latin1')
      expect(text).to.match(/\/CreationDate \(D:20260901080100Z\)/)
      expect(text).to.match(/\/ID \[<[0-9a-f]{32}> <[0-9a-f]{32}>\]/)
    })

    it('says what its colours mean by a profile it carries', () => {
      const intent = follow(objects, catalog, 'OutputIntents')
      expect(intent?.dictionary).to.match(/\/S \/GTS_PDFA1/)
      const profile = follow(objects, intent, 'DestOutputProfile')
      expect(profile?.dictionary).to.match(/\/N 3/)
      // "acsp" stands at byte 36 of every ICC profile, its length in the first four.
      expect(profile?.stream?.toString('latin1', 36, 40)).to.equal('acsp')
      expect(profile?.stream?.readUInt32BE(0)).to.equal(profile?.stream?.length)
    })

    it('embeds every font, with the text of each glyph', () => {
      const fonts = withType(objects, 'Font').filter(({ dictionary }) =>
        dictionary.includes('/Subtype /Type0'),
      )
      expect(fonts).to.have.lengthOf(2)
      for (const font of fonts) {
        expect(follow(objects, font, 'ToUnicode')?.stream?.toString()).to.contain('beginbfrange')
        const descendant = follow(objects, font, 'DescendantFonts')
        expect(descendant?.dictionary).to.match(/\/CIDToGIDMap \/Identity/)
        const descriptor = follow(objects, descendant, 'FontDescriptor')
        expect(follow(objects, descriptor, 'FontFile2')?.stream?.length).to.be.above(1_000)
      }
      expect(pdf.toString('latin1')).not.to.match(/\/Subtype \/(Type1|Type3|TrueType)\b/)
    })

    it('draws no glyph that is missing', () => {
      const pages = withType(objects, 'Page').map((page) => follow(objects, page, 'Contents')?.stream)
      const drawn = pages.map((page) => page?.toString('latin1') ?? '').join('\n')
      const glyphs = [...drawn.matchAll(/<([0-9a-f]+)>/g)].flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? [])
      expect(glyphs.length).to.be.above(1_000)
      expect(glyphs).not.to.include('0000')
    })

    it('is tagged, says its language, and attaches its source by name and kind', () => {
      const dictionary = catalog?.dictionary ?? ''
      expect(dictionary)
        .to.contain(`/Lang (${words.locale})`)
        .and.match(/\/MarkInfo/)
      expect(follow(objects, catalog, 'StructTreeRoot')?.dictionary).to.match(/\/ParentTree/)
      expect(follow(objects, catalog, 'AF')?.dictionary).to.match(/\/AFRelationship \/Source/)
      const [file] = withType(objects, 'EmbeddedFile')
      expect(file?.dictionary).to.match(/\/Subtype \/application#2Fjson/)
    })

    it('has nothing an archive cannot keep', () => {
      // The bytes of a compressed stream may happen to spell any of them.
      const text = pdf.toString('latin1').replaceAll(/\nstream\r?\n[\s\S]*?\nendstream/g, '')
      expect(text).to.match(/\/Type \/Catalog\n[\s\S]*\ntrailer\n/)
      expect(text).not.to.match(
        /\/(Encrypt|JavaScript|JS|Launch|Movie|RichMedia|SMask|LZWDecode|OpenAction)\b/,
      )
    })
  })
}
