/** One list of entries in every format: `entries.in.yaml` → `entries.out.*`. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { parse } from 'yaml'
import { toCef } from '../../../audit/format/cef.ts'
import { csvCells, csvColumns, csvRow } from '../../../audit/format/csv.ts'
import type { LedgerEntry } from '../../../audit/format/entry.ts'
import { toJsonLine } from '../../../audit/format/jsonl.ts'
import { toOcsf } from '../../../audit/format/ocsf.ts'

const folder = new URL('../golden/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')
const lines = (texts: readonly string[]) => texts.map((text) => `${text}\n`).join('')

describe('the export formats', () => {
  const given = parse(read('entries.in.yaml')) as Omit<LedgerEntry, 'leafHash'>[]
  const entries: LedgerEntry[] = given.map((entry) => ({
    ...entry,
    leafHash: createHash('sha256').update(entry.leaf.id).digest(),
  }))

  it('write OCSF as they always did', () => {
    const events = entries.map((entry) => JSON.stringify(toOcsf(entry), undefined, 1))
    expect(lines(events)).to.equal(read('entries.out.ocsf.txt'))
  })

  it('write CEF as they always did', () => {
    expect(lines(entries.map(toCef))).to.equal(read('entries.out.cef'))
  })

  it('write CSV as they always did', () => {
    const rows = [[...csvColumns], ...entries.map(csvCells)]
    expect(rows.map(csvRow).join('')).to.equal(read('entries.out.csv'))
  })

  it('write JSON lines as they always did', () => {
    expect(lines(entries.map(toJsonLine))).to.equal(read('entries.out.jsonl'))
  })
})
