import { expect } from 'chai'
import { AuditError } from '../../../audit/log/errors.ts'
import { parseVerifierKey } from '../../../audit/log/note.ts'
import { parsePolicy } from '../../../audit/log/policy-file.ts'
import { verifyProofText } from '../../../audit/verify/proof-text.ts'
import { anchoredProof, plainProof as entry, proofKey, proofPolicy } from './anchored-proof.ts'

const logKey = parseVerifierKey(proofKey)
const policy = parsePolicy(Buffer.from(proofPolicy))
const whole = anchoredProof()

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

describe('the text of a proof', () => {
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
    expect(() => verifyProofText(anchoredProof(2), logKey, policy))
      .to.throw()
      .with.property('code', 'AUDIT_PROOF_INVALID')
  })
})
