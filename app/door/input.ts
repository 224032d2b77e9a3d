/** Reads the parts of a request beside its body; whoever calls controls every one of them. */
import type { Request } from 'express'
import { Refusal } from '../../lib/refusal.ts'
import type { Validated } from '../../lib/validate.ts'
import { uuidPattern } from './principal.ts'

const uuid = new RegExp(uuidPattern)

/**
 * Reads a UUID of the path, in lower case.
 *
 * @throws Refusal not_found for anything else: no id of ours looks otherwise
 */
export function uuidParam(request: Request, name: string): string {
  const value = String(request.params[name]).toLowerCase()
  if (!uuid.test(value)) throw new Refusal('not_found')
  return value
}

/**
 * Reads an optional UUID of the query.
 *
 * @throws Refusal query_invalid
 */
export function uuidQuery(request: Request, name: string): string | undefined {
  const value = request.query[name]
  if (value === undefined) return undefined
  if (typeof value === 'string' && uuid.test(value)) return value
  throw new Refusal('query_invalid', { faults: [{ at: name, expected: 'a uuid in lower case' }] })
}

/**
 * Reads an optional whole number of the query, from 1 to `max`.
 *
 * @throws Refusal query_invalid
 */
export function countQuery(
  request: Request,
  name: string,
  { fallback, max }: { readonly fallback: number; readonly max: number },
): number {
  const value = request.query[name]
  if (value === undefined) return fallback
  const count = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : 0
  if (count >= 1 && count <= max) return count
  throw new Refusal('query_invalid', { faults: [{ at: name, expected: `a whole number from 1 to ${max}` }] })
}

/**
 * Reads a checked body.
 *
 * @throws Refusal body_invalid with every fault
 */
export function bodyOf<T>(check: (value: unknown) => Validated<T>, request: { readonly body?: unknown }): T {
  const body = check(request.body)
  if (!body.valid) throw new Refusal('body_invalid', { faults: body.faults })
  return body.value
}
