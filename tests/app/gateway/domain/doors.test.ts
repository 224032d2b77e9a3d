import { expect } from 'chai'
import { openCsrf } from '../../../../app/gateway/csrf.ts'
import { parseCookies, writeCookie } from '../../../../app/gateway/domain/cookies.ts'
import { requestHeaders, responseHeaders, serviceAddress } from '../../../../app/gateway/domain/forwarding.ts'
import { isForeignOrigin } from '../../../../app/gateway/domain/origin.ts'
import { securityHeaders } from '../../../../app/gateway/domain/security-headers.ts'

describe('cookies', () => {
  it('are read by name, the first of two with one name', () => {
    expect([...parseCookies(' a=1; b="2" ;a=3; c; =4; d=x=y')]).to.deep.equal([
      ['a', '1'],
      ['b', '2'],
      ['d', 'x=y'],
    ])
    expect(parseCookies(undefined).size).to.equal(0)
  })

  it('are written for this site alone', () => {
    const options = { path: '/', maxAgeSeconds: 5, httpOnly: true, secure: true }
    expect(writeCookie('n', 'v', options)).to.equal(
      'n=v; Path=/; Max-Age=5; SameSite=Strict; HttpOnly; Secure',
    )
  })
})

describe('the origin of a request', () => {
  it('is foreign when a browser says so', () => {
    const host = '127.0.0.1:5001'
    expect(
      isForeignOrigin({ host, origin: 'http://127.0.0.1:5001', 'sec-fetch-site': 'same-origin' }),
    ).to.equal(false)
    expect(isForeignOrigin({ host })).to.equal(false)
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:5002', 'junk']) {
      expect(isForeignOrigin({ host, origin }), origin).to.equal(true)
    }
    for (const site of ['cross-site', 'same-site']) {
      expect(isForeignOrigin({ host, 'sec-fetch-site': site }), site).to.equal(true)
    }
  })
})

describe('the CSRF token', () => {
  it('passes only in both places and for its own session', () => {
    const csrf = openCsrf(new Uint8Array(32))
    const token = csrf.issue('one')
    expect(csrf.isValid('one', { header: token, cookie: token })).to.equal(true)
    expect(csrf.isValid('two', { header: token, cookie: token })).to.equal(false)
    expect(csrf.isValid('one', { header: token, cookie: undefined })).to.equal(false)
    expect(csrf.isValid('one', { header: 'ü'.repeat(43), cookie: token })).to.equal(false)
  })
})

describe('forwarding', () => {
  it('passes on nothing by which a client could pose as somebody', () => {
    const spoofed = {
      cookie: 'a=b',
      connection: 'x',
      'x-forwarded-for': '1',
      'x-tenant-id': 't',
      'x-role': 'admin',
      te: 'trailers',
    }
    expect(requestHeaders({ ...spoofed, accept: 'text/plain' })).to.deep.equal({ accept: 'text/plain' })
    const answer = new Headers({ 'content-type': 'text/plain', 'set-cookie': 'a=b', server: 'x' })
    expect(responseHeaders(answer)).to.deep.equal({ 'content-type': 'text/plain' })
  })

  it('finds the address of what is for clients and of nothing else', () => {
    const base = 'http://127.0.0.1:8002'
    expect(serviceAddress(base, '/accounts?q=a')).to.equal(`${base}/accounts?q=a`)
    for (const rest of [
      '',
      '/',
      '//internal',
      '/internal/credentials',
      '/x/../metrics',
      '/%2e%2e/health',
      '/\\internal',
      '/Internal',
      '@evil.example/',
    ]) {
      expect(serviceAddress(base, rest), rest).to.equal(undefined)
    }
  })
})

describe('the security headers', () => {
  it('allow scripts of this origin only, and TLS only where there is TLS', () => {
    const headers = securityHeaders({ faroOrigin: 'http://127.0.0.1:12347', secure: false })
    expect(headers['content-security-policy']).to.include("default-src 'none'; script-src 'self'")
    expect(headers).not.to.have.property('strict-transport-security')
    expect(securityHeaders({ faroOrigin: '', secure: true })).to.have.property('strict-transport-security')
  })
})
