/**
 * `POST /me/password`: the one way a password changes while its owner knows it. Whoever holds a stolen access
 * token must not learn the password here, so wrong ones count and lock as they do at log in.
 */
import type { Express, Request } from 'express'
import { Refusal } from '../../../lib/refusal.ts'
import { validator } from '../../../lib/validate.ts'
import { principalOf, tenantBody } from '../../door/authenticate.ts'
import { actorOf, type UsersDoor } from './door.ts'
import { OwnPassword } from './shapes.ts'

const checkBody = validator(OwnPassword)

/** Mounts it. */
export function mountOwnPassword(app: Express, door: UsersDoor): void {
  app.post('/me/password', tenantBody({ bytes: 2_048, depth: 2 }), async (request, response) => {
    const body = checkBody(request.body)
    if (!body.valid) throw new Refusal('body_invalid', { faults: body.faults })
    const { current, password } = body.value
    const { email, version } = await proveOwner(door, request, current)
    if (password === current) {
      const faults = [{ at: '/password', expected: 'another password than the current one' }]
      throw new Refusal('body_invalid', { faults })
    }
    const { account } = principalOf(request)
    const next = { email, version, passwordHash: await door.passwords.hash(password) }
    if (!(await door.ownPasswords.change({ ...actorOf(door, request), account }, next))) {
      throw new Refusal('conflict', { detail: 'the password was changed at the same time' })
    }
    response.status(204).end()
  })
}

/** Checks the current password of the caller. */
async function proveOwner(door: UsersDoor, request: Request, current: string) {
  const { tenant, account } = principalOf(request)
  const { credentials, synthetic } = door
  const found = await door.accounts.find(tenant, account)
  // The token outlives a deleted account by minutes.
  if (found === undefined || found.disabled) throw new Refusal('unauthenticated')
  const { email } = found
  const attempt = await credentials.take(tenant, email)
  if (attempt.status === 'locked') {
    await credentials.settle(tenant, email, { outcome: 'rate_limited', login: undefined, synthetic })
    throw tooManyGuesses(attempt.retrySeconds)
  }
  const { login } = attempt
  if (login === undefined || !(await door.passwords.check(current, login.passwordHash))) {
    await credentials.settle(tenant, email, { outcome: 'bad_credentials', login, synthetic })
    throw new Refusal('forbidden', { detail: 'the current password is another one' })
  }
  return { email, version: login.passwordVersion }
}

/** Writes the refusal of a locked e-mail. */
export function tooManyGuesses(retrySeconds: number): Refusal {
  const headers = { 'retry-after': String(retrySeconds) }
  return new Refusal('rate_limited', { detail: 'too many wrong passwords', headers })
}
