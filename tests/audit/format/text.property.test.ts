import { expect } from 'chai'
import fc from 'fast-check'
import { toCef } from '../../../audit/format/cef.ts'
import { csvCells, csvColumns, csvRow } from '../../../audit/format/csv.ts'
import { toJsonLine } from '../../../audit/format/jsonl.ts'
import { printable } from '../../../audit/format/printable.ts'
import { parseCanonical } from '../../../contracts/canonical-parse.ts'
import { entries, hostileText } from './arbitrary-entry.ts'
import { parseCef, parseCsv } from './strict-parsers.ts'

describe('an entry as a line of CEF', () => {
  it('is one line that a strict parser reads back field by field', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const line = toCef(entry)
        expect(line).not.to.match(/[\r\n]/)
        const { header, extension } = parseCef(line)
        expect(header.slice(0, 4)).to.deep.equal(['CEF:0', 'Campanile', 'Ledger', '2'])
        expect(header[4]).to.equal(entry.facts?.action ?? 'withheld')
        const { personal = {} } = entry
        expect(extension.get('suid')).to.equal(shown(personal.actor))
        expect(extension.get('duid')).to.equal(shown(personal.subject))
        expect(extension.get('fileId')).to.equal(shown(personal.resourceId))
        expect(extension.get('cs4')).to.equal(shown(personal.party))
        expect(extension.get('cs5')).to.equal(shown(personal.interest))
        expect(extension.get('cn1')).to.equal(String(entry.index))
        expect(extension.get('cs1')).to.equal(Buffer.from(entry.leafHash).toString('hex'))
        expect(extension.get('externalId')).to.equal(entry.leaf.id)
        expect(extension.get('outcome')).to.equal(entry.facts?.outcome)
      }),
    )
  })
})

describe('entries as CSV', () => {
  it('are read back by a strict parser, cell by cell', () => {
    fc.assert(
      fc.property(fc.array(entries, { maxLength: 4 }), (drawn) => {
        const rows = [[...csvColumns], ...drawn.map(csvCells)]
        const parsed = parseCsv(rows.map(csvRow).join(''))
        expect(parsed).to.deep.equal(rows.map((cells) => cells.map(printable)))
      }),
    )
  })

  it('hold no cell that a spreadsheet would run', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const [cell = ''] = parseCsv(csvRow([text]), { keepApostrophe: true })[0] ?? []
        expect(cell).not.to.match(/^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/u)
      }),
    )
  })
})

describe('an entry as a JSON line', () => {
  it('is one line that says all of the entry again', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const line = toJsonLine(entry)
        expect(line).not.to.match(/[\r\n]/)
        expect(parseCanonical(line)).to.deep.equal({
          ...entry,
          leafHash: Buffer.from(entry.leafHash).toString('base64'),
        })
      }),
    )
  })
})

function shown(text: string | undefined): string | undefined {
  return text === undefined ? undefined : printable(text)
}
