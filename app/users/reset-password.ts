/**
 * Replaces a forgotten password. For the operator of the machine, who hands the new one to its owner in person:
 * an admin of the tenant could log in with it and read what the account may read.
 */
import { startSdk } from '#sdk'
import { randomBytes } from 'node:crypto'
import type { ServiceSettings } from '../door/settings.ts'
import { UsersError } from './errors.ts'
import { openPasswords } from './passwords.ts'
import { passwordStore } from './store/passwords.ts'

export interface ResetOptions {
  readonly settings: Pick<ServiceSettings, 'databaseUrl' | 'environment' | 'otlpEndpoint' | 'demo'>
  readonly tenant: string
  readonly email: string
}

/**
 * Answers the new password, 24 characters, which the owner must change. Ends the sessions of the account.
 *
 * @throws UsersError USERS_UNKNOWN_ACCOUNT when the tenant has no account with the e-mail
 */
export async function resetPassword({ settings, tenant, email }: ResetOptions): Promise<string> {
  const { environment, otlpEndpoint, databaseUrl, demo } = settings
  const sdk = startSdk({ service: 'users', environment, otlpEndpoint })
  const pool = sdk.pool({ url: databaseUrl, max: 1 })
  try {
    const password = randomBytes(18).toString('base64url')
    const { hash } = await openPasswords()
    const actor = { tenant, account: undefined, role: 'service', synthetic: demo } as const
    const next = { email: email.toLowerCase(), passwordHash: await hash(password) }
    if (await passwordStore(pool, sdk.audit).reset(actor, next)) return password
    throw new UsersError('USERS_UNKNOWN_ACCOUNT', `found no account with this e-mail in ${tenant}`)
  } finally {
    await pool.end()
    await sdk.shutdown()
  }
}
