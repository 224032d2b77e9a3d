import { expect } from 'chai'
import { movedSince, noteOf } from '../../../console/web/views/past-words.ts'
import { PastScans } from '../../../contracts/scan-history.ts'
import { validator } from '../../../lib/validate.ts'
import { pastScans } from '../house-posture.ts'

describe('past scans on the page of the posture', () => {
  const [newest, middle, oldest] = pastScans

  it('are made of what the contract has', () => {
    expect(validator(PastScans)({ scans: pastScans }).valid).to.equal(true)
  })

  it('say by how much the lower end moved, where the rules are the same', () => {
    if (newest === undefined || middle === undefined) return expect.fail('no scans')
    expect(movedSince(newest, middle)).to.equal('−2.4')
    expect(movedSince(middle, newest)).to.equal('+2.4')
    expect(movedSince(middle, oldest)).to.equal('–')
    expect(movedSince(newest, undefined)).to.equal('–')
    expect(movedSince(newest, newest)).to.equal('0')
  })

  it('say what a reader should know beside the figures', () => {
    if (newest === undefined || middle === undefined || oldest === undefined) return expect.fail('no scans')
    expect(noteOf(newest, middle)).to.equal('–')
    expect(noteOf(middle, oldest)).to.equal('other rules than before')
    expect(noteOf(oldest, undefined)).to.equal('scans before it are missing')
    const { changedItems: _, ...first } = middle
    expect(noteOf(first, undefined)).to.equal('the first of the history')
    expect(noteOf({ ...first, isAfterGap: true }, undefined)).to.equal('scans before it are missing')
  })
})
