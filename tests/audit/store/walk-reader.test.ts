import { expect } from 'chai'
import type { Pool } from '#sdk'
import { statements } from '../../../audit/store/statements.ts'
import { WalkReader } from '../../../audit/store/walk-reader.ts'

const side = {
  class: 'access',
  facts: '{}',
  salt: null,
  personal_commitment: null,
  subject: null,
  sealed: null,
  gone: null,
}
const leafOf = (index: number) => Buffer.from(`{"index":${index}}`)

/** An entry of a bundle: its length in two bytes before it. */
function inBundle(leaf: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(leaf.length)
  return Buffer.concat([length, leaf])
}

/** A log in batches of ten entries; tells which batches were asked for. */
function logOf(batches: number, leaves = 10) {
  const asked: (readonly unknown[])[] = []
  const packed = Buffer.concat(Array.from({ length: leaves }, (_, at) => inBundle(leafOf(at))))
  const batchRow = (at: number) => ({
    previous_size: at * 10,
    size: at * 10 + 10,
    root: Buffer.alloc(32),
    frontier: Buffer.alloc(0),
    last_time: 0,
    synthetic: false,
    leaves: packed,
    leaf_hashes: Buffer.alloc(32 * leaves),
  })
  const answers: Readonly<Record<string, (from: number, to: number) => unknown[]>> = {
    [statements['read-batches']]: (from, to) => {
      asked.push([from, to])
      const first = Math.floor(from / 10)
      const end = Math.min(batches, Math.ceil(to / 10))
      return Array.from({ length: Math.max(0, end - first) }, (_, at) => batchRow(first + at))
    },
    [statements['read-side']]: (from, to) => (to - from === 1 ? [{ index: from, ...side }] : []),
  }
  const query = (sql: string, [, from, to]: readonly [string, number, number]) =>
    Promise.resolve(answers[sql]?.(from, to) ?? [])
  const pool = { inTenant: <T>(_tenant: string, work: (tx: unknown) => Promise<T>) => work({ query }) }
  // The reader uses no more of a pool than this.
  return { reader: new WalkReader(pool as unknown as Pool), asked }
}

describe('reading a log for a walk', () => {
  it('reads single entries each from its own batch, and no batch twice', async () => {
    const { reader, asked } = logOf(100)
    const entries = await reader.entries('drill', [7, 512, 515, 990])
    expect(entries.map(({ side: { index } }) => index)).to.deep.equal([7, 512, 515, 990])
    expect(entries.map(({ leaf }) => leaf.toString())).to.deep.equal(
      [7, 2, 5, 0].map((index) => leafOf(index).toString()),
    )
    expect(asked).to.deep.equal([
      [7, 8],
      [512, 513],
      [990, 991],
    ])
  })

  it('leaves out an entry there is none of', async () => {
    expect(await logOf(1).reader.entries('drill', [12])).to.deep.equal([])
  })

  it('reads a page of more batches than a call takes arguments', async () => {
    const { reader } = logOf(150_000, 0)
    const { batches } = await reader.page('drill', { begun: 0, from: 0, to: 1_500_000 })
    expect(batches).to.have.length(150_000)
  })
})
