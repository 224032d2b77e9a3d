import { expect } from 'chai'
import { createFence } from '../../privacy/fence.ts'
import { defaultPolicy } from '../../privacy/policy.ts'
import { createPseudonyms, type Pseudonyms } from '../../privacy/pseudonym.ts'
import { hmac, keyOf } from '../support/pseudonyms.ts'

const written = /^hmac:[0-9a-f]{8}:[0-9a-f]{64}$/
const [old, current, strange] = [1, 2, 3].map((byte) => createPseudonyms({ current: keyOf(byte) }, hmac)) as [
  Pseudonyms,
  Pseudonyms,
  Pseudonyms,
]
const rotated = createPseudonyms({ current: keyOf(2), previous: keyOf(1) }, hmac)

const through = (pseudonyms: Pseudonyms | undefined, value: string) =>
  createFence({ policy: defaultPolicy, ...(pseudonyms === undefined ? {} : { pseudonyms }) }).attribute(
    'span.attribute',
    'enduser.id',
    value,
  )

describe('a pseudonym', () => {
  it('hides a value once, alike every time, and stays as it is at a second fence', () => {
    const once = through(current, 'account-7')
    expect(once).to.match(written).and.to.equal(through(current, 'account-7'))
    expect(once).not.to.equal(through(current, 'account-8'))
    expect(through(current, current.of('account-7'))).to.equal(once)
  })

  it('is nothing without a key, whatever the value looks like', () => {
    for (const value of ['account-7', current.of('account-7')])
      expect(through(undefined, value)).to.equal(undefined)
  })

  const name = Buffer.from('Quillon Featherstone').toString('hex')
  for (const [what, value] of [
    ['a name', 'hmac:Quillon Featherstone'],
    ['a name in hexadecimal, as long as a digest once was', `hmac:${name}`],
    ['a name in hexadecimal, filled up', `hmac:00000000:${name.padEnd(64, '0')}`],
    ['the prefix of a real one before a name', current.of('x').slice(0, 14) + name.padEnd(64, '0')],
    ['one more digit', `${current.of('x')}0`],
    ['capital letters', current.of('account-7').toUpperCase().replace('HMAC', 'hmac')],
    ['another digest with a true mark', current.of('x').slice(0, 30) + current.of('y').slice(30)],
    ['a pseudonym of another house', strange.of('account-7')],
  ] as const) {
    it(`is not believed where it holds ${what}: it is hidden as any value is`, () => {
      const answer = through(current, value)
      expect(answer).to.match(written).and.not.to.equal(value)
      expect(answer).to.equal(current.of(value))
    })
  }

  it('stays through one rotation and is a value like any other after the next', () => {
    const before = old.of('account-7')
    expect(through(rotated, before)).to.equal(before)
    expect(through(rotated, 'account-7')).to.equal(current.of('account-7'))
    expect(through(current, before)).to.equal(current.of(before))
  })

  it('tells under which key it was written, and nothing that looks like the key', () => {
    const [prefix] = current.of('x').split(':').slice(1)
    expect(current.of('y')).to.contain(`:${prefix}:`)
    expect(old.of('x')).not.to.contain(`:${prefix}:`)
    expect(Buffer.from(keyOf(2)).toString('hex')).not.to.contain(prefix)
  })
})
