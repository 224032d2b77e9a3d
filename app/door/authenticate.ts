/** Puts the verified caller beside a request and refuses whoever cannot show one or reaches for another tenant. */
import type { Sdk } from '#sdk'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Role } from '../../contracts/services.ts'
import { jsonBody, type BodyLimits } from '../../lib/body.ts'
import { Refusal } from '../../lib/refusal.ts'
import { claimedBy, type VerifyToken } from './access-token.ts'
import { TokenError } from './errors.ts'
import type { Principal } from './principal.ts'
import { foreignTenant, isForeignBody } from './tenant-claims.ts'

export type AppService = 'gateway' | 'users' | 'academics' | 'booking'
type Next = (error?: unknown) => void

export interface AuthenticationOptions {
  readonly sdk: Pick<Sdk, 'counter' | 'setTenant'>
  readonly service: AppService
  readonly verify: VerifyToken
}

/** Callers by request: kept outside the request object, so that no parser or header can set one. */
const principals = new WeakMap<IncomingMessage, Principal>()
/** Which counter a request's crossing goes to; set together with its principal. */
const doors = new WeakMap<IncomingMessage, AuthenticationOptions>()

/** Most sessions whose tenant is remembered to recognise a forged claim; the oldest is forgotten first. */
const maxRemembered = 10_000

/**
 * Middleware that lets only requests with a valid access token pass.
 *
 * Refuses with unauthenticated, forbidden (another tenant named in a header or the query) or overloaded (keys
 * away); counts `jwt_validation_failures_total` and `cross_tenant_denied_total`.
 */
export function authenticate(options: AuthenticationOptions) {
  const identify = identifier(options)
  return (request: IncomingMessage, _response: ServerResponse, next: Next): void => {
    identify(request)
      .then((principal) => {
        if (principal === undefined) throw unauthenticated()
        next()
      })
      .catch(next)
  }
}

/** Creates the same check for a door that also serves callers without a token: they get undefined. */
export function identifier(options: AuthenticationOptions) {
  const tenantOf = new Map<string, string>()
  return async (request: IncomingMessage): Promise<Principal | undefined> => {
    const { authorization } = request.headers
    if (authorization === undefined) return undefined
    const token = /^Bearer ([\w.~+/=-]+)$/.exec(authorization)?.[1] ?? ''
    const principal = await options.verify(token).catch((error: unknown) => {
      throw refusalOf(error, { options, token, tenantOf })
    })
    remember(tenantOf, principal)
    options.sdk.setTenant(principal.tenant)
    principals.set(request, principal)
    doors.set(request, options)
    const kind = foreignTenant(request, principal.tenant)
    if (kind !== undefined) throw crossTenant(options, kind)
    return principal
  }
}

interface Failed {
  readonly options: AuthenticationOptions
  readonly token: string
  readonly tenantOf: ReadonlyMap<string, string>
}

function refusalOf(error: unknown, { options, token, tenantOf }: Failed): unknown {
  if (!(error instanceof TokenError)) return error
  if (error.code === 'keys_unavailable') {
    return new Refusal('overloaded', {
      detail: 'the keys of the gateway are not available',
      headers: { 'retry-after': '2' },
      cause: error,
    })
  }
  const { sdk, service } = options
  sdk.counter('jwt_validation_failures_total').inc({ service, reason: error.code })
  const claimed = claimedBy(token)
  const known = claimed && tenantOf.get(claimed.session)
  if (known !== undefined && known !== claimed?.tenant) {
    sdk.counter('cross_tenant_denied_total').inc({ service, kind: 'claim' })
  }
  return unauthenticated()
}

function remember(tenantOf: Map<string, string>, { session, tenant }: Principal): void {
  if (tenantOf.has(session)) return
  if (tenantOf.size >= maxRemembered) {
    for (const oldest of tenantOf.keys()) {
      tenantOf.delete(oldest)
      break
    }
  }
  tenantOf.set(session, tenant)
}

/** Counts an attempt to reach another tenant and writes its refusal. */
export function crossTenant(
  { sdk, service }: Pick<AuthenticationOptions, 'sdk' | 'service'>,
  kind: 'claim' | 'header' | 'path' | 'body' | 'row' | 'setting',
): Refusal {
  sdk.counter('cross_tenant_denied_total').inc({ service, kind })
  return new Refusal('forbidden', { detail: 'the request names another tenant' })
}

function unauthenticated(): Refusal {
  return new Refusal('unauthenticated', { headers: { 'www-authenticate': 'Bearer' } })
}

/**
 * Tells who sent a request.
 *
 * @throws Refusal unauthenticated when `authenticate` did not stand before
 */
export function principalOf(request: IncomingMessage): Principal {
  const principal = principals.get(request)
  if (principal === undefined) throw unauthenticated()
  return principal
}

/** Middleware that lets only callers with one of the roles pass; refuses with forbidden. */
export function requireRole(...allowed: readonly Role[]) {
  return (request: IncomingMessage, _response: ServerResponse, next: Next): void => {
    const isAllowed = allowed.includes(principalOf(request).role)
    next(
      isAllowed ? undefined : new Refusal('forbidden', { detail: `expected role ${allowed.join(' or ')}` }),
    )
  }
}

/** Middleware like `jsonBody` that also refuses a body naming another tenant than the caller's. */
export function tenantBody(limits: BodyLimits) {
  const parse = jsonBody(limits)
  return (request: IncomingMessage & { body?: unknown }, response: ServerResponse, next: Next): void => {
    parse(request, response, (error) => {
      const principal = principals.get(request)
      const door = doors.get(request)
      if (error === undefined && principal && door && isForeignBody(request.body, principal.tenant)) {
        next(crossTenant(door, 'body'))
      } else next(error)
    })
  }
}
