/**
 * `POST /v1/sealed/:tenant`: takes a disclosure that must not show. It has an app of its own before the one that counts,
 * traces and logs requests, and answers its own refusals.
 */
import type { RequestListener } from 'node:http'
import type { ErrorRequestHandler, Express, Request, Response } from 'express'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { SealedBody } from '../../contracts/sealed.ts'
import { createDoor, sendRefusal } from '../../lib/http.ts'
import { Refusal } from '../../lib/refusal.ts'
import { requireToken, tokenAllows, type TokenChecks } from '../../lib/token.ts'
import { validator } from '../../lib/validate.ts'
import { maxTextBytes } from '../sealed/sealed-entry.ts'
import type { SealedLogs } from '../sealed/start-sealed.ts'
import { readCanonicalBody } from './canonical-body.ts'
import { sealedOperations } from './operations/record-operations.ts'

export interface SealedRouteParts {
  readonly accepted: TokenChecks
  /** Absent where no sealed log is configured. */
  readonly sealed?: SealedLogs | undefined
}

const maxBodyBytes = 16_384
const validate = validator(SealedBody)
const { method, path, scopes } = sealedOperations.postSealed

/** Puts the sealed door before an app that is instrumented: what goes through it never reaches that app. */
export function sealedBefore(app: Express, parts: SealedRouteParts): RequestListener {
  if (parts.sealed === undefined) return app
  const quiet = sealedApp(parts.accepted, parts.sealed)
  return (request, response) => {
    if (request.url?.startsWith('/v1/sealed/') === true) quiet(request, response)
    else app(request, response)
  }
}

/** Its path is no declared word: whoever calls it shows `{id}` in its own telemetry. */
function sealedApp(accepted: TokenChecks, sealed: SealedLogs): Express {
  const quiet = createDoor({ onRejected: () => undefined })
  const authorise = requireToken(accepted, ...scopes)
  quiet[method](path, (request, response) => {
    authorise(request, response, (refused) => {
      const done = refused === undefined ? take(request, response, sealed) : Promise.reject(asError(refused))
      done.catch((error: unknown) => {
        sendRefusal(response, error instanceof Refusal ? error : new Refusal('internal'))
      })
    })
  })
  quiet.use((_request, response) => sendRefusal(response, new Refusal('not_found')))
  quiet.use(refuseQuietly)
  return quiet
}

async function take(request: Request, response: Response, sealed: SealedLogs): Promise<void> {
  const { tenant } = request.params
  // The token first: nothing is looked up for who may not ask.
  if (typeof tenant !== 'string' || !tokenAllows(request, tenant)) throw new Refusal('not_found')
  const log = sealed.find(tenant)
  if (log === undefined) throw new Refusal('not_found')
  const outcome = validate(await readCanonicalBody(request, maxBodyBytes))
  if (!outcome.valid) throw new Refusal('body_invalid', { faults: outcome.faults })
  const text = canonicalJson(outcome.value)
  if (Buffer.byteLength(text) > maxTextBytes) throw new Refusal('body_too_large')
  const status = log.offer(outcome.value.id, text)
  if (status === 'full') throw new Refusal('overloaded', { headers: { 'retry-after': '60' } })
  response.set('cache-control', 'no-store').status(status === 'written' ? 200 : 202)
  response.json({ id: outcome.value.id, status })
}

/** Express would write what nobody answered to standard error. */
const refuseQuietly: ErrorRequestHandler = (_error, _request, response, _next) => {
  sendRefusal(response, new Refusal('query_invalid'))
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Refusal('internal')
}
