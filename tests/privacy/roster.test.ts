import { expect } from 'chai'
import { createFence } from '../../privacy/fence.ts'
import {
  addEntry,
  bytesFor,
  nameWords,
  openRoster,
  rosterEntries,
  type Roster,
} from '../../privacy/roster.ts'
import { hmac, keyOf } from '../support/pseudonyms.ts'

const digest = (text: string) => hmac(keyOf(9), text)

function rosterOf(names: readonly string[]): Roster {
  const entries = names.flatMap(rosterEntries)
  const bits = new Uint8Array(bytesFor(entries.length))
  for (const entry of entries) addEntry(bits, digest(entry))
  return openRoster(bits, digest)
}

const names = [
  'Quillon Featherstone',
  'Żaneta Śliwińska',
  'Ana Maria Delacroix-Hume',
  'Grace Page',
  '王 小明',
]
const roster = rosterOf(names)

describe('a roster', () => {
  for (const text of [
    'featherstone',
    'FEATHERSTONE',
    'quillon_featherstone',
    'Quillon.Featherstone',
    'featherstone-quillon-2',
    'QuillonFeatherstone',
    'quillonfeatherstone',
    'qfeatherstone',
    'svc.featherstone.v1',
    'zaneta-sliwinska',
    'Żaneta',
    'Ｑuillon',
    'delacroix',
    'ana.maria',
    'grace_page',
    'page grace',
    '小明',
  ]) {
    it(`finds the name in ${text}`, () => {
      expect(roster.holds(text)).to.equal(true)
    })
  }

  for (const text of [
    'page',
    'checkout-service',
    'http',
    'ana',
    'feather-stone',
    'HttpClient.get',
    '',
    'a-b-c',
    '1.2.3',
  ]) {
    it(`finds none in "${text}"`, () => {
      expect(roster.holds(text)).to.equal(false)
    })
  }

  it('takes what has more words than it asks about for a name', () => {
    expect(roster.holds(`${'a.'.repeat(70)}featherstone`)).to.equal(true)
    expect(roster.holds('a.'.repeat(70))).to.equal(true)
    expect(roster.holds('a.'.repeat(64))).to.equal(false)
  })

  it('takes a word of programs for a name beside another part of it only', () => {
    expect(rosterEntries('Grace Page')).to.include('grace page').and.not.include('page')
    expect(rosterEntries('Host Server')).not.to.include.members(['host'])
  })

  it('cuts words at capitals, signs and digits, without accents', () => {
    expect(nameWords('XmlHttpŁukasz_żółć9Strauß')).to.deep.equal(['xml', 'http', 'lukasz', 'zolc', 'strauss'])
  })

  it('takes no other word for a name, in twenty thousand', () => {
    const full = rosterOf(
      Array.from({ length: 500 }, (_, at) => `Given${wordOf(at)} Family${wordOf(at * 7)}`),
    )
    let mistaken = 0
    for (let at = 0; at < 20_000; at++) if (full.holds(`zz${wordOf(at)}`)) mistaken++
    // One in a million was built for.
    expect(mistaken).to.be.at.most(1)
  })

  it('keeps names out of every value that is a name of a program, and of nothing else', () => {
    const counted: string[] = []
    const fence = createFence({ policy: { mode: 'enforce' }, roster, count: (rule) => counted.push(rule) })
    for (const [key, value] of [
      ['service.name', 'featherstone'],
      ['reason', 'quillon_featherstone'],
      ['code.function.name', 'QuillonFeatherstone'],
      ['db.collection.name', 'featherstone'],
      ['exception.type', 'FeatherstoneError'],
      ['host.name', 'qfeatherstone-laptop'],
    ] as const) {
      expect(fence.attribute('span.attribute', key, value), key).to.equal(undefined)
    }
    expect(counted).to.deep.equal(Array(6).fill('roster'))
    expect(fence.attribute('span.attribute', 'http.route', '/featherstone/:id')).to.equal('/{id}/:id')
    expect(fence.attribute('span.attribute', 'service.name', 'checkout')).to.equal('checkout')
    const statement = 'SELECT page FROM featherstone WHERE grace = $1'
    expect(fence.attribute('span.attribute', 'db.query.text', statement)).to.equal(statement)
  })
})

/** Letters for a number, each number its own. */
function wordOf(number: number): string {
  return number
    .toString(26)
    .split('')
    .map((digit) => String.fromCharCode(97 + parseInt(digit, 26)))
    .join('')
}
