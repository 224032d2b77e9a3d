import { expect } from 'chai'
import { postureNotes } from '../../../console/web/views/posture-notes.ts'
import { validator } from '../../../lib/validate.ts'
import { Posture } from '../../../contracts/posture.ts'
import { posture } from '../house-posture.ts'

describe('the notes beside a score', () => {
  it('are made of a posture as the contract has it', () => {
    expect(validator(Posture)(posture).valid).to.equal(true)
  })

  it('say first what holds the score down', () => {
    expect(postureNotes(posture)[0]).to.include('79').and.include('DB-01')
  })

  it('say that a scan which saw nothing is unverified, and one that saw too little how much it saw', () => {
    const withCoverage = (coverageRatio: number) =>
      postureNotes({ ...posture, score: { ...posture.score, grade: 'unverified', coverageRatio } }).join(' ')
    expect(withCoverage(0)).to.include('nothing was found')
    expect(withCoverage(0.41)).to.include('41 %')
  })

  it('compare only what can be compared', () => {
    const before = { scannedAt: '2026-11-20T03:00:03.900Z', low: 85 }
    const noted = (isComparable: boolean) =>
      postureNotes({ ...posture, previous: { ...before, isComparable } }).join(' ')
    expect(noted(true)).to.include('fell by 6')
    expect(noted(false)).to.include('Not comparable').and.not.include('fell')
  })

  it('ask no questions where there is nothing to say', () => {
    const { previous: _, ...first } = posture
    const score = { ...posture.score, caps: [], raw: 79, waivedRatio: 0 }
    expect(postureNotes({ ...first, score, outside: [], unwatched: 0 })).to.deep.equal([])
  })
})
