/** Accounts as they are made of names of several parts, with signs, capitals or accents inside. */
import { expect } from 'chai'
import { addEntry, bytesFor, openRoster, rosterEntries } from '../../privacy/roster.ts'
import { hmac, keyOf } from '../support/pseudonyms.ts'

const digest = (text: string) => hmac(keyOf(9), text)

/** Tells whether a roster of one name finds it in a text. */
function isFound(name: string, text: string): boolean {
  const entries = rosterEntries(name)
  const bits = new Uint8Array(bytesFor(entries.length))
  for (const entry of entries) addEntry(bits, digest(entry))
  return openRoster(bits, digest).holds(text)
}

describe('a roster of a composed name', () => {
  for (const [name, ...texts] of [
    ["Sam O'Quillan", 'oquillan', 'soquillan', 'sam.oquillan'],
    ['Sam O’Quillan', 'oquillan', 'samoquillan'],
    ['Evander de la Isolde', 'delaisolde', 'edelaisolde', 'evander.delaisolde', 'laisolde'],
    ['Zoe Ana van der Quill', 'vanderquill', 'zvanderquill', 'zoevanderquill'],
    ['Amy Smith-Quillon', 'smithquillon', 'asmithquillon', 'smithquillona', 'asmith-quillon'],
    ["Ana D'Isolde Thistle", 'disolde', 'thistle'],
    ['Jean-Cosmo Featherstone', 'jeancosmo', 'jeancosmofeatherstone', 'jfeatherstone'],
    ['Ian McQuillon', 'mcquillon', 'imcquillon'],
    ['DeCosmo Featherstone', 'decosmo'],
    ['Jon Mühlquill', 'jon.muehlquill', 'jmuhlquill', 'mühlquill', 'muehlquillj'],
    ['Jon Mu\u0308hlquill', 'muehlquill'],
    ['Åse Løvquist', 'aase.loevquist', 'lovquist'],
  ] as const) {
    for (const text of texts) {
      it(`of ${name} finds it in ${text}`, () => {
        expect(isFound(name, text)).to.equal(true)
      })
    }
    it(`of ${name} finds none in names of programs`, () => {
      for (const text of ['checkout-service', 'de', 'van-service', 'o', 'smithy'])
        expect(isFound(name, text), text).to.equal(false)
    })
  }

  it('of two parts without signs has eight entries, as each person costs memory', () => {
    expect(rosterEntries('Quillon Featherstone')).to.have.lengthOf(8)
  })

  it('has bounded entries however many parts a line has', () => {
    expect(
      rosterEntries(Array.from({ length: 60 }, (_, at) => `q${'x'.repeat(at)}`).join(' ')).length,
    ).to.be.below(400)
  })
})
