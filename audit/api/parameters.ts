/** Reads path and query parameters; whoever sends the request controls them. */
import type { Sdk } from '#sdk'
import type { Request } from 'express'
import { tenantPattern } from '../../contracts/services.ts'
import { Refusal } from '../../lib/refusal.ts'
import { tokenAllows, tokenOf } from '../../lib/token.ts'

const tenantName = new RegExp(tenantPattern)

/**
 * Reads the tenant of the path. A tenant the token is not good for looks like one that does not exist.
 *
 * @throws Refusal not_found
 */
export function tenantOf(request: Request, sdk: Sdk): string {
  const tenant = request.params['tenant']
  if (typeof tenant !== 'string' || !tenantName.test(tenant)) throw new Refusal('not_found')
  if (!tokenAllows(request, tenant)) {
    sdk.counter('cross_tenant_denied_total').inc({ service: 'ledger', kind: 'path' })
    throw new Refusal('not_found')
  }
  sdk.setTenant(tenant)
  return tenant
}

/**
 * Reads the subject of the path; a token that is limited to one is good for no other.
 *
 * @throws Refusal not_found or forbidden
 */
export function subjectOf(request: Request): string {
  const subject = request.params['subject']
  if (typeof subject !== 'string' || subject === '' || subject.length > 128) throw new Refusal('not_found')
  const { scopes, signed } = tokenOf(request)
  if (scopes.includes('subjects:read')) return subject
  // Whether there is such a subject is not looked at, so the answer does not say it.
  if (signed?.subject === subject) return subject
  throw new Refusal('forbidden', { detail: 'the token is limited to another subject' })
}

export interface NumberBounds {
  /** What to take when the parameter is absent; without it the parameter is required. */
  readonly fallback?: number
  readonly max?: number
}

/** @throws Refusal query_invalid naming the parameter */
export function numberOf(request: Request, name: string, bounds: NumberBounds = {}): number {
  const { fallback, max = Number.MAX_SAFE_INTEGER } = bounds
  const text = request.query[name]
  if (text === undefined && fallback !== undefined) return fallback
  const value = typeof text === 'string' && /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value) && value <= max) return value
  throw new Refusal('query_invalid', {
    faults: [{ at: name, expected: `a whole number from 0 to ${max}` }],
  })
}

/** @throws Refusal query_invalid naming the parameter */
export function optionalText(request: Request, name: string, pattern: RegExp): string | undefined {
  const text = request.query[name]
  if (text === undefined) return undefined
  if (typeof text === 'string' && pattern.test(text)) return text
  throw new Refusal('query_invalid', { faults: [{ at: name, expected: `text like ${pattern.source}` }] })
}
