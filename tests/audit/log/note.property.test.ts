import { expect } from 'chai'
import { generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { openCheckpoint, signCheckpoint } from '../../../audit/log/checkpoint.ts'
import { AuditError } from '../../../audit/log/errors.ts'
import { encodeVerifierKey, openNote, parseVerifierKey } from '../../../audit/log/note.ts'
import { propertyRuns } from '../../support/property.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const origin = 'house.example/logs/drill'
const key = parseVerifierKey(encodeVerifierKey(origin, publicKey))
const signer = { name: origin, publicKey, sign: (bytes: Uint8Array) => sign(null, bytes, privateKey) }
const note = signCheckpoint({ origin, size: 7, root: Buffer.alloc(32, 1) }, signer)
const runs = propertyRuns({ ci: 500, soak: 50_000 })

function expectRefused(text: string): void {
  try {
    openCheckpoint(text, key)
  } catch (error) {
    expect(error).to.be.instanceOf(AuditError)
    return
  }
  expect.fail(`accepted ${JSON.stringify(text)}`)
}

describe('the note parser', () => {
  it('refuses any text that is no note, with a code', () => {
    const parts = fc.constantFrom('\n', '\n\n', '— ', origin, ' ', '7', '\u0000', 'AAAA', ...note.split('\n'))
    const texts = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.array(parts, { maxLength: 20 }).map((pieces) => pieces.join('')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(text !== note)
        expectRefused(text)
      }),
      runs,
    )
  })

  it('refuses a note with any one character replaced, removed or added', () => {
    const at = fc.nat(note.length - 1)
    fc.assert(
      fc.property(at, fc.string({ maxLength: 1 }), fc.nat(1), (position, put, taken) => {
        const text = note.slice(0, position) + put + note.slice(position + taken)
        fc.pre(text !== note)
        expectRefused(text)
      }),
      runs,
    )
  })

  it('refuses a verifier key with any one byte changed, removed or added', () => {
    const vkey = encodeVerifierKey(origin, publicKey)
    const puts = ['', 'A', 'b', '0', '+', '=', ' ', '\n', '\u00a0', '\u0085', '\u0000']
    const edits = puts.flatMap((put) => [0, 1].map((taken) => ({ put, taken })))
    for (let at = 0; at <= vkey.length; at++) {
      for (const changed of edits.map(({ put, taken }) => vkey.slice(0, at) + put + vkey.slice(at + taken))) {
        if (changed === vkey) continue
        expect(() => parseVerifierKey(changed), JSON.stringify(changed))
          .to.throw()
          .with.property('code', 'AUDIT_KEY_MALFORMED')
      }
    }
  })

  it('ignores signatures of keys it does not know and refuses more lines than any note has', () => {
    const line = '— other.example AAAAAAAA\n'
    expect(openNote(note + line.repeat(15), key)).to.equal(openNote(note, key))
    expect(() => openNote(note + line.repeat(64), key))
      .to.throw()
      .with.property('code', 'AUDIT_NOTE_MALFORMED')
  })
})
