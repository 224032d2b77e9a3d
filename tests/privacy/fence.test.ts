import { expect } from 'chai'
import { defaultPolicy, PrivacyPolicy } from '../../privacy/policy.ts'
import { PrivacyError } from '../../privacy/errors.ts'
import { fenceFaroItem } from '../../privacy/faro.ts'
import { createFence } from '../../privacy/fence.ts'
import { validator } from '../../lib/validate.ts'

describe('createFence', () => {
  it('drops what nobody listed and counts it by rule and place', () => {
    const counted: string[] = []
    const fence = createFence({
      policy: defaultPolicy,
      count: (rule, place) => counted.push(`${rule} ${place}`),
    })
    expect(fence.attribute('event.attribute', 'student.name', 'Ada')).to.equal(undefined)
    expect(fence.attribute('span.attribute', 'user.email', 'x')).to.equal(undefined)
    expect(fence.attribute('span.attribute', 'campus.role', 'wizard')).to.equal(undefined)
    expect(fence.attribute('span.attribute', 'http.response.status_code', 9_000)).to.equal(undefined)
    expect(fence.attribute('span.attribute', 'constructor', 'x')).to.equal(undefined)
    expect(counted).to.deep.equal([
      'key_unlisted event.attribute',
      'key_personal span.attribute',
      'value_unlisted span.attribute',
      'value_bounds span.attribute',
      'key_unlisted span.attribute',
    ])
  })

  it('counts a remembered refusal every time', () => {
    let counted = 0
    const fence = createFence({ policy: defaultPolicy, count: () => counted++ })
    for (let at = 0; at < 5; at++) fence.text('log.body', 'hello Ada')
    expect(counted).to.equal(5)
  })

  it('allows a key until its last day and not a day longer', () => {
    let today = '2026-12-31'
    const allow = [{ key: 'term.code', value: 'word', owner: 'registrar', expires: '2026-12-31' }] as const
    const fence = createFence({ policy: { mode: 'enforce', allow: [...allow] }, today: () => today })
    expect(fence.attribute('span.attribute', 'term.code', 'autumn')).to.equal('autumn')
    expect(fence.attribute('span.attribute', 'term.code', 'Ada Lovelace')).to.equal(undefined)
    today = '2027-01-01'
    expect(fence.attribute('span.attribute', 'term.code', 'autumn')).to.equal(undefined)
  })

  it('refuses allowances without a date to hold them to', () => {
    const allow = [{ key: 'a', value: 'word' as const, owner: 'registrar', expires: '2026-12-31' }]
    expect(() => createFence({ policy: { mode: 'enforce', allow } }))
      .to.throw(PrivacyError)
      .with.property('code', 'PRIVACY_TODAY_MISSING')
  })

  it('keeps the elements of a list that pass', () => {
    const fence = createFence({ policy: defaultPolicy })
    expect(
      fence.attribute('resource.attribute', 'container.image.tags', ['1.2.3', 'Ada L', ['1']]),
    ).to.deep.equal(['1.2.3'])
    expect(fence.attribute('span.attribute', 'process.command_args', ['--user', 'ada'])).to.equal(undefined)
  })
})

describe('PrivacyPolicy', () => {
  const validate = validator(PrivacyPolicy)

  it('takes the policy of a fresh installation', () => {
    expect(validate(defaultPolicy).valid).to.equal(true)
  })

  it('refuses an allowance without owner or expiry, and free text', () => {
    const base = { key: 'a.b', value: 'word', owner: 'team', expires: '2027-01-31' }
    const bad = [
      { ...base, owner: undefined },
      { ...base, expires: 'never' },
      { ...base, value: 'text' },
      { ...base, more: 1 },
    ]
    for (const allowance of bad) {
      const { owner, ...rest } = allowance
      const written = owner === undefined ? rest : allowance
      expect(validate({ mode: 'enforce', allow: [written] }).valid).to.equal(false)
    }
    expect(validate({ mode: 'enforce', allow: [base] }).valid).to.equal(true)
  })
})

describe('fenceFaroItem', () => {
  const meta = {
    app: { name: 'portal', version: '1.0.0' },
    user: { email: 'ada@uni.example' },
    session: { id: 'aB3dE5gH7j', attributes: { previousSession: 'x' } },
    page: { url: 'http://localhost/portal?student=S1234567' },
    browser: {
      name: 'Firefox',
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0',
    },
  }
  const fence = createFence({ policy: defaultPolicy })

  it('keeps what is technical and drops the person', () => {
    const item = {
      type: 'exception',
      meta,
      payload: {
        type: 'TypeError',
        value: 'no student Ada',
        timestamp: '2026-11-21T03:00:00.000Z',
        stacktrace: {
          frames: [
            { filename: 'http://localhost/assets/portal.js', function: 'render', lineno: 1, colno: 2 },
          ],
        },
        originalError: new Error('Ada'),
      },
    }
    expect(fenceFaroItem(fence, item)).to.deep.equal({
      type: 'exception',
      meta: {
        app: { name: 'portal', version: '1.0.0' },
        session: { id: 'aB3dE5gH7j', attributes: {} },
        page: { url: 'http://localhost/portal' },
        browser: { name: 'Firefox', userAgent: 'Firefox/131 (Linux)' },
      },
      payload: {
        type: 'TypeError',
        value: '[redacted]',
        timestamp: '2026-11-21T03:00:00.000Z',
        stacktrace: {
          frames: [
            { filename: 'http://localhost/assets/portal.js', function: 'render', lineno: 1, colno: 2 },
          ],
        },
      },
    })
  })

  it('answers the same for its own answer', () => {
    const item = {
      type: 'event',
      meta,
      payload: { name: 'session_start', attributes: { isSampled: 'true', who: 'Ada' } },
    }
    const once = fenceFaroItem(fence, item)
    expect(once).to.have.nested.property('payload.attributes').that.deep.equals({ isSampled: 'true' })
    expect(fenceFaroItem(fence, once ?? item)).to.deep.equal(once)
  })

  it('keeps a session of random characters or a random UUID and no other name for it', () => {
    const sessionOf = (id: string) =>
      fenceFaroItem(fence, { type: 'event', meta: { session: { id } }, payload: {} })?.meta
    for (const id of ['aB3dE5gH7j', '9f1c2d3e-4b5a-4c6d-8e7f-0a1b2c3d4e5f']) {
      expect(sessionOf(id)).to.deep.equal({ session: { id } })
    }
    for (const id of ['5558675309', 'ada.quill', '9f1c2d3e-4b5a-1c6d-8e7f-0a1b2c3d4e5f']) {
      expect(sessionOf(id)).to.deep.equal({ session: {} })
    }
  })

  it('drops spans, which it cannot read', () => {
    expect(fenceFaroItem(fence, { type: 'trace', meta, payload: {} })).to.equal(null)
  })
})
