/** Creates the first accounts of an appliance: the demo's, or one admin. Doing it again changes nothing. */
import { startSdk } from '#sdk'
import Type, { type Static } from 'typebox'
import { roles, tenantPattern, type Role } from '../../contracts/services.ts'
import { accountId } from '../door/account-id.ts'
import type { ServiceSettings } from '../door/settings.ts'
import { UsersError } from './errors.ts'
import { openPasswords } from './passwords.ts'
import { accountStore, type Account, type AccountStore } from './store/accounts.ts'

/** The file of first accounts, written by the supervisor with generated passwords. */
export const FirstAccounts = Type.Array(
  Type.Object({
    email: Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' }),
    tenant: Type.String({ pattern: tenantPattern }),
    role: Type.Unsafe<Role>({ type: 'string', enum: roles }),
    password: Type.String({ minLength: 12, maxLength: 128 }),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  }),
  { maxItems: 1_000 },
)
export type FirstAccount = Static<typeof FirstAccounts>[number]

export interface ProvisionOptions {
  readonly settings: Pick<ServiceSettings, 'databaseUrl' | 'environment' | 'otlpEndpoint' | 'demo'>
  readonly accounts: readonly FirstAccount[]
}

/**
 * Creates the accounts that are missing, with ids derived from their e-mails, and answers how many.
 *
 * @throws UsersError USERS_PROVISION_CONFLICT when an e-mail belongs to another account
 */
export async function provision({ settings, accounts }: ProvisionOptions): Promise<number> {
  const { environment, otlpEndpoint, databaseUrl } = settings
  const sdk = startSdk({ service: 'users', environment, otlpEndpoint })
  const pool = sdk.pool({ url: databaseUrl, max: 2 })
  try {
    const store = accountStore(pool, sdk.audit)
    const passwords = await openPasswords()
    let created = 0
    for (const account of accounts) {
      const id = accountId(account.email)
      const existing = await store.find(account.tenant, id)
      if (existing !== undefined) continue
      await create(
        store,
        { ...account, id, synthetic: settings.demo },
        await passwords.hash(account.password),
      )
      created++
    }
    return created
  } finally {
    await pool.end()
    await sdk.shutdown()
  }
}

type Creation = FirstAccount & Pick<Account, 'id' | 'synthetic'>

async function create(store: AccountStore, account: Creation, passwordHash: string): Promise<void> {
  const { id, tenant, role, synthetic } = account
  const email = account.email.toLowerCase()
  const name = account.name ?? nameOf(email, synthetic)
  const actor = { tenant, account: undefined, role: 'service', synthetic } as const
  if (!(await store.create(actor, { id, email, name, role, passwordHash, mustChangePassword: !synthetic }))) {
    throw new UsersError('USERS_PROVISION_CONFLICT', `found another account for a first account of ${tenant}`)
  }
}

/** Calls an account by the local part of its e-mail. */
function nameOf(email: string, synthetic: boolean): string {
  const [local = 'account'] = email.split('@')
  const words = local.split(/[._-]+/).map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
  return synthetic ? `${words.join(' ')} (demo)` : words.join(' ')
}
