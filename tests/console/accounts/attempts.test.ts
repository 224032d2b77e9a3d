import { expect } from 'chai'
import { createAttempts } from '../../../console/accounts/attempts.ts'

const stranger = (email: string) => ({ email, isKnown: false })
const known = (email: string) => ({ email, isKnown: true })

describe('attempts to log in', () => {
  it('lock an e-mail after five in a row, for longer each time', () => {
    const attempts = createAttempts()
    for (let at = 0; at < 5; at++) expect(attempts.begin(stranger('sre'), 0)).to.equal(undefined)
    expect(attempts.begin(stranger('sre'), 0)).to.equal(15)
    expect(attempts.begin(stranger('sre'), 15_000)).to.equal(undefined)
    expect(attempts.begin(stranger('sre'), 15_001)).to.equal(30)
  })

  it('are forgotten after a success', () => {
    const attempts = createAttempts()
    for (let at = 0; at < 4; at++) attempts.begin(stranger('sre'), 0)
    attempts.succeeded(stranger('sre'))
    for (let at = 0; at < 5; at++) expect(attempts.begin(stranger('sre'), 0)).to.equal(undefined)
  })

  it('lock nobody else', () => {
    const attempts = createAttempts()
    for (let at = 0; at < 6; at++) attempts.begin(stranger('sre'), 0)
    expect(attempts.begin(stranger('viewer'), 0)).to.equal(undefined)
  })

  it('are bounded for all strangers together', () => {
    const attempts = createAttempts()
    for (let at = 0; at < 60; at++) attempts.begin(stranger(`nobody ${at}`), 0)
    expect(attempts.begin(stranger('sre'), 1_000)).to.equal(59)
    expect(attempts.begin(stranger('sre'), 60_000)).to.equal(undefined)
  })

  it('of strangers keep nobody out whose browser is known, who is locked for failures of his own', () => {
    const attempts = createAttempts()
    for (let at = 0; at < 100; at++) attempts.begin(stranger(at % 2 === 0 ? 'sre' : `nobody ${at}`), 0)
    for (let at = 0; at < 5; at++) expect(attempts.begin(known('sre'), 0)).to.equal(undefined)
    expect(attempts.begin(known('sre'), 0)).to.equal(15)
  })
})
