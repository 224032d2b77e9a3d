/**
 * `POST /v1/tokens` and `/v1/tokens/:tenant`: short-lived tokens. Nobody gets more than the token they show is good
 * for, and a token issued to somebody is an entry of the log before it is answered.
 */
import type { Sdk } from '#sdk'
import { randomUUID } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import {
  containedIn,
  ExchangeBody,
  IssueBody,
  roleScopes,
  type LedgerClaims,
  type TokenAnswer,
} from '../../contracts/ledger-token.ts'
import type { Fault } from '../../contracts/problem.ts'
import type { TokenScope } from '../../contracts/service-token.ts'
import { Refusal } from '../../lib/refusal.ts'
import { longestSeconds, type SignedTokens } from '../../lib/signed-token.ts'
import { grantAllows, tokenOf, type Grant } from '../../lib/token.ts'
import { validator } from '../../lib/validate.ts'
import type { Appender } from '../append/appender.ts'
import { readCanonicalBody } from './canonical-body.ts'
import { tenantOf } from './parameters.ts'
import { recordView } from './view-event.ts'

export interface TokenRouteParts {
  readonly sdk: Sdk
  readonly appender: Appender
  readonly signedTokens: SignedTokens
  /** Life of a token for which nobody asks otherwise, and the longest of any but an auditor's, in seconds. */
  readonly tokenSeconds: number
}

type Rights = Pick<LedgerClaims, 'sub' | 'role' | 'tenants' | 'period' | 'subject'>

const maxBodyBytes = 65_536
const checkExchange = validator(ExchangeBody)
const checkIssue = validator(IssueBody)

/** Makes the handlers of both. */
export function tokenHandlers(parts: TokenRouteParts) {
  return { exchangeToken: exchangeToken(parts), issueToken: issueToken(parts) }
}

function exchangeToken(parts: TokenRouteParts): RequestHandler {
  return async (request, response) => {
    const shown = tokenOf(request)
    const outcome = checkExchange(await readCanonicalBody(request, maxBodyBytes))
    if (!outcome.valid) throw new Refusal('body_invalid', { faults: outcome.faults })
    const { scopes = shown.scopes, tenants = shown.tenants, seconds } = outcome.value
    refuse([
      ...(scopes.every((scope) => holds(shown, scope))
        ? []
        : [fault('/scopes', 'scopes of the token shown')]),
      ...(tenants.every((tenant) => grantAllows(shown, tenant))
        ? []
        : [fault('/tenants', 'tenants of the token shown')]),
    ])
    const rights: Rights = { sub: shown.name, role: 'service', tenants: [...tenants] }
    sign(parts, response, { jti: randomUUID(), rights, scopes, seconds: secondsOf(parts, rights, seconds) })
  }
}

function issueToken(parts: TokenRouteParts): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, parts.sdk)
    const issuer = tokenOf(request)
    const body = await readIssue(request)
    const { role, name, seconds, period, subject } = body
    const scopes = roleScopes[role]
    if (!scopes.every((scope) => holds(issuer, scope))) {
      throw new Refusal('forbidden', { detail: `the token does not hold what the role ${role} may do` })
    }
    // An event's producer is the name of the token: nobody lets another service say what it never said.
    if (role === 'writer' && name !== issuer.name) {
      throw new Refusal('forbidden', { detail: 'a writer has the name of who asks for its token' })
    }
    const rights: Rights = {
      sub: name,
      role,
      tenants: [tenant],
      ...(period === undefined ? {} : { period }),
      ...(subject === undefined ? {} : { subject }),
    }
    const jti = randomUUID()
    const life = secondsOf(parts, rights, seconds)
    await recordView(parts.appender, {
      id: jti,
      tenant,
      class: 'admin',
      facts: {
        action: 'token.issued',
        outcome: 'success',
        reason: role,
        token: { seconds: life, ...(period === undefined ? {} : { period }) },
      },
      viewer: issuer.name,
      resourceId: name,
      // Sealed under the subject's key: who may see a record is gone with the subject.
      ...(subject === undefined ? {} : { subject }),
    })
    sign(parts, response, { jti, rights, scopes, seconds: life, actor: issuer.name })
  }
}

async function readIssue(request: Request): Promise<IssueBody> {
  const outcome = checkIssue(await readCanonicalBody(request, maxBodyBytes))
  if (!outcome.valid) throw new Refusal('body_invalid', { faults: outcome.faults })
  const { role, period, subject } = outcome.value
  const isOrdered = period === undefined || Date.parse(period.since) < Date.parse(period.until)
  refuse([
    ...((role === 'auditor') === (period !== undefined)
      ? []
      : [fault('/period', 'a period for an auditor and for nobody else')]),
    ...(isOrdered ? [] : [fault('/period/until', 'a time of the calendar after since')]),
    ...((role === 'subject') === (subject !== undefined)
      ? []
      : [fault('/subject', 'a subject for the role subject and for no other')]),
  ])
  return outcome.value
}

/** Tells whether somebody holds a scope, by itself or within another. */
function holds({ scopes }: Grant, scope: TokenScope): boolean {
  const container = containedIn[scope]
  return scopes.includes(scope) || (container !== undefined && scopes.includes(container))
}

function secondsOf({ tokenSeconds }: TokenRouteParts, { role }: Rights, asked = tokenSeconds): number {
  const longest = role === 'auditor' ? longestSeconds(role) : Math.min(longestSeconds(role), tokenSeconds)
  if (asked <= longest) return asked
  throw new Refusal('body_invalid', { faults: [fault('/seconds', `at most ${longest} for this role`)] })
}

interface Signing {
  readonly jti: string
  readonly rights: Rights
  readonly scopes: readonly TokenScope[]
  readonly seconds: number
  readonly actor?: string
}

function sign({ sdk, signedTokens }: TokenRouteParts, response: Response, signing: Signing): void {
  const { jti, rights, scopes, seconds, actor } = signing
  const scope = scopes.join(' ')
  const claims = { jti, scope, ...rights, ...(actor === undefined ? {} : { act: { sub: actor } }) }
  const token = signedTokens.sign(claims, seconds)
  sdk.counter('access_tokens_issued_total').inc({ role: rights.role })
  response.set('cache-control', 'no-store')
  response.json({
    access_token: token,
    token_type: 'Bearer',
    expires_in: seconds,
    scope,
  } satisfies TokenAnswer)
}

function fault(at: string, expected: string): Fault {
  return { at, expected }
}

function refuse(faults: readonly Fault[]): void {
  if (faults.length > 0) throw new Refusal('body_invalid', { faults })
}
