import { expect } from 'chai'
import { EntryHashes } from '../../../audit/append/entry-hashes.ts'

const hashOf = (byte: number) => Buffer.alloc(32, byte)

describe('the hashes of the entries of a batch', () => {
  it('stay what they were when more are added', () => {
    const hashes = new EntryHashes(3)
    const first = hashes.add(7, hashOf(1), hashOf(2))
    const second = hashes.add(8, hashOf(3), hashOf(4))
    expect([first.index, first.leafHash, first.digest]).to.deep.equal([7, hashOf(1), hashOf(2)])
    expect([second.index, second.leafHash, second.digest]).to.deep.equal([8, hashOf(3), hashOf(4)])
  })

  it('are those of the leaves in a row, without those that were never added', () => {
    const hashes = new EntryHashes(3)
    hashes.add(0, hashOf(1), hashOf(2))
    hashes.add(1, hashOf(3), hashOf(4))
    expect(hashes.leafHashes).to.deep.equal(Buffer.concat([hashOf(1), hashOf(3)]))
  })

  it('are kept in memory of their own, which holds nothing else', () => {
    const { leafHashes } = new EntryHashes(2)
    expect(leafHashes.buffer.byteLength).to.equal(128)
  })
})
