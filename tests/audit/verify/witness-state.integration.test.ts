import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { AuditError } from '../../../audit/log/errors.ts'
import { parseTlogProof } from '../../../audit/log/tlog-proof.ts'
import { checkWitnessFiles } from '../../../audit/verify/witness-state.ts'
import { anchoredProof, proofPolicy } from './anchored-proof.ts'
import { foreignSignatures } from './foreign-signatures.ts'

const { anchor } = JSON.parse(anchoredProof()) as { readonly anchor: string }
const { note } = parseTlogProof(anchor)

describe('the state of the witnesses', () => {
  const folder = mkdtempSync(join(tmpdir(), 'campanile-witnesses-'))
  const [checkpoint, policy] = [join(folder, 'checkpoint'), join(folder, 'policy')]
  before(() => writeFileSync(policy, proofPolicy))
  after(() => rmSync(folder, { recursive: true, force: true }))

  const check = (text: string) => {
    writeFileSync(checkpoint, text)
    return checkWitnessFiles(checkpoint, policy)
  }

  it('is told of a checkpoint, whoever else signed it', () => {
    for (const text of [note, note + foreignSignatures(62)]) {
      const state = check(text)
      expect(state.hasQuorum).to.equal(true)
      expect(state.text).to.include('cosigned it at')
    }
  })

  it('says which witness is missing', () => {
    const lone = `${note.trimEnd().split('\n').slice(0, -1).join('\n')}\n`
    const state = check(lone)
    expect(state.hasQuorum).to.equal(false)
    expect(state.text).to.include('HAS NOT COSIGNED it').and.to.include('IS NOT MET')
  })

  it('is not told of a file that is larger than any note', () => {
    expect(() => check(note + 'x'.repeat(262_144)))
      .to.throw(AuditError)
      .with.property('code', 'AUDIT_SOURCE_FAILED')
  })
})
