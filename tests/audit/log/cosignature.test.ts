import { expect } from 'chai'
import { cosign, parseCosignerKey, verifyCosignatures } from '../../../audit/log/cosignature.ts'
import { parseNote, parseVerifierKey } from '../../../audit/log/note.ts'
import { cosigned, TestLog, testSigner } from './cosigned-log.ts'

const witness = testSigner('witness.example/w1', 7, 'cosignature')
const other = testSigner('witness.example/w2', 8, 'cosignature')
const key = parseCosignerKey(witness.vkey)
const note = new TestLog(testSigner('house.example/logs/drill', 1)).checkpoint(5)

describe('a cosignature', () => {
  it('tells who looked and when', () => {
    const found = verifyCosignatures(parseNote(cosigned(note, [witness, other], 1_679_315_147)), [key])
    expect(found).to.deep.equal([{ key, timeSeconds: 1_679_315_147 }])
  })

  it('reads the example of the specification', () => {
    // c2sp.org/tlog-cosignature, its first example: name, key id and time stamp can be read without the key.
    const line =
      '— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n'
    const [signature] = parseNote(`example\n\n${line}`).signatures
    expect(signature?.name).to.equal('witness.example.com/w1')
    expect(signature?.keyId).to.equal('8d66cf3f')
    expect(signature?.bytes.length).to.equal(72)
    expect(signature?.bytes.readBigUInt64BE()).to.equal(1_679_315_147n)
  })

  it('counts the newest of several of one witness', () => {
    const twice = cosigned(cosigned(note, [witness], 20), [witness], 10)
    expect(verifyCosignatures(parseNote(twice), [key])[0]?.timeSeconds).to.equal(20)
  })

  it('is ignored when its key is not known and refuses the note when it is known and wrong', () => {
    expect(verifyCosignatures(parseNote(cosigned(note, [other])), [key])).to.deep.equal([])
    const wrong = note + cosign('another text\n', witness, 10)
    expect(() => verifyCosignatures(parseNote(wrong), [key]))
      .to.throw()
      .with.property('code', 'AUDIT_NOTE_BAD_SIGNATURE')
  })

  it('binds the time', () => {
    const [line = ''] = cosigned(note, [witness], 10).split('\n').slice(-2)
    const bytes = Buffer.from(line.split(' ')[2] ?? '', 'base64')
    bytes.writeBigUInt64BE(11n, 4)
    const wrong = `${note}— ${witness.name} ${bytes.toString('base64')}\n`
    expect(() => verifyCosignatures(parseNote(wrong), [key]))
      .to.throw()
      .with.property('code', 'AUDIT_NOTE_BAD_SIGNATURE')
  })

  it('is no signature of a log, even of the same key and name', () => {
    expect(() => parseVerifierKey(witness.vkey))
      .to.throw()
      .with.property('code', 'AUDIT_KEY_MALFORMED')
    expect(parseVerifierKey(testSigner(witness.name, 7).vkey).keyId).not.to.equal(key.keyId)
  })
})
