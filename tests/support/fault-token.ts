/** A token that may switch faults on, and the list that accepts it. */
import { createHash } from 'node:crypto'
import type { ServiceToken, TokenScope } from '../../contracts/service-token.ts'

export const faultToken = 'a-token-of-drills-for-the-tests'

/** Accepts the token with other scopes or for other tenants where given. */
export function faultTokens(
  scopes: readonly TokenScope[] = ['faults:write'],
  tenants: readonly string[] = ['*'],
): ServiceToken[] {
  const sha256 = createHash('sha256').update(faultToken).digest('hex')
  return [{ name: 'drills', sha256, scopes: [...scopes], tenants: [...tenants] }]
}

/** Switches a fault of a process. */
export function postFault(url: string, body: unknown, token = faultToken): Promise<Response> {
  return fetch(`${url}/faults`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}
