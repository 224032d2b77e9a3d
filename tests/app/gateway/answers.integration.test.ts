import { expect } from 'chai'
import { startCampus, type Campus } from './campus.ts'

/** Every policy of the portal, as the browser reads it. */
const portalPolicy = [
  "base-uri 'none'",
  "connect-src 'self' http://127.0.0.1:9",
  "default-src 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "img-src 'self'",
  "require-trusted-types-for 'script'",
  "script-src 'self'",
  "style-src 'self'",
  "trusted-types 'none'",
]

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly tags: readonly string[] }>>>>
}

describe('what the gateway answers everybody', () => {
  let campus: Campus
  before(async () => (campus = await startCampus()))
  after(() => campus?.stop())

  const get = (path: string, headers = {}) => fetch(campus.urls.gateway + path, { headers })
  const policyOf = (answer: Response) =>
    (answer.headers.get('content-security-policy') ?? '').split('; ').sort()

  it('carries the security headers: page, parts, API, refusals and problems', async () => {
    const page = await (await get('/')).text()
    const [script = ''] = /\/assets\/portal-\w+\.js/.exec(page) ?? []
    const paths = ['/', script, '/config.json', '/health', '/metrics', '/.well-known/jwks.json']
    for (const path of [...paths, '/nothing', '/api/users/me', '/%zz']) {
      const answer = await get(path)
      await answer.arrayBuffer()
      expect(policyOf(answer), path).to.deep.equal(portalPolicy)
      expect(Object.fromEntries(answer.headers), path).to.include({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      })
      expect(answer.headers.has('x-powered-by'), path).to.equal(false)
      expect(answer.headers.has('strict-transport-security'), 'no TLS in development').to.equal(false)
    }
  })

  it('keeps the page uncached and its parts for ever', async () => {
    const answer = await get('/')
    expect(answer.headers.get('cache-control')).to.equal('no-cache')
    for (const [asset] of (await answer.text()).matchAll(/\/assets\/[\w.-]+/g)) {
      const { headers, status } = await get(asset)
      expect(status, asset).to.equal(200)
      expect(headers.get('cache-control')).to.equal('public, max-age=31536000, immutable')
    }
  })

  it('describes every service behind it, and nothing that is not for clients', async () => {
    const document = (await (await get('/api/docs/openapi.json')).json()) as Document
    expect(document.openapi).to.equal('3.1.0')
    expect(document.paths).to.include.keys(
      '/api/auth/login',
      '/api/auth/refresh',
      '/api/auth/logout',
      '/.well-known/jwks.json',
      '/api/users/me',
      '/api/users/me/password',
      '/api/users/accounts/{id}',
      '/api/academics/students/{id}/transcript',
      '/api/booking/bookings/{id}',
    )
    expect(Object.keys(document.paths).filter((path) => path.includes('internal'))).to.deep.equal([])
    const tags = Object.values(document.paths).flatMap((item) =>
      Object.values(item).flatMap(({ tags }) => tags),
    )
    expect([...new Set(tags)].sort()).to.deep.equal(['academics', 'booking', 'gateway', 'users'])
  })

  it('shows the same as a page, under a policy of its own, when a browser asks', async () => {
    const answer = await get('/api/docs', { accept: 'text/html' })
    expect(answer.headers.get('content-type')).to.equal('text/html; charset=utf-8')
    const policy = policyOf(answer)
    expect(policy).to.include.members(["default-src 'none'", "frame-ancestors 'none'"])
    expect(policy.find((rule) => rule.startsWith('script-src'))).to.equal(undefined)
    expect(await answer.text()).to.include('<code>/api/academics/students/{id}/transcript</code>')
    const json = await get('/api/docs', { accept: 'application/json' })
    expect(await json.json()).to.have.property('openapi', '3.1.0')
  })

  it('describes what can be described when a service is away', async () => {
    await campus.stopService('booking')
    const { paths } = (await (await get('/api/docs/openapi.json')).json()) as Document
    expect(paths).to.include.keys('/api/users/me')
    expect(Object.keys(paths).filter((path) => path.startsWith('/api/booking'))).to.deep.equal([])
  })
})
