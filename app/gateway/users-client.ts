/** Asks the users service whether a password is right and what an account may be. */
import Type from 'typebox'
import { roles, type Role } from '../../contracts/services.ts'
import { Refusal } from '../../lib/refusal.ts'
import { validator } from '../../lib/validate.ts'
import { uuidPattern } from '../door/principal.ts'
import { GatewayError } from './errors.ts'
import type { Holder } from './store/sessions.ts'
import type { Upstream } from './upstream.ts'

export interface Credentials {
  readonly tenant?: string
  readonly email: string
  readonly password: string
}

export interface UsersClient {
  /** @throws Refusal unauthenticated, rate_limited or overloaded, as the service says */
  readonly verify: (credentials: Credentials) => Promise<Holder>
  /** Answers role and password an account has now; undefined when it may hold no session. */
  readonly standing: (
    tenant: string,
    account: string,
  ) => Promise<Pick<Holder, 'role' | 'passwordVersion'> | undefined>
}

const RoleName = Type.Unsafe<Role>({ type: 'string', enum: roles })
const checkHolder = validator(
  Type.Object({
    account: Type.String({ pattern: uuidPattern }),
    tenant: Type.String(),
    role: RoleName,
    passwordVersion: Type.Integer(),
  }),
)
const checkStanding = validator(Type.Object({ role: RoleName, passwordVersion: Type.Integer() }))

/** Opens the client; `token` has the scope `users:verify`. */
export function usersClient(upstream: Upstream, base: string, token: string): UsersClient {
  const ask = (path: string, body: unknown) =>
    upstream({
      method: 'POST',
      url: base + path,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(body)),
    })
  return {
    verify: async (credentials) => {
      const response = await ask('/internal/credentials', credentials)
      if (response.status === 200) return read(response, checkHolder)
      const retry = response.headers.get('retry-after') ?? '1'
      await response.body?.cancel()
      throw refusalOf(response.status, retry)
    },
    standing: async (tenant, account) => {
      const response = await ask('/internal/standing', { tenant, account })
      if (response.status === 200) return read(response, checkStanding)
      await response.body?.cancel()
      if (response.status === 404) return undefined
      throw unexpected(response.status)
    },
  }
}

async function read<T>(
  response: Response,
  check: (value: unknown) => { valid: false } | { valid: true; value: T },
) {
  const checked = check(await response.json())
  if (!checked.valid) throw new GatewayError('GATEWAY_USERS_ANSWER', 'users answered another shape')
  return checked.value
}

function refusalOf(status: number, retrySeconds: string): Error {
  if (status === 401 || status === 422) {
    return new Refusal('unauthenticated', { detail: 'the e-mail and the password do not belong together' })
  }
  const headers = { 'retry-after': retrySeconds }
  if (status === 429) return new Refusal('rate_limited', { detail: 'too many wrong passwords', headers })
  if (status === 503) return new Refusal('overloaded', { detail: 'logins wait', headers })
  return unexpected(status)
}

function unexpected(status: number): GatewayError {
  return new GatewayError('GATEWAY_USERS_ANSWER', `users answered ${status}`)
}
