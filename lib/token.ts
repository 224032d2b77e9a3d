/** Bearer tokens between processes: compared by hash in constant time, bound to scopes and tenants. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServiceToken, TokenScope } from '../contracts/service-token.ts'
import { Refusal } from './refusal.ts'

/** The token a request showed, kept beside the request so that nobody can set it from outside. */
const shown = new WeakMap<IncomingMessage, ServiceToken>()

/**
 * Middleware that lets a request pass which shows a token with the scope.
 *
 * Refuses with unauthenticated (no or unknown token) or forbidden (scope missing).
 */
export function requireToken(tokens: readonly ServiceToken[], scope: TokenScope) {
  return (request: IncomingMessage, _response: ServerResponse, next: (error?: unknown) => void): void => {
    const token = findToken(tokens, request.headers.authorization)
    if (token === undefined) {
      next(new Refusal('unauthenticated', { headers: { 'www-authenticate': 'Bearer' } }))
    } else if (!token.scopes.includes(scope)) {
      next(new Refusal('forbidden', { detail: `the token lacks the scope ${scope}` }))
    } else {
      shown.set(request, token)
      next()
    }
  }
}

/**
 * Tells which token a request has shown.
 *
 * @throws Refusal unauthenticated when `requireToken` did not stand before
 */
export function tokenOf(request: IncomingMessage): ServiceToken {
  const token = shown.get(request)
  if (token === undefined) throw new Refusal('unauthenticated')
  return token
}

/** Tells whether the token of a request is good for a tenant. */
export function tokenAllows(request: IncomingMessage, tenant: string): boolean {
  const { tenants } = tokenOf(request)
  return tenants.includes('*') || tenants.includes(tenant)
}

function findToken(tokens: readonly ServiceToken[], authorization = ''): ServiceToken | undefined {
  const presented = /^Bearer ([\x21-\x7e]{16,512})$/.exec(authorization)?.[1]
  if (presented === undefined) return undefined
  const digest = createHash('sha256').update(presented).digest()
  return tokens.find(({ sha256 }) => timingSafeEqual(digest, Buffer.from(sha256, 'hex')))
}
