import { createSecretKey, type KeyObject } from 'node:crypto'
import { expect } from 'chai'
import { keyedHash } from '../../../audit/store/keyed-hash.ts'
import { remembered } from '../../../audit/store/remembered.ts'

describe('a remembered hash', () => {
  const [one, other] = [1, 2].map((byte) => createSecretKey(Buffer.alloc(32, byte))) as [KeyObject, KeyObject]

  /** Counts how often it is asked. */
  function counted(most: number) {
    const asked: string[] = []
    const hash = remembered((key: KeyObject, text) => {
      asked.push(text)
      return keyedHash(key, text)
    }, most)
    return { hash, asked }
  }

  it('is that of its key and its text', () => {
    const { hash } = counted(10)
    for (const key of [one, other, one]) {
      for (const text of ['a', 'b', 'a']) expect(hash(key, text)).to.deep.equal(keyedHash(key, text))
    }
  })

  it('is computed once while there is room, and again after all were forgotten', () => {
    const { hash, asked } = counted(3)
    for (const text of ['a', 'b', 'a', 'b']) hash(one, text)
    hash(other, 'a')
    expect(asked).to.deep.equal(['a', 'b', 'a'])
    for (const text of ['c', 'a', 'b', 'c']) hash(one, text)
    expect(asked.slice(3)).to.deep.equal(['c', 'a', 'b'])
  })
})
