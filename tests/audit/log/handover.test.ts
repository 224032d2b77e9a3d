import { generateKeyPairSync, sign } from 'node:crypto'
import { expect } from 'chai'
import { signCheckpoint } from '../../../audit/log/checkpoint.ts'
import { AuditError } from '../../../audit/log/errors.ts'
import { countersign, openChain, openCheckpointInChain, signHandover } from '../../../audit/log/handover.ts'
import { encodeVerifierKey, parseVerifierKey, type NoteSigner } from '../../../audit/log/note.ts'

const origin = 'campus.example/logs/drill'
const root = Buffer.alloc(32, 7)

function aSigner(name = origin) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const signer: NoteSigner = { name, publicKey, sign: (bytes) => sign(null, bytes, privateKey) }
  const vkey = encodeVerifierKey(name, publicKey)
  return { signer, vkey, key: parseVerifierKey(vkey) }
}

const codeOf = (work: () => unknown) => {
  try {
    work()
    return 'accepted'
  } catch (error) {
    return error instanceof AuditError ? error.code : error
  }
}

describe('a handover of a log key', () => {
  const [a, b, c, thief] = [aSigner(), aSigner(), aSigner(), aSigner()]
  const handover = (from: typeof a, to: typeof a, size: number) =>
    signHandover({ origin, from: from.vkey, to: to.vkey, size, root }, { to: to.signer, from: from.signer })
  const notes = [handover(b, c, 20), handover(a, b, 10)]
  const rangesOf = (chain: ReturnType<typeof openChain>) =>
    chain.map(({ key, from, to }) => [key.keyId, from, to])

  it('is followed from the first key, the last and one between', () => {
    const expected = [
      [a.key.keyId, 0, 10],
      [b.key.keyId, 10, 20],
      [c.key.keyId, 20, Number.MAX_SAFE_INTEGER],
    ]
    for (const { key } of [a, b, c]) expect(rangesOf(openChain(key, notes))).to.deep.equal(expected)
  })

  it('lets each key sign for its own sizes only', () => {
    const chain = openChain(c.key, notes)
    const of = (size: number, { signer }: typeof a) => signCheckpoint({ origin, size, root }, signer)
    expect(openCheckpointInChain(of(10, a), chain).size).to.equal(10)
    expect(openCheckpointInChain(of(21, c), chain).size).to.equal(21)
    expect(codeOf(() => openCheckpointInChain(of(11, a), chain))).to.equal('AUDIT_NOTE_UNSIGNED')
    expect(codeOf(() => openCheckpointInChain(of(19, c), chain))).to.equal('AUDIT_NOTE_UNSIGNED')
    expect(codeOf(() => openCheckpointInChain(of(15, thief), chain))).to.equal('AUDIT_NOTE_UNSIGNED')
  })

  it('makes a checkpoint that holders of either key open', () => {
    const both = countersign(signCheckpoint({ origin, size: 10, root }, a.signer), b.signer)
    for (const { key } of [a, b]) expect(openCheckpointInChain(both, openChain(key, [])).size).to.equal(10)
  })

  it('is not followed to a key the old one did not sign for', () => {
    const alone = signHandover({ origin, from: a.vkey, to: b.vkey, size: 10, root }, { to: b.signer })
    expect(rangesOf(openChain(a.key, [alone]))).to.have.length(1)
    expect(rangesOf(openChain(b.key, [alone]))).to.deep.equal([
      [a.key.keyId, 0, 10],
      [b.key.keyId, 10, Number.MAX_SAFE_INTEGER],
    ])
  })

  it('is refused when a signature, a name or the form is wrong', () => {
    const forged = signHandover(
      { origin, from: a.vkey, to: thief.vkey, size: 10, root },
      { to: thief.signer, from: { ...a.signer, sign: thief.signer.sign } },
    )
    expect(codeOf(() => openChain(a.key, [forged]))).to.equal('AUDIT_NOTE_BAD_SIGNATURE')
    const other = aSigner('campus.example/logs/other')
    const named = signHandover({ origin, from: a.vkey, to: other.vkey, size: 1, root }, { to: other.signer })
    expect(codeOf(() => openChain(a.key, [named]))).to.equal('AUDIT_HANDOVER_INVALID')
    const checkpoint = signCheckpoint({ origin, size: 1, root }, a.signer)
    expect(codeOf(() => openChain(a.key, [checkpoint]))).to.equal('AUDIT_HANDOVER_INVALID')
  })

  it('is refused when sizes decrease', () => {
    const backwards = [handover(a, b, 10), handover(b, c, 5)]
    for (const { key } of [a, c]) {
      expect(codeOf(() => openChain(key, backwards))).to.equal('AUDIT_HANDOVER_INVALID')
    }
  })

  it('is refused after any change of one byte of its text and of the new key’s signature', () => {
    const [note = ''] = notes
    const bytes = Buffer.from(note)
    const end = Buffer.byteLength(note.trimEnd().split('\n').slice(0, -1).join('\n'))
    for (let at = 0; at < end; at++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
      let chain: ReturnType<typeof openChain> = []
      const code = codeOf(() => (chain = openChain(c.key, [changed.toString('utf8')])))
      expect(code === 'accepted' ? chain.length : 1, `byte ${at}`).to.equal(1)
    }
  })

  it('is refused when the old key signed something else', () => {
    const [note = ''] = notes
    const lines = note.trimEnd().split('\n')
    const other = (notes[1] ?? '').trimEnd().split('\n').at(-2) ?? ''
    const mixed = [...lines.slice(0, -1), other, ''].join('\n')
    expect(codeOf(() => openChain(c.key, [mixed]))).to.equal('AUDIT_NOTE_BAD_SIGNATURE')
  })
})
