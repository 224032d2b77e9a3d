/** The users service: its routes on a started door, and the gauge of accounts. */
import type { ServiceToken } from '../../contracts/service-token.ts'
import type { KeySource } from '../door/access-token.ts'
import type { ServiceSettings } from '../door/settings.ts'
import { startService, type Service } from '../door/start-service.ts'
import { openPasswords } from './passwords.ts'
import { mountAccounts } from './routes/accounts.ts'
import { mountCredentials } from './routes/credentials.ts'
import type { UsersDoor } from './routes/door.ts'
import { operations } from './routes/operations.ts'
import { mountOwnPassword } from './routes/own-password.ts'
import { mountPeople } from './routes/people.ts'
import { accountStore } from './store/accounts.ts'
import { credentialStore } from './store/credentials.ts'
import { passwordStore } from './store/passwords.ts'

export interface UsersOptions {
  readonly settings: ServiceSettings
  /** Service tokens that may ask about credentials. */
  readonly tokens: readonly ServiceToken[]
  readonly keys?: KeySource
}

/** How often accounts are counted and old login attempts forgotten, milliseconds. */
const sweepMillis = 15_000

/** Starts the service. */
export async function startUsers({ settings, tokens, ...rest }: UsersOptions): Promise<Service> {
  return startService({
    service: 'users',
    settings,
    open: ['/internal/credentials', '/internal/standing'],
    operations,
    ...rest,
    mount: async ({ app, sdk, pool }) => {
      const door: UsersDoor = {
        sdk,
        accounts: accountStore(pool, sdk.audit),
        credentials: credentialStore(pool, sdk.audit),
        passwords: await openPasswords(),
        ownPasswords: passwordStore(pool, sdk.audit),
        synthetic: settings.demo,
      }
      mountCredentials(app, door, tokens)
      mountPeople(app, door)
      mountOwnPassword(app, door)
      mountAccounts(app, door)
      return startSweep(door)
    },
  })
}

function startSweep({ accounts, sdk }: Pick<UsersDoor, 'accounts' | 'sdk'>): { close: () => Promise<void> } {
  const sweep = async () => {
    try {
      for (const { tenant, role, accounts: count } of await accounts.counts()) {
        sdk.gauge('users').set({ tenant, role }, count)
      }
      await accounts.purgeAttempts()
    } catch {
      // The next sweep tries again; the health page tells that the database is away.
      sdk.log.warn('accounts not counted')
    }
  }
  let last = sweep()
  const timer = setInterval(() => (last = sweep()), sweepMillis)
  return {
    close: async () => {
      clearInterval(timer)
      await last
    },
  }
}
