import { verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { cosign, parseCosignerKey, verifyCosignatures } from '../../../audit/log/cosignature.ts'
import { encodeVerifierKey, parseNote, type NoteSigner } from '../../../audit/log/note.ts'
import { parsePolicy, writePolicy } from '../../../audit/log/policy-file.ts'
import { judgeCheckpoint } from '../../../audit/log/policy.ts'
import { cosigned, TestLog, testSigner } from './cosigned-log.ts'
import { postQuantumSigner } from './post-quantum-signer.ts'

const log = new TestLog(testSigner('house.example/anchor', 1))
const witness = postQuantumSigner('witness.example/w1', 7)
const key = parseCosignerKey(witness.vkey)
const codeOf = (work: () => unknown) => {
  try {
    work()
    return 'accepted'
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

describe('a cosignature with ML-DSA-44', () => {
  // github.com/FiloSottile/torchwood, cmd/litewitness/testdata/mldsa.txt: made by another implementation.
  const golden = (name: string) => readFileSync(join(import.meta.dirname, '../golden', name), 'utf8')
  const goldenKey = golden('ml-dsa-44.vkey').trim()
  const goldenNote = golden('ml-dsa-44.note')

  it('of another implementation is accepted, and its key written as it was read', () => {
    const known = parseCosignerKey(goldenKey)
    expect(encodeVerifierKey(known.name, known.publicKey, 'ml-dsa-44')).to.equal(goldenKey)
    expect(verifyCosignatures(parseNote(goldenNote), [known])).to.deep.equal([{ key: known, timeSeconds: 0 }])
  })

  it('of another implementation is refused after any change of the tree it is about', () => {
    const known = parseCosignerKey(goldenKey)
    for (const [from, to] of [
      ['\n1\n', '\n2\n'],
      ['+zoE', '+zoF'],
      ['example.com/mldsa-log\n1', 'example.org/mldsa-log\n1'],
    ] as const) {
      const changed = goldenNote.replace(from, to)
      expect(
        codeOf(() => verifyCosignatures(parseNote(changed), [known])),
        from,
      ).to.equal('AUDIT_NOTE_BAD_SIGNATURE')
    }
  })

  it('is over the tree, field by field, and not over the text', () => {
    let signed = Buffer.alloc(0)
    const spy = { ...witness, sign: (bytes: Uint8Array) => witness.sign((signed = Buffer.from(bytes))) }
    cosign(parseNote(log.checkpoint(5)).text, spy, 1_700_000_000)
    const uint64 = (value: number) => Buffer.from(value.toString(16).padStart(16, '0'), 'hex')
    const fields = [
      Buffer.from('737562747265652f76310a00', 'hex'),
      Buffer.from([18]),
      Buffer.from('witness.example/w1'),
      uint64(1_700_000_000),
      Buffer.from([20]),
      Buffer.from('house.example/anchor'),
      uint64(0),
      uint64(5),
      log.root(5),
    ]
    expect(signed.toString('hex')).to.equal(Buffer.concat(fields).toString('hex'))
  })

  it('tells who looked and when, and binds the time', () => {
    const note = cosigned(log.checkpoint(5), [witness], 1_700_000_000)
    expect(verifyCosignatures(parseNote(note), [key])).to.deep.equal([{ key, timeSeconds: 1_700_000_000 }])
    const signed = parseNote(note)
    const own = signed.signatures.at(-1) ?? expect.fail()
    expect(own.bytes).to.have.length(8 + 2_420)
    for (const at of [0, 7, 8, 8 + 2_419]) {
      const bytes = Buffer.from(own.bytes)
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
      const changed = { ...signed, signatures: [{ ...own, bytes }] }
      expect(
        codeOf(() => verifyCosignatures(changed, [key])),
        String(at),
      ).to.equal('AUDIT_NOTE_BAD_SIGNATURE')
    }
    const short = { ...signed, signatures: [{ ...own, bytes: own.bytes.subarray(0, -1) }] }
    expect(codeOf(() => verifyCosignatures(short, [key]))).to.equal('AUDIT_NOTE_BAD_SIGNATURE')
  })

  it('has a key of which every byte counts, and whose name can be signed', () => {
    const { vkey } = witness
    for (const at of [0, 20, 30, 200, vkey.length - 4]) {
      const changed = vkey.slice(0, at) + (vkey[at] === 'A' ? 'B' : 'A') + vkey.slice(at + 1)
      expect(
        codeOf(() => parseCosignerKey(changed)),
        String(at),
      ).to.equal('AUDIT_KEY_MALFORMED')
    }
    const long = encodeVerifierKey('w'.repeat(256), witness.publicKey, 'ml-dsa-44')
    expect(codeOf(() => parseCosignerKey(long))).to.equal('AUDIT_KEY_MALFORMED')
  })

  it('counts in a policy beside those with Ed25519', () => {
    const classic = testSigner('witness.example/w2', 8, 'cosignature')
    const lines = [
      `log ${log.signer.vkey}`,
      `witness one ${witness.vkey} https://one.example/witness`,
      `witness two ${classic.vkey}`,
      'group both all one two',
      'quorum both',
    ]
    const text = Buffer.from(`${lines.join('\n')}\n`)
    const policy = parsePolicy(text)
    expect(writePolicy(policy).toString()).to.equal(text.toString().replace(' all ', ' 2 '))
    const judge = (...signers: NoteSigner[]) => judgeCheckpoint(policy, cosigned(log.checkpoint(9), signers))
    expect(judge(witness).hasQuorum).to.equal(false)
    expect(judge(witness, classic).hasQuorum).to.equal(true)
    expect(judge(witness, classic).cosigners.map(({ name }) => name)).to.deep.equal(['one', 'two'])
  })

  it('leaves room in a note for as many as a policy has witnesses', () => {
    const many = Array.from({ length: 63 }, (_, at) => postQuantumSigner(`witness.example/${at}`, at + 100))
    const keys = many.map(({ vkey }) => parseCosignerKey(vkey))
    const note = cosigned(log.checkpoint(5), many)
    expect(verifyCosignatures(parseNote(note), keys)).to.have.length(63)
  })

  it('is signed with an empty context, as FIPS 204 has it without one', () => {
    const message = Buffer.from('a message')
    expect(verify(null, message, witness.publicKey, witness.sign(message))).to.equal(true)
  })
})
