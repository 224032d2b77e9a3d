import { expect } from 'chai'
import fc from 'fast-check'
import { AuditError } from '../../../audit/log/errors.ts'
import { parsePolicy } from '../../../audit/log/policy-file.ts'
import { parseTlogProof, verifyTlogProof, writeTlogProof } from '../../../audit/log/tlog-proof.ts'
import { propertyRuns } from '../../support/property.ts'
import { cosigned, mutate, TestLog, testSigner } from './cosigned-log.ts'

const log = new TestLog(testSigner('house.example/logs/drill', 1))
const witnesses = [1, 2].map((at) => testSigner(`witness${at}.example`, at + 20, 'cosignature'))
const policy = parsePolicy(
  Buffer.from(
    [
      `log ${log.signer.vkey}`,
      ...witnesses.map(({ vkey }, at) => `witness w${at} ${vkey}`),
      'group g all w0 w1',
      'quorum g',
    ].join('\n'),
  ),
)

function proofOf(index: number, size: number, extra?: Buffer) {
  const note = cosigned(log.checkpoint(size), witnesses)
  return { index, path: log.inclusion(index, size), note, ...(extra === undefined ? {} : { extra }) }
}

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    expect(error).to.be.instanceOf(AuditError)
    return (error as AuditError).code
  }
  return 'accepted'
}

describe('a proof file', () => {
  it('reads as it was written and proves its entry, for any place in any log', () => {
    const place = fc
      .integer({ min: 1, max: 300 })
      .chain((size) =>
        fc.tuple(fc.nat(size - 1), fc.constant(size), fc.option(fc.uint8Array({ minLength: 1 }))),
      )
    fc.assert(
      fc.property(place, ([index, size, bytes]) => {
        const proof = proofOf(index, size, bytes === null ? undefined : Buffer.from(bytes))
        const read = parseTlogProof(writeTlogProof(proof))
        expect(read).to.deep.equal(proof)
        expect(verifyTlogProof(read, log.leaf(index), policy).cosigners).to.have.length(2)
        expect(codeOf(() => verifyTlogProof(read, log.leaf(size), policy))).to.equal('AUDIT_PROOF_INVALID')
      }),
      propertyRuns({ ci: 60, soak: 3_000 }),
    )
  })

  it('is refused with any one byte changed, removed or added', () => {
    const text = writeTlogProof(proofOf(5, 11))
    const leaf = log.leaf(5)
    for (let at = 0; at < text.length; at++) {
      for (const change of [
        { put: '', taken: 1 },
        { put: 'A', taken: 0 },
        { put: '7', taken: 1 },
        { put: '\n', taken: 1 },
      ]) {
        const changed = mutate(text, at, change)
        if (changed === text) continue
        expect(
          codeOf(() => verifyTlogProof(parseTlogProof(changed), leaf, policy)),
          changed,
        ).not.to.equal('accepted')
      }
    }
  })

  it('is refused without the quorum', () => {
    const proof = { ...proofOf(3, 8), note: cosigned(log.checkpoint(8), witnesses.slice(0, 1)) }
    expect(codeOf(() => verifyTlogProof(proof, log.leaf(3), policy))).to.equal('AUDIT_POLICY_UNMET')
  })

  it('is refused where it is no proof file', () => {
    const text = writeTlogProof(proofOf(3, 8))
    const refused = [
      '',
      text.replace('@v1', '@v2'),
      text.replace('index 3', 'index 03'),
      text.replace('index 3', 'index -3'),
      text.replace('index 3\n', ''),
      text.replace('index 3', 'extra \nindex 3'),
      text.replace('index 3', 'extra AB\nindex 3'),
      text.replace('index 3', `index 3\n${'A'.repeat(42)}==`),
      text.replace('index 3', `index 3${`\n${Buffer.alloc(32).toString('base64')}`.repeat(64)}`),
    ]
    for (const each of refused) expect(codeOf(() => parseTlogProof(each))).to.equal('AUDIT_PROOF_MALFORMED')
  })

  it('is refused with a code whatever the text', () => {
    const pieces = writeTlogProof(proofOf(3, 8, Buffer.from('extra'))).split(/(?<=\n)/)
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 14 })
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        codeOf(() => verifyTlogProof(parseTlogProof(text), log.leaf(5), policy))
      }),
      propertyRuns({ ci: 500, soak: 50_000 }),
    )
  })
})
