/** The part of pdfkit 0.20 that draws reports; the published types are of an older release. */
declare module 'pdfkit' {
  export interface PdfText {
    readonly width?: number
    readonly lineGap?: number
  }
  /** An element of the structure that a screen reader follows. */
  export interface PdfStructure {
    add(child: PdfStructure): PdfStructure
    end(): void
  }
  export interface PdfOptions {
    readonly size: 'A4'
    readonly layout: 'landscape'
    readonly margin: number
    readonly pdfVersion: '1.7'
    readonly subset: 'PDF/A-3a'
    readonly tagged: true
    readonly displayTitle: true
    readonly lang: string
    readonly font: string
    readonly info: { readonly Title: string; readonly CreationDate: Date; readonly Producer: string }
  }
  export default class PdfDocument implements AsyncIterable<Buffer> {
    constructor(options: PdfOptions)
    y: number
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
    text(text: string, x: number, y: number, options?: PdfText): this
    heightOfString(text: string, options?: PdfText): number
    moveTo(x: number, y: number): this
    lineTo(x: number, y: number): this
    lineWidth(points: number): this
    stroke(): this
    addPage(): this
    struct(type: string, content?: (() => void) | readonly PdfStructure[]): PdfStructure
    addStructure(structure: PdfStructure): this
    markContent(tag: 'Artifact', options: { readonly type: 'Layout' | 'Pagination' }): this
    endMarkedContent(): this
    file(
      bytes: Buffer,
      options: {
        readonly name: string
        readonly type: string
        readonly description: string
        readonly relationship: 'Source'
        readonly creationDate: Date
        readonly modifiedDate: Date
      },
    ): this
    end(): void
    [Symbol.asyncIterator](): AsyncIterator<Buffer>
  }
}
