import { expect } from 'chai'
import { groundsAgainst } from '../../../audit/erasure/decide.ts'
import { unrecoverableAfter } from '../../../audit/erasure/certificate.ts'
import { recordStates } from '../../../contracts/erasure.ts'

describe('the decision about an erasure', () => {
  const request = { recordState: 'destroyed' } as const

  it('allows it where nothing forbids it', () => {
    expect(groundsAgainst({ request, blocks: [] })).to.deep.equal([])
    expect(groundsAgainst({ request: { recordState: 'none' }, blocks: [] })).to.deep.equal([])
  })

  it('refuses while the education record is kept', () => {
    expect(groundsAgainst({ request: { recordState: 'kept' }, blocks: [] })).to.deep.equal(['record_kept'])
  })

  it('refuses while an inspection is open, a hold stands or a law asks to keep it', () => {
    expect(groundsAgainst({ request, blocks: ['inspection'] })).to.deep.equal(['inspection_open'])
    expect(groundsAgainst({ request, blocks: ['hold'] })).to.deep.equal(['legal_hold'])
    expect(groundsAgainst({ request: { ...request, isExempt: true }, blocks: [] })).to.deep.equal([
      'statutory_exemption',
    ])
  })

  it('names every ground at once, whatever the state of the record', () => {
    for (const recordState of recordStates) {
      const grounds = groundsAgainst({
        request: { recordState, isExempt: true },
        blocks: ['hold', 'inspection'],
      })
      expect(grounds).to.have.length(recordState === 'kept' ? 4 : 3)
    }
  })

  it('is unrecoverable when the last backup of the keystore is gone, 35 days later', () => {
    expect(unrecoverableAfter('2026-09-01T08:00:00.000Z')).to.equal('2026-10-06T08:00:00.000Z')
  })
})
