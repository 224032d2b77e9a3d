import { expect } from 'chai'
import { createAttempts } from '../../../console/accounts/attempts.ts'

describe('attempts to log in', () => {
  it('lock an e-mail after five in a row, for longer each time', () => {
    const attempts = createAttempts()
    for (let at = 0; at < 5; at++) expect(attempts.begin('sre', 0)).to.equal(undefined)
    expect(attempts.begin('sre', 0)).to.equal(15)
    expect(attempts.begin('sre', 15_000)).to.equal(undefined)
    expect(attempts.begin('sre', 15_001)).to.equal(30)
  })

  it('are forgotten after a success', () => {
    const attempts = createAttempts()
    for (let at = 0; at < 4; at++) attempts.begin('sre', 0)
    attempts.succeeded('sre')
    for (let at = 0; at < 5; at++) expect(attempts.begin('sre', 0)).to.equal(undefined)
  })

  it('lock nobody else', () => {
    const attempts = createAttempts()
    for (let at = 0; at < 6; at++) attempts.begin('sre', 0)
    expect(attempts.begin('viewer', 0)).to.equal(undefined)
  })

  it('are bounded for everybody together', () => {
    const attempts = createAttempts()
    for (let at = 0; at < 60; at++) attempts.begin(`nobody ${at}`, 0)
    expect(attempts.begin('sre', 1_000)).to.equal(59)
    expect(attempts.begin('sre', 60_000)).to.equal(undefined)
  })
})
