/** Logging in and out, and what the page asks about the one who is. */
import type { Sdk } from '#sdk'
import type { Express } from 'express'
import Type from 'typebox'
import { jsonBody } from '../../lib/body.ts'
import { Refusal } from '../../lib/refusal.ts'
import { validator } from '../../lib/validate.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { Attempt, Attempts } from '../accounts/attempts.ts'
import type { Devices } from '../accounts/devices.ts'
import { mayAct } from '../accounts/role.ts'
import { absoluteMillis, type Session, type Sessions } from '../accounts/sessions.ts'
import { callerOf, cookieOf, deviceCookie, requireCaller, secretOf, sessionCookie } from './caller.ts'
import { sameOriginOnly } from './origin.ts'

const Login = Type.Object(
  {
    email: Type.String({ minLength: 1, maxLength: 254 }),
    password: Type.String({ minLength: 1, maxLength: 128 }),
  },
  { additionalProperties: false },
)
const checkLogin = validator(Login)

/** How long a browser is known after a login. */
const deviceSeconds = 180 * 86_400

export interface LoginParts {
  readonly sdk: Sdk
  readonly accounts: Accounts
  readonly attempts: Attempts
  readonly devices: Devices
  readonly sessions: Sessions
  readonly nowMillis: () => number
  /** True where the console stands behind TLS. */
  readonly isSecure: boolean
}

/** Mounts `/api/login`, `/api/logout` and `/api/session`. */
export function mountLogin(app: Express, parts: LoginParts): void {
  const { sdk, sessions, devices, isSecure } = parts
  // Made now: its series stand at 0 before anybody logs in.
  sdk.counter('console_logins_total')
  const cookie = (name: string, value: string, seconds: number) =>
    `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
  app.post('/api/login', sameOriginOnly, jsonBody({ bytes: 2_048 }), async (request, response) => {
    const outcome = checkLogin(request.body)
    if (!outcome.valid) throw new Refusal('body_invalid', { faults: outcome.faults })
    const email = outcome.value.email.trim().toLowerCase()
    const isKnown = devices.knows(email, cookieOf(request, deviceCookie))
    const { secret, session } = await logIn(parts, { email, isKnown, password: outcome.value.password })
    response.append('set-cookie', cookie(sessionCookie, secret, absoluteMillis / 1_000))
    response.append('set-cookie', cookie(deviceCookie, devices.mark(email), deviceSeconds))
    response.json(describe(session))
  })
  app.post('/api/logout', sameOriginOnly, (request, response) => {
    const secret = secretOf(request)
    if (secret !== undefined) sessions.end(secret)
    response
      .set('set-cookie', cookie(sessionCookie, '', 0))
      .status(204)
      .end()
  })
  app.get('/api/session', requireCaller, (request, response) => {
    response.json(describe(callerOf(request)))
  })
}

async function logIn(parts: LoginParts, login: Attempt & { readonly password: string }) {
  const { sdk, accounts, attempts, sessions, nowMillis } = parts
  const logins = sdk.counter('console_logins_total')
  const count = (outcome: 'success' | 'failure' | 'limited') => logins.inc({ outcome })
  const wait = attempts.begin(login, nowMillis())
  if (wait !== undefined) {
    count('limited')
    throw new Refusal('rate_limited', {
      detail: 'too many attempts to log in',
      headers: { 'retry-after': String(wait) },
    })
  }
  const account = await accounts.check(login.email, login.password)
  if (account === undefined) {
    count('failure')
    sdk.log.warn('console login failed')
    throw new Refusal('unauthenticated', { detail: 'e-mail or password is wrong' })
  }
  attempts.succeeded(login)
  count('success')
  sdk.log.info('console login succeeded')
  return { secret: sessions.begin(account, nowMillis()), session: account }
}

function describe(session: Pick<Session, 'email' | 'role'> | undefined) {
  if (session === undefined) throw new Refusal('unauthenticated')
  const { email, role } = session
  return { email, role, mayAct: mayAct(role) }
}
