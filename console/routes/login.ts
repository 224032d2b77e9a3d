/** Logging in and out, and what the page asks about the one who is. */
import type { Sdk } from '#sdk'
import type { Express } from 'express'
import Type from 'typebox'
import { jsonBody } from '../../lib/body.ts'
import { Refusal } from '../../lib/refusal.ts'
import { validator } from '../../lib/validate.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { Attempts } from '../accounts/attempts.ts'
import { mayAct } from '../accounts/role.ts'
import { absoluteMillis, type Session, type Sessions } from '../accounts/sessions.ts'
import { callerOf, requireCaller, secretOf, sessionCookie } from './caller.ts'
import { sameOriginOnly } from './origin.ts'

const Login = Type.Object(
  {
    email: Type.String({ minLength: 1, maxLength: 254 }),
    password: Type.String({ minLength: 1, maxLength: 128 }),
  },
  { additionalProperties: false },
)
const checkLogin = validator(Login)

export interface LoginParts {
  readonly sdk: Sdk
  readonly accounts: Accounts
  readonly attempts: Attempts
  readonly sessions: Sessions
  readonly nowMillis: () => number
  /** True where the console stands behind TLS. */
  readonly isSecure: boolean
}

/** Mounts `/api/login`, `/api/logout` and `/api/session`. */
export function mountLogin(app: Express, parts: LoginParts): void {
  const { sdk, sessions, isSecure } = parts
  // Made now: its series stand at 0 before anybody logs in.
  sdk.counter('console_logins_total')
  const cookie = (value: string, seconds: number) =>
    `${sessionCookie}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
  app.post('/api/login', sameOriginOnly, jsonBody({ bytes: 2_048 }), async (request, response) => {
    const outcome = checkLogin(request.body)
    if (!outcome.valid) throw new Refusal('body_invalid', { faults: outcome.faults })
    const { secret, session } = await logIn(parts, outcome.value)
    response.set('set-cookie', cookie(secret, absoluteMillis / 1_000))
    response.json(describe(session))
  })
  app.post('/api/logout', sameOriginOnly, (request, response) => {
    const secret = secretOf(request)
    if (secret !== undefined) sessions.end(secret)
    response.set('set-cookie', cookie('', 0)).status(204).end()
  })
  app.get('/api/session', requireCaller, (request, response) => {
    response.json(describe(callerOf(request)))
  })
}

async function logIn(parts: LoginParts, login: { readonly email: string; readonly password: string }) {
  const { sdk, accounts, attempts, sessions, nowMillis } = parts
  const logins = sdk.counter('console_logins_total')
  const count = (outcome: 'success' | 'failure' | 'limited') => logins.inc({ outcome })
  const email = login.email.trim().toLowerCase()
  const wait = attempts.begin(email, nowMillis())
  if (wait !== undefined) {
    count('limited')
    throw new Refusal('rate_limited', {
      detail: 'too many attempts to log in',
      headers: { 'retry-after': String(wait) },
    })
  }
  const account = await accounts.check(email, login.password)
  if (account === undefined) {
    count('failure')
    sdk.log.warn('console login failed')
    throw new Refusal('unauthenticated', { detail: 'e-mail or password is wrong' })
  }
  attempts.succeeded(email)
  count('success')
  sdk.log.info('console login succeeded')
  return { secret: sessions.begin(account, nowMillis()), session: account }
}

function describe(session: Pick<Session, 'email' | 'role'> | undefined) {
  if (session === undefined) throw new Refusal('unauthenticated')
  const { email, role } = session
  return { email, role, mayAct: mayAct(role) }
}
