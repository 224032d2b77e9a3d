import { expect } from 'chai'
import { anchorEntry } from '../../../audit/log/anchored-proof.ts'
import { signCheckpoint } from '../../../audit/log/checkpoint.ts'
import { AuditError } from '../../../audit/log/errors.ts'
import { parseNote, parseVerifierKey } from '../../../audit/log/note.ts'
import { parsePolicy } from '../../../audit/log/policy-file.ts'
import { writeTlogProof } from '../../../audit/log/tlog-proof.ts'
import { verifyProofText } from '../../../audit/verify/proof-text.ts'
import { cosigned, testSigner } from '../log/cosigned-log.ts'
import { naivePath, naiveRoot } from '../report/naive-tree.ts'

const log = testSigner('house.example/logs/drill', 1)
const anchor = testSigner('house.example/anchor', 2)
const witness = testSigner('peer.example/witness', 3, 'cosignature')
const logKey = parseVerifierKey(log.vkey)
const policyText = `log ${anchor.vkey}\nwitness peer ${witness.vkey}\nquorum peer\n`
const policy = parsePolicy(Buffer.from(policyText))

const leaves = Array.from({ length: 7 }, (_, at) => Buffer.from(`{"leaf":${at}}`))
const note = signCheckpoint({ origin: log.name, size: 7, root: naiveRoot(leaves) }, log)
const entry = writeTlogProof({ extra: leaves[4] as Buffer, index: 4, path: naivePath(leaves, 4), note })
const salt = Buffer.alloc(32, 9)
const anchored: Buffer[] = [1, 2, 3, 4, 5].map((at) => Buffer.alloc(32, at))
anchored[3] = anchorEntry(parseNote(note).text, salt)
const anchorNote = cosigned(
  signCheckpoint({ origin: anchor.name, size: 5, root: naiveRoot(anchored) }, anchor),
  [witness],
)
const anchorProof = writeTlogProof({ extra: salt, index: 3, path: naivePath(anchored, 3), note: anchorNote })
const whole = JSON.stringify({ entry, anchor: anchorProof, policy: policyText })

/** Positions at which turning the lowest bit of a character leaves a proof that is taken. */
function taken(text: string, end = text.length): number[] {
  const places: number[] = []
  for (let at = 0; at < end; at++) {
    const changed = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1)
    try {
      verifyProofText(changed, logKey, policy)
      places.push(at)
    } catch (error) {
      if (!(error instanceof AuditError)) throw error
    }
  }
  return places
}

describe('the text of a proof', function () {
  this.timeout(60_000)

  it('says which entry of which log it proves, and who cosigned', () => {
    expect(verifyProofText(whole, logKey, policy)).to.include(
      'entry 4 of log house.example/logs/drill verified',
    )
    expect(verifyProofText(whole, logKey, policy)).to.include('cosigned by peer')
    expect(verifyProofText(whole, logKey)).to.include('taken from the proof itself')
    expect(verifyProofText(entry, logKey)).to.include('no witness vouches for it')
  })

  it('is refused, with a code, after any change of one character of a proof through the anchor log', () => {
    const end = whole.indexOf('"policy"')
    expect(end).to.be.greaterThan(900)
    expect(taken(whole, end)).to.deep.equal([])
  })

  it('is refused, with a code, after any change of one character of a proof in its own log', () => {
    expect(taken(entry)).to.deep.equal([])
  })

  it('is refused when its halves belong to different entries of the anchor log', () => {
    const other = writeTlogProof({ extra: salt, index: 2, path: naivePath(anchored, 2), note: anchorNote })
    expect(() =>
      verifyProofText(JSON.stringify({ entry, anchor: other, policy: policyText }), logKey, policy),
    )
      .to.throw()
      .with.property('code', 'AUDIT_PROOF_INVALID')
  })
})
