import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { parse } from 'yaml'
import { openParquet } from '../../../audit/api/parquet-writer.ts'
import { columnValues, csvColumns } from '../../../audit/format/csv.ts'
import type { LedgerEntry } from '../../../audit/format/entry.ts'
import { propertyRuns } from '../../support/property.ts'
import { entries as arbitraryEntry } from './arbitrary-entry.ts'
import { readParquet } from './read-parquet.ts'

const given = parse(readFileSync(new URL('../golden/entries.in.yaml', import.meta.url), 'utf8')) as Omit<
  LedgerEntry,
  'leafHash'
>[]
const entries: LedgerEntry[] = given.map((entry) => ({
  ...entry,
  leafHash: createHash('sha256').update(entry.leaf.id).digest(),
}))

/** Writes entries in pages, as the export does. */
async function write(pages: readonly (readonly LedgerEntry[])[]): Promise<Uint8Array> {
  const rows = await openParquet()
  return Buffer.concat([...pages.map((page) => rows.write(page)), rows.end()])
}

const plain = (value: unknown) => {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'bigint' ? Number(value) : value
}
const expected = (entry: LedgerEntry) =>
  Object.fromEntries(Object.entries(columnValues(entry)).map(([name, value]) => [name, value ?? null]))
const found = (row: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(csvColumns.map((name) => [name, plain(row[name] ?? null)]))

describe('the parquet export', () => {
  it('reads back with another library as the values of the csv, absent ones as null', async () => {
    const { rows } = await readParquet(await write([entries]))
    expect(rows.map(found)).to.deep.equal(entries.map(expected))
  })

  it('keeps whatever text an entry holds', async () => {
    const runs = propertyRuns({ ci: 20, soak: 200 })
    const property = fc.asyncProperty(fc.array(arbitraryEntry, { maxLength: 12 }), async (some) => {
      const { rows } = await readParquet(await write([some]))
      expect(rows.map(found)).to.deep.equal(some.map(expected))
    })
    await fc.assert(property, runs)
  })

  it('has the columns of the csv, with types', async () => {
    const { types } = await readParquet(await write([entries]))
    expect([...types.keys()]).to.deep.equal([...csvColumns])
    expect(types.get('index')).to.equal('INT64')
    expect(types.get('sequenced_at')).to.equal('TIMESTAMP_MILLIS')
    expect(types.get('action')).to.equal('UTF8')
  })

  it('is written in groups, whose bytes are given away as they are done', async () => {
    const one = entries[0] ?? expect.fail()
    const page = Array.from({ length: 500 }, (_, at) => ({ ...one, index: at }))
    const rows = await openParquet()
    const pieces = Array.from({ length: 50 }, () => rows.write(page))
    // After the first group its bytes are out; what comes at the end is the last group and the footer.
    expect(pieces.slice(1, 19).every(({ length }) => length === 0)).to.equal(true)
    expect(pieces.filter(({ length }) => length > 0)).to.have.length(3)
    const { groups } = await readParquet(Buffer.concat([...pieces, rows.end()]))
    expect(groups).to.deep.equal([10_000, 10_000, 5_000])
  })

  it('ends a group early for long texts', async () => {
    const one = entries.find(({ facts }) => facts !== undefined) ?? expect.fail()
    const long = { ...one, facts: { ...one.facts, note: 'x'.repeat(60_000) } } as LedgerEntry
    const rows = await openParquet()
    const pieces = Array.from({ length: 300 }, () => rows.write([long]))
    const { groups } = await readParquet(Buffer.concat([...pieces, rows.end()]))
    expect(groups.length).to.equal(2)
  })

  it('is a whole file without any entry', async () => {
    expect((await readParquet(await write([]))).rows).to.deep.equal([])
  })
})
