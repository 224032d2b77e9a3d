import { expect } from 'chai'
import { absoluteMillis, createSessions, idleMillis } from '../../../console/accounts/sessions.ts'

const account = { email: 'sre@console.example', role: 'sre' } as const

describe('sessions of the console', () => {
  it('are found by their secret and by nothing else', () => {
    const sessions = createSessions()
    const secret = sessions.begin(account, 0)
    expect(sessions.find(secret, 1, true)).to.include(account)
    expect(sessions.find(secret.slice(1), 1, true)).to.equal(undefined)
  })

  it('end when nothing is done for two hours', () => {
    const sessions = createSessions()
    const secret = sessions.begin(account, 0)
    expect(sessions.find(secret, idleMillis - 1, true)).to.include(account)
    expect(sessions.find(secret, 2 * idleMillis - 2, true)).to.include(account)
    expect(sessions.find(secret, 3 * idleMillis - 2, true)).to.equal(undefined)
  })

  it('are not kept alive by a page that refreshes itself', () => {
    const sessions = createSessions()
    const secret = sessions.begin(account, 0)
    expect(sessions.find(secret, idleMillis - 1, false)).to.include(account)
    expect(sessions.find(secret, idleMillis, false)).to.equal(undefined)
  })

  it('end after twelve hours whatever is done', () => {
    const sessions = createSessions()
    const secret = sessions.begin(account, 0)
    for (let at = 0; at < absoluteMillis; at += idleMillis / 2) sessions.find(secret, at, true)
    expect(sessions.find(secret, absoluteMillis, true)).to.equal(undefined)
  })

  it('end at once when their owner logs out', () => {
    const sessions = createSessions()
    const secret = sessions.begin(account, 0)
    sessions.end(secret)
    expect(sessions.find(secret, 1, true)).to.equal(undefined)
  })

  it('are at most ten of one account: the oldest makes room', () => {
    const sessions = createSessions()
    const secrets = Array.from({ length: 11 }, () => sessions.begin(account, 0))
    const alive = secrets.map((secret) => sessions.find(secret, 1, true) !== undefined)
    expect(alive).to.deep.equal([false, ...Array.from({ length: 10 }, () => true)])
  })
})
