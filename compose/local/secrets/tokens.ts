/**
 * Which process may ask which other one for what: one bearer token per holder, and per receiver the list of
 * hashes it accepts with nothing more than the holder needs there.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServiceTokens, type ServiceToken, type TokenScope } from '../../../contracts/service-token.ts'
import { validator } from '../../../lib/validate.ts'
import { ensureSecret, writePrivate } from './secret-file.ts'

export const tokenHolders = [
  'users',
  'academics',
  'booking',
  'gateway',
  'operator',
  'custodian',
  'console',
  'compliance',
  'drills',
] as const
export type TokenHolder = (typeof tokenHolders)[number]

const checkTokens = validator(ServiceTokens)

type Grants = Readonly<Partial<Record<TokenHolder, readonly TokenScope[]>>>

/** Receiver → holder → scopes. */
export const acceptedTokens = {
  ledger: {
    users: ['events:write'],
    academics: ['events:write', 'subjects:read'],
    booking: ['events:write'],
    gateway: ['events:write'],
    operator: ['proofs:read', 'export:read', 'tokens:issue'],
    custodian: ['subjects:read', 'record:read', 'record:write', 'erasures:write', 'tokens:issue'],
    console: ['proofs:read'],
    compliance: ['events:write'],
    drills: ['faults:write', 'proofs:read'],
  },
  users: { gateway: ['users:verify'], drills: ['faults:write'] },
  academics: { drills: ['faults:write'] },
  booking: { drills: ['faults:write'] },
  gateway: { drills: ['faults:write'] },
  collector: { drills: ['faults:write'] },
  supervisor: { drills: ['faults:write'] },
  console: { drills: ['proofs:read'] },
  compliance: { console: ['posture:read'], operator: ['posture:read', 'scans:write'] },
} as const satisfies Record<string, Grants>
export type TokenReceiver = keyof typeof acceptedTokens

/** Names the file with the token a process shows. */
export function tokenFile(secrets: string, holder: TokenHolder): string {
  return join(secrets, `${holder}.token`)
}

/** Names the file with the tokens a process accepts. */
export function tokensFile(secrets: string, receiver: TokenReceiver): string {
  return join(secrets, `${receiver}.accepted.json`)
}

/** Reads whom a receiver accepts; a file somebody has broken accepts nobody. */
export function readTokens(secrets: string, receiver: TokenReceiver): readonly ServiceToken[] {
  const outcome = checkTokens(JSON.parse(readFileSync(tokensFile(secrets, receiver), 'utf8')))
  return outcome.valid ? outcome.value : []
}

/** Makes missing tokens and writes every receiver's list anew. */
export async function ensureTokens(secrets: string): Promise<void> {
  const held = new Map<string, string>()
  for (const holder of tokenHolders) held.set(holder, await ensureSecret(tokenFile(secrets, holder)))
  // Object.entries of the table gives its own rows.
  const rows = Object.entries(acceptedTokens) as [TokenReceiver, Grants][]
  for (const [receiver, grants] of rows) {
    const list = Object.entries(grants).map(([name, scopes]): ServiceToken => {
      const sha256 = createHash('sha256')
        .update(held.get(name) ?? '')
        .digest('hex')
      return { name, sha256, scopes: [...scopes], tenants: ['*'] }
    })
    await writePrivate(tokensFile(secrets, receiver), `${JSON.stringify(list, null, 2)}\n`)
  }
}
