import { createHash } from 'node:crypto'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect } from 'chai'
import type { ServiceToken, TokenScope } from '../../contracts/service-token.ts'
import { Refusal } from '../../lib/refusal.ts'
import { requireToken, tokenAllows, tokenOf } from '../../lib/token.ts'

const secret = 'a-token-of-some-length-1234'
const tokens: ServiceToken[] = [
  { name: 'users', sha256: '0'.repeat(64), scopes: ['events:write'], tenants: ['*'] },
  {
    name: 'academics',
    sha256: createHash('sha256').update(secret).digest('hex'),
    scopes: ['subjects:read'],
    tenants: ['university_a'],
  },
]

function present(authorization: string | undefined, scope: TokenScope = 'subjects:read') {
  const request = new IncomingMessage(new Socket())
  if (authorization !== undefined) request.headers.authorization = authorization
  let passed: unknown = 'not called'
  requireToken(tokens, scope)(request, new ServerResponse(request), (error) => (passed = error))
  return { request, code: passed instanceof Refusal ? passed.code : passed }
}

describe('requireToken', () => {
  it('lets a known token with the scope pass and remembers whose it is', () => {
    const { request, code } = present(`Bearer ${secret}`)
    expect(code).to.equal(undefined)
    expect(tokenOf(request).name).to.equal('academics')
  })

  it('binds a token to its tenants', () => {
    const { request } = present(`Bearer ${secret}`)
    expect(tokenAllows(request, 'university_a')).to.equal(true)
    expect(tokenAllows(request, 'university_b')).to.equal(false)
  })

  for (const header of [undefined, '', 'Bearer', `Basic ${secret}`, `Bearer ${secret}x`, 'Bearer short']) {
    it(`refuses ${JSON.stringify(header)} as unauthenticated`, () => {
      expect(present(header).code).to.equal('unauthenticated')
    })
  }

  it('refuses a token without the scope as forbidden', () => {
    expect(present(`Bearer ${secret}`, 'export:read').code).to.equal('forbidden')
  })

  it('lets a limited token pass only by a scope it has, the route asks for and the limit leaves', () => {
    const scopes = ['subjects:read', 'metrics:read'] as const
    const codeOf = (longLivedScopes: readonly TokenScope[]) => {
      const { request } = present(`Bearer ${secret}`)
      let passed: unknown = 'not called'
      const check = requireToken({ tokens, longLivedScopes }, ...scopes)
      check(request, new ServerResponse(request), (error) => (passed = error))
      return passed instanceof Refusal ? passed.code : passed
    }
    expect(codeOf(['metrics:read'])).to.equal('unauthenticated')
    expect(codeOf(['subjects:read'])).to.equal(undefined)
  })

  it('knows no token of a request that showed none', () => {
    expect(() => tokenOf(present(undefined).request)).to.throw(Refusal)
  })
})
