/**
 * What takes two people: the first shows a token, the second's comes along in a header, and the log has both before
 * anything is done. Long-lived tokens belong to programs of this house on loopback, which ask their people themselves.
 */
import type { Request } from 'express'
import type { TokenScope } from '../../contracts/service-token.ts'
import { Refusal } from '../../lib/refusal.ts'
import { bearerOf, grantAllows, tokenOf, type TokenChecks } from '../../lib/token.ts'

export const approvalHeader = 'campanile-approval'

export interface Approval {
  readonly first: string
  readonly second: string
}

/**
 * Reads who approves a request besides whoever makes it.
 *
 * @returns undefined for a long-lived token
 * @throws Refusal forbidden when nobody does, or the same person, or one who may not
 */
export async function approvalOf(
  request: Request,
  { verify }: TokenChecks,
  { tenant, scope }: { readonly tenant: string; readonly scope: TokenScope },
): Promise<Approval | undefined> {
  const first = tokenOf(request)
  if (first.signed === undefined) return undefined
  const header = request.headers[approvalHeader]
  const presented = typeof header === 'string' ? bearerOf(header) : undefined
  const second = presented === undefined ? undefined : await verify?.(presented)
  if (second === undefined) throw refused('takes the token of a second person')
  // Whoever asked for the first token could ask for another one in its own name.
  const same = [first.name, first.signed.actor ?? first.name]
  if (same.includes(second.name)) throw refused('takes another person than the first')
  const isPerson = second.signed !== undefined && second.signed.role !== 'service'
  if (!isPerson || !second.scopes.includes(scope) || !grantAllows(second, tenant)) {
    throw refused('takes a second person who may do the same')
  }
  return { first: first.name, second: second.name }
}

function refused(detail: string): Refusal {
  return new Refusal('forbidden', { detail: `the header ${approvalHeader} ${detail}` })
}
