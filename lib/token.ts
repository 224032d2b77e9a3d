/**
 * Bearer tokens between processes: long-lived ones compared by hash in constant time, short-lived ones checked by
 * whoever issued them; both bound to scopes and tenants, and to the certificate where the connection has one.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TokenRole } from '../contracts/ledger-token.ts'
import type { ServiceToken, TokenScope } from '../contracts/service-token.ts'
import { certificateOf } from './certificate-names.ts'
import { Refusal } from './refusal.ts'

/** What a request may do. */
export interface Grant {
  /** Who holds the token. */
  readonly name: string
  readonly scopes: readonly TokenScope[]
  /** Tenants it is good for; `*` for every one. */
  readonly tenants: readonly string[]
  /** Present on a short-lived token. */
  readonly signed?: SignedGrant
}

export interface SignedGrant {
  readonly role: TokenRole
  /** Id of the token. */
  readonly id: string
  /** Who asked for it on the holder's behalf. */
  readonly actor?: string
  /** Whose record alone may be looked at. */
  readonly subject?: string
  /** Times of sequencing that may be looked at, milliseconds since the epoch, the end exclusive. */
  readonly period?: { readonly since: number; readonly until: number }
}

export interface TokenChecks {
  readonly tokens: readonly ServiceToken[]
  /** Checks a short-lived token; undefined for one that is not good. Default: there are none. */
  readonly verify?: (token: string) => Promise<Grant | undefined>
  /** True: programs show a certificate of their own beside their token; people need none. Default false. */
  readonly needsCertificate?: boolean
  /** What long-lived tokens are good for on this door. Default everything they say. */
  readonly longLivedScopes?: readonly TokenScope[]
}

/** Tokens a door takes; a list alone is of long-lived ones. */
export type AcceptedTokens = readonly ServiceToken[] | TokenChecks

type Next = (error?: unknown) => void
type Middleware = (request: IncomingMessage, response: ServerResponse, next: Next) => void

/** The token a request showed, kept beside the request so that nobody can set it from outside. */
const shown = new WeakMap<IncomingMessage, Grant>()

/**
 * Middleware that lets a request pass which shows a token with one of the scopes.
 *
 * Refuses with unauthenticated (no or unknown token) or forbidden (scope missing, or another's certificate).
 */
export function requireToken(accepted: AcceptedTokens, ...scopes: readonly TokenScope[]): Middleware {
  const checks = checksOf(accepted)
  return (request, _response, next) => {
    const presented = bearerOf(request.headers.authorization)
    const known = presented === undefined ? undefined : findToken(checks.tokens, presented)
    if (known !== undefined || presented === undefined || checks.verify === undefined) {
      next(admit(request, known, { ...checks, scopes, presented, limit: checks.longLivedScopes }))
      return
    }
    checks
      .verify(presented)
      .then((grant) => next(admit(request, grant, { ...checks, scopes, presented })), next)
  }
}

/** Middleware that lets a request pass which shows a known long-lived token, whatever its scopes. */
export function requireLongLived(checks: TokenChecks): Middleware {
  return (request, _response, next) => {
    const presented = bearerOf(request.headers.authorization)
    const known = presented === undefined ? undefined : findToken(checks.tokens, presented)
    next(admit(request, known, { ...checks, scopes: known?.scopes ?? [], presented }))
  }
}

/**
 * Tells which token a request has shown.
 *
 * @throws Refusal unauthenticated when `requireToken` did not stand before
 */
export function tokenOf(request: IncomingMessage): Grant {
  const token = shown.get(request)
  if (token === undefined) throw new Refusal('unauthenticated')
  return token
}

/** Tells whether the token of a request is good for a tenant. */
export function tokenAllows(request: IncomingMessage, tenant: string): boolean {
  return grantAllows(tokenOf(request), tenant)
}

/** Tells whether a token is good for a tenant. */
export function grantAllows({ tenants }: Grant, tenant: string): boolean {
  return tenants.includes('*') || tenants.includes(tenant)
}

/** Tells whether a token was issued to somebody, and is no program's own. */
export function isIssued({ signed }: Grant): boolean {
  return signed !== undefined && signed.role !== 'service'
}

/** Writes a list of long-lived tokens as what a door takes. */
export function checksOf(accepted: AcceptedTokens): TokenChecks {
  return 'tokens' in accepted ? accepted : { tokens: accepted }
}

interface Asked extends Pick<TokenChecks, 'needsCertificate'> {
  readonly scopes: readonly TokenScope[]
  readonly presented: string | undefined
  readonly limit?: readonly TokenScope[] | undefined
}

/** Remembers the token of a request, or says why it is refused. */
function admit(request: IncomingMessage, grant: Grant | undefined, asked: Asked): Refusal | undefined {
  const { scopes, presented, limit } = asked
  const isHere = limit === undefined || scopes.some((scope) => limit.includes(scope))
  if (grant === undefined || !isHere) return unauthenticated(presented, isHere)
  const held = scopes.filter((scope) => grant.scopes.includes(scope))
  if (held.length === 0) {
    const scope = scopes.join(' ')
    return new Refusal('forbidden', {
      detail: `the token lacks the scope ${scopes.join(' or ')}`,
      headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
    })
  }
  if (limit !== undefined && !held.some((scope) => limit.includes(scope))) {
    return unauthenticated(presented, false)
  }
  const refused = holdAgainstCertificate(request, grant, asked)
  if (refused !== undefined) return refused
  shown.set(request, grant)
  return undefined
}

/** Refuses a token whose holder is not the one the certificate is for, nor who asked for it on their behalf. */
function holdAgainstCertificate(
  { socket }: IncomingMessage,
  grant: Grant,
  { needsCertificate = false }: Asked,
): Refusal | undefined {
  const { name, signed } = grant
  const certificate = certificateOf(socket)
  const isProgram = !isIssued(grant)
  if (certificate.status === 'none' && !(needsCertificate && isProgram)) return undefined
  if (certificate.status !== 'good') {
    return new Refusal('forbidden', { detail: 'this door takes a client certificate of its authorities' })
  }
  const { names } = certificate
  if (names.has(name) || (signed?.actor !== undefined && names.has(signed.actor))) return undefined
  return new Refusal('forbidden', { detail: 'the token and the client certificate are not of one holder' })
}

function unauthenticated(presented: string | undefined, isHere: boolean): Refusal {
  // RFC 6750 §3.1: no error code for who showed nothing.
  const challenge = presented === undefined ? 'Bearer' : 'Bearer error="invalid_token"'
  return new Refusal('unauthenticated', {
    ...(isHere ? {} : { detail: 'this door takes short-lived tokens: exchange it at POST /v1/tokens' }),
    headers: { 'www-authenticate': challenge },
  })
}

/** Longest token that is looked at: ours have some 700 characters. */
const bearerPattern = /^Bearer ([\x21-\x7e]{16,4096})$/

/** Reads the token of an `authorization` header. */
export function bearerOf(authorization = ''): string | undefined {
  return bearerPattern.exec(authorization)?.[1]
}

function findToken(tokens: readonly ServiceToken[], presented: string): Grant | undefined {
  const digest = createHash('sha256').update(presented).digest()
  return tokens.find(({ sha256 }) => timingSafeEqual(digest, Buffer.from(sha256, 'hex')))
}
