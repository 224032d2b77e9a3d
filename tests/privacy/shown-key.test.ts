import { createHmac } from 'node:crypto'
import { expect } from 'chai'
import { createFence, type FenceOptions } from '../../privacy/fence.ts'
import { addEntry, bytesFor, openRoster, rosterEntries } from '../../privacy/roster.ts'

const hmac = (text: string) => createHmac('sha256', 'key').update(text).digest('hex')
const names = ['Marisol Quintanilla', 'Oluwaseun Adeyemi', '王 伟']
const bits = new Uint8Array(bytesFor(100))
for (const name of names) for (const entry of rosterEntries(name)) addEntry(bits, hmac(entry))
const roster = openRoster(bits, hmac)

/** The name under which a key was shown that was blocked on a span. */
function shown(key: string, options: Partial<FenceOptions> = {}): string | undefined {
  let found: string | undefined
  const fence = createFence({
    policy: { mode: 'enforce' },
    roster,
    blocked: (name) => (found = name),
    ...options,
  })
  fence.attribute('span.attribute', key, 'x')
  return found
}

describe('a blocked key', () => {
  it('is shown where it is an identifier in which nothing is found', () => {
    for (const key of [
      'enrolment.term',
      'app.cartTotal',
      'k8s.pod_uid',
      'retry-policy',
      'internationalization',
    ])
      expect(shown(key)).to.equal(key)
  })

  it('is shown where the contracts name it, also of a page', () => {
    expect(shown('user.email')).to.equal('user.email')
    expect(shown('user.email', { audience: 'browsers' })).to.equal('user.email')
  })

  it('is shown by its shape where it is none', () => {
    expect(shown('Marisol Q')).to.equal('{Aa?A}')
    expect(shown('ada@campus.example')).to.equal('{a?a.a}')
    expect(shown('__proto__')).to.equal('{__a__}')
    expect(shown('')).to.equal('{}')
    expect(shown(`a${'.9a'.repeat(10_000)}`)).to.have.length(18)
  })

  it('is shown by its shape where a detector or the roster finds something', () => {
    for (const key of [
      'student.123-45-6789',
      'ssn_123_45_6789',
      'id.A1234567',
      'marisol.quintanilla',
      'MARISOL_QUINTANILLA',
      'mquintanilla',
      'marisolquintanilla',
      'studentOluwaseunAdeyemi',
      'k.TWFyaXNvbCBRdWludGFuaWxsYQ',
      'k.4d617269736f6c205175696e74',
      'born.1999.12',
    ])
      expect(shown(key), key).to.match(/^\{.*\}$/)
  })

  it('is shown by its shape where it looks like chance', () => {
    for (const key of ['t.aXbQzRkTpW', 'x9f3b7c1', 'session.qzjxkvbwpmtrhgyd', 'a1b2c3'])
      expect(shown(key), key).to.match(/^\{.*\}$/)
  })

  it('is shown by its shape where a page sent it', () => {
    expect(shown('enrolment.term', { audience: 'browsers' })).to.equal('{a.a}')
  })

  it('is told with its rule and place, once for each time, and never for a value alone', () => {
    const told: string[] = []
    const fence = createFence({
      policy: { mode: 'enforce' },
      blocked: (...all) => told.push(all.join(' ')),
    })
    fence.attribute('event.attribute', 'shoe.size', 1)
    fence.attribute('event.attribute', 'shoe.size', 2)
    fence.attribute('span.attribute', 'user.email', ['x', 'y'])
    fence.body({ 'shoe.size': 1 })
    fence.attribute('span.attribute', 'campus.role', 'wizard')
    expect(told).to.deep.equal([
      'shoe.size key_unlisted event.attribute',
      'shoe.size key_unlisted event.attribute',
      'user.email key_personal span.attribute',
      'shoe.size key_unlisted log.body',
    ])
  })
})
