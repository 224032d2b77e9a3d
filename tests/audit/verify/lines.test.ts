import { expect } from 'chai'
import { linesOf, maxLineBytes } from '../../../audit/verify/lines.ts'
import { readLine } from '../../../audit/verify/read-line.ts'

async function* inPieces(text: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; at += length) yield text.subarray(at, at + length)
}

async function cut(text: Uint8Array | string, length = 7): Promise<string[]> {
  return Array.fromAsync(linesOf(inPieces(Buffer.from(text), length)))
}

describe('the lines of an export', () => {
  it('are the same however the bytes arrive', async () => {
    const text = 'one\n\ntwo é — \u{1f514}\nthree'
    for (let length = 1; length < 30; length++)
      expect(await cut(text, length)).to.deep.equal(text.split('\n'))
    expect(await cut('one\n')).to.deep.equal(['one'])
  })

  it('are unreadable where they are not utf-8', async () => {
    const [first = '', second = '', third] = await cut(Buffer.from('7b7d0aff0a7b7d', 'hex'))
    expect([readLine(second).kind, first, third]).to.deep.equal(['unreadable', '{}', '{}'])
  })

  it('end with an unreadable one that was too long, before it is whole', async () => {
    let taken = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        taken += 65_536
        yield Buffer.alloc(65_536, 'a')
      }
    }
    const [only = '', ...more] = await Array.fromAsync(linesOf(endless()))
    expect(readLine(only).kind).to.equal('unreadable')
    expect(more).to.deep.equal([])
    expect(taken).to.be.at.most(maxLineBytes + 2 * 65_536)
  })
})
