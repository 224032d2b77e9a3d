/**
 * Log in, refresh, log out. The refresh token lives in a cookie no script and no other site can use; the
 * endpoints it opens ask for the CSRF token of its session besides.
 */
import type { Express, Request, Response } from 'express'
import Type, { type Static } from 'typebox'
import { roles, tenantPattern, type Role } from '../../../contracts/services.ts'
import { jsonBody } from '../../../lib/body.ts'
import { Refusal } from '../../../lib/refusal.ts'
import { validator } from '../../../lib/validate.ts'
import { accessTokenSeconds } from '../../door/principal.ts'
import { parseCookies, writeCookie } from '../domain/cookies.ts'
import { isForeignOrigin } from '../domain/origin.ts'
import { sessionNamedBy, type Issued, type Session } from '../store/sessions.ts'
import type { GatewayDoor } from './door.ts'
import { take } from './limit.ts'

export const LoginRequest = Type.Object(
  {
    tenant: Type.Optional(Type.String({ pattern: tenantPattern })),
    email: Type.String({ minLength: 3, maxLength: 254 }),
    password: Type.String({ minLength: 1, maxLength: 128 }),
  },
  { additionalProperties: false },
)

export const LoginAnswer = Type.Object({
  accessToken: Type.String(),
  tokenType: Type.Literal('Bearer'),
  /** Seconds. */
  expiresIn: Type.Integer(),
  csrf: Type.String(),
  account: Type.Object({
    id: Type.String(),
    tenant: Type.String(),
    role: Type.Unsafe<Role>({ type: 'string', enum: roles }),
  }),
})

const checkLogin = validator(LoginRequest)
const refreshCookie = 'campanile_refresh'
const csrfCookie = 'campanile_csrf'
/** The refresh token is sent nowhere else. */
const refreshPath = '/api/auth'

/** Mounts the three. */
export function mountAuth(app: Express, door: GatewayDoor): void {
  app.post('/api/auth/login', jsonBody({ bytes: 4_096, depth: 2 }), async (request, response) => {
    refuseForeign(request)
    take(door, 'address', door.addressOf(request))
    const body = checkLogin(request.body)
    if (!body.valid) throw new Refusal('body_invalid', { faults: body.faults })
    take(door, 'email', `${body.value.tenant ?? ''}/${body.value.email.toLowerCase()}`)
    const holder = await door.users.verify(body.value)
    const issued = await door.sessions.begin(holder)
    const { session } = issued
    door.sdk.setTenant(session.tenant)
    door.sdk.log.info('session begun', { tenant: session.tenant, role: session.role })
    await answer(door, response, issued)
  })
  app.post('/api/auth/refresh', (request, response) => refresh(door, request, response))
  app.post('/api/auth/logout', async (request, response) => {
    const ended = await door.sessions.logOut(cookieToken(door, request))
    if (ended.status === 'ended') door.revocations.add(ended.session.id)
    if (ended.status === 'reused') reportReuse(door, ended.session)
    clearCookies(door, response)
    response.status(204).end()
  })
}

async function refresh(door: GatewayDoor, request: Request, response: Response): Promise<void> {
  const token = cookieToken(door, request)
  const owner = await door.sessions.peek(token)
  const role = owner && (await roleNow(door, owner))
  const presented = await door.sessions.rotate(token, role)
  const counter = door.sdk.counter('auth_refresh_total')
  if (presented.status === 'rotated') {
    const { session } = presented
    door.sdk.setTenant(session.tenant)
    counter.inc({ tenant: session.tenant, outcome: 'rotated' })
    await answer(door, response, presented)
    return
  }
  if (presented.status === 'reused') reportReuse(door, presented.session)
  // The tenant in an unknown token is whatever its sender wrote.
  const tenant = presented.status === 'reused' ? presented.session.tenant : (owner?.tenant ?? 'unknown')
  counter.inc({ tenant, outcome: presented.status })
  clearCookies(door, response)
  throw new Refusal('unauthenticated', { detail: 'the session has ended' })
}

/** Asks again who the owner is: since the last token role or password may be others and the account gone. */
async function roleNow(door: GatewayDoor, { tenant, id, ...owner }: Session): Promise<Role | undefined> {
  const standing = await door.users.standing(tenant, owner.account)
  if (standing?.passwordVersion === owner.passwordVersion) return standing.role
  await door.sessions.end(tenant, id, standing === undefined ? 'account' : 'password')
  door.revocations.add(id)
  return undefined
}

function reportReuse(door: GatewayDoor, { tenant, id }: Session): void {
  door.revocations.add(id)
  door.sdk.counter('auth_refresh_reuse_total').inc({ tenant })
  door.sdk.log.warn('refresh token reused', { tenant })
}

async function answer(
  door: GatewayDoor,
  response: Response,
  { session, token, leftSeconds }: Issued,
): Promise<void> {
  const csrf = door.csrf.issue(session.id)
  setCookies(door, response, { token, csrf, maxAgeSeconds: leftSeconds })
  const { account, tenant, role } = session
  const body: Static<typeof LoginAnswer> = {
    accessToken: await door.signer.sign(session),
    tokenType: 'Bearer',
    expiresIn: accessTokenSeconds,
    csrf,
    account: { id: account, tenant, role },
  }
  response.set('cache-control', 'no-store').json(body)
}

/** Reads the refresh token of a cookie once origin and CSRF token are right. */
function cookieToken({ csrf }: GatewayDoor, request: Request): string {
  refuseForeign(request)
  const cookies = parseCookies(request.headers.cookie)
  const token = cookies.get(refreshCookie)
  const session = token === undefined ? undefined : sessionNamedBy(token)
  if (token === undefined || session === undefined) throw new Refusal('unauthenticated')
  const shown = { header: request.get('x-csrf-token'), cookie: cookies.get(csrfCookie) }
  if (!csrf.isValid(session, shown)) {
    throw new Refusal('csrf_failed', { detail: 'expected the x-csrf-token of this session' })
  }
  return token
}

function refuseForeign(request: Request): void {
  if (isForeignOrigin(request.headers)) {
    throw new Refusal('csrf_failed', { detail: 'the request comes from a page of another origin' })
  }
}

function clearCookies(door: GatewayDoor, response: Response): void {
  setCookies(door, response, { token: '', csrf: '', maxAgeSeconds: 0 })
}

function setCookies(
  { secure }: GatewayDoor,
  response: Response,
  {
    token,
    csrf,
    maxAgeSeconds,
  }: { readonly token: string; readonly csrf: string; readonly maxAgeSeconds: number },
): void {
  response.append('set-cookie', [
    writeCookie(refreshCookie, token, { path: refreshPath, maxAgeSeconds, httpOnly: true, secure }),
    // Readable by the page, which sends it back in a header.
    writeCookie(csrfCookie, csrf, { path: '/', maxAgeSeconds, httpOnly: false, secure }),
  ])
}
