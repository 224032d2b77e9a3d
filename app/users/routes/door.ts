/** What every route of this service is built with. */
import type { Sdk } from '#sdk'
import type { IncomingMessage } from 'node:http'
import { crossTenant, principalOf } from '../../door/authenticate.ts'
import { Refusal } from '../../../lib/refusal.ts'
import type { Passwords } from '../passwords.ts'
import type { AccountStore, Actor } from '../store/accounts.ts'
import type { CredentialStore } from '../store/credentials.ts'
import type { PasswordStore } from '../store/passwords.ts'

export interface UsersDoor {
  readonly sdk: Sdk
  readonly accounts: AccountStore
  readonly credentials: CredentialStore
  readonly passwords: Passwords
  readonly ownPasswords: PasswordStore
  /** True while the appliance runs on demo data. */
  readonly synthetic: boolean
}

/** Names the caller as the one who acts. */
export function actorOf({ synthetic }: UsersDoor, request: IncomingMessage): Actor {
  const { tenant, account, role } = principalOf(request)
  return { tenant, account, role, synthetic }
}

/** Writes the refusal for an account that is not the tenant's, counting it when it is another tenant's. */
export async function unknownAccount(door: UsersDoor, tenant: string, id: string): Promise<Refusal> {
  if (await door.accounts.isForeign(tenant, id)) crossTenant({ sdk: door.sdk, service: 'users' }, 'path')
  return new Refusal('not_found')
}
