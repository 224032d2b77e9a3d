import { expect } from 'chai'
import { maxBlockedKeys } from '../../../contracts/blocked-keys.ts'
import { BlockedKeyList } from '../../../collector/process/blocked-keys.ts'

describe('BlockedKeyList', () => {
  it('counts by name, rule and place, the last seen first', () => {
    const keys = new BlockedKeyList()
    keys.note('shoe.size', 'key_unlisted', 'span.attribute')
    keys.note('shoe.size', 'key_unlisted', 'log.attribute')
    keys.note('shoe.size', 'key_unlisted', 'span.attribute')
    expect(keys.list()).to.deep.equal([
      { name: 'shoe.size', rule: 'key_unlisted', place: 'span.attribute', times: 2 },
      { name: 'shoe.size', rule: 'key_unlisted', place: 'log.attribute', times: 1 },
    ])
  })

  it('holds so many and no more: the one seen longest ago goes', () => {
    const keys = new BlockedKeyList()
    for (let at = 0; at < maxBlockedKeys; at++) keys.note(`k${at}`, 'key_unlisted', 'span.attribute')
    keys.note('k0', 'key_unlisted', 'span.attribute')
    for (let at = 0; at < 10; at++) keys.note(`late${at}`, 'key_unlisted', 'span.attribute')
    const names = keys.list().map(({ name }) => name)
    expect(names).to.have.length(maxBlockedKeys)
    expect(names).to.include.members(['k0', 'k11', 'late9']).and.not.include.members(['k1'])
    expect(names).not.to.include('k10')
  })
})
