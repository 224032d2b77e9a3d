/**
 * `POST /internal/credentials` and `/internal/standing`, for the gateway only. An unknown e-mail, a wrong
 * password and a disabled account get the same answer after the same work.
 */
import type { Express } from 'express'
import type { ServiceToken } from '../../../contracts/service-token.ts'
import { jsonBody } from '../../../lib/body.ts'
import { Refusal } from '../../../lib/refusal.ts'
import { requireToken, tokenAllows } from '../../../lib/token.ts'
import { validator } from '../../../lib/validate.ts'
import type { Login, LoginOutcome } from '../store/credentials.ts'
import type { UsersDoor } from './door.ts'
import { tooManyGuesses } from './own-password.ts'
import { CredentialsRequest, StandingRequest } from './shapes.ts'

/** Stands for the tenant of an e-mail nobody knows: its attempts are counted like all others. */
const nowhere = 'unknown'

const checkCredentials = validator(CredentialsRequest)
const checkStanding = validator(StandingRequest)

/** Mounts both questions behind a service token with the scope `users:verify`. */
export function mountCredentials(app: Express, door: UsersDoor, tokens: readonly ServiceToken[]): void {
  const guard = requireToken(tokens, 'users:verify')
  app.post(
    '/internal/credentials',
    guard,
    jsonBody({ bytes: 4_096, depth: 2 }),
    async (request, response) => {
      const body = checkCredentials(request.body)
      if (!body.valid) throw new Refusal('body_invalid', { faults: body.faults })
      if (body.value.tenant !== undefined && !tokenAllows(request, body.value.tenant))
        throw new Refusal('forbidden')
      response.set('cache-control', 'no-store').json(await logIn(door, body.value))
    },
  )
  app.post('/internal/standing', guard, jsonBody({ bytes: 1_024, depth: 2 }), async (request, response) => {
    const body = checkStanding(request.body)
    if (!body.valid) throw new Refusal('body_invalid', { faults: body.faults })
    const { tenant, account } = body.value
    if (!tokenAllows(request, tenant)) throw new Refusal('forbidden')
    const standing = await door.credentials.standing(tenant, account)
    if (standing === undefined) throw new Refusal('not_found')
    response.set('cache-control', 'no-store').json(standing)
  })
}

async function logIn(door: UsersDoor, request: CredentialsRequest) {
  const { credentials, passwords, sdk, synthetic } = door
  const email = request.email.toLowerCase()
  const tenant = request.tenant ?? (await credentials.tenantOf(email)) ?? nowhere
  const attempt = await credentials.take(tenant, email)
  if (attempt.status === 'locked') {
    await credentials.settle(tenant, email, { outcome: 'rate_limited', login: undefined, synthetic })
    // The tenant is a label, and one somebody made up must not become a series.
    countLogin(door, nowhere, 'rate_limited')
    throw tooManyGuesses(attempt.retrySeconds)
  }
  const { login } = attempt
  const isRight = await passwords.check(request.password, login?.passwordHash)
  const outcome = outcomeOf(isRight, login)
  await credentials.settle(tenant, email, { outcome, login, synthetic })
  countLogin(door, login === undefined ? nowhere : tenant, outcome)
  if (outcome !== 'success' || login === undefined) throw new Refusal('unauthenticated')
  sdk.setTenant(tenant)
  const { id: account, role, passwordVersion } = login
  return { account, tenant, role, passwordVersion }
}

function outcomeOf(isRight: boolean, login: Login | undefined): LoginOutcome {
  if (!isRight || login === undefined) return 'bad_credentials'
  return login.disabled ? 'account_disabled' : 'success'
}

function countLogin({ sdk }: UsersDoor, tenant: string, outcome: LoginOutcome): void {
  const isSuccess = outcome === 'success'
  sdk.counter('auth_login_total').inc({
    tenant,
    outcome: isSuccess ? 'success' : 'failure',
    reason: isSuccess ? 'none' : outcome,
  })
}
