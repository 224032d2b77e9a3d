/** Decides which PostgreSQL the house uses: a given one, the system's, or the one from npm. */
import { LocalError } from '../errors.ts'
import type { Settings } from '../settings.ts'
import { databaseAccount, type Account } from './account.ts'
import { findSystemPostgres, oldestVersion, type PostgresBinaries } from './binaries.ts'
import { findEmbeddedPostgres } from './embedded.ts'

export type PostgresChoice =
  | { readonly kind: 'url'; readonly url: string }
  | {
      readonly kind: 'system' | 'embedded'
      readonly binaries: PostgresBinaries
      readonly account: Account | undefined
    }

export type ChoiceSettings = Pick<Settings, 'postgres' | 'databaseUrl' | 'path' | 'packagesDirectory'>

/**
 * Chooses by `CAMPANILE_POSTGRES`; `auto` goes through the three in order.
 *
 * @param accountOf tells the account a server of ours runs under; asked only where one is started
 * @throws LocalError POSTGRES_MISSING with what to install
 */
export function choosePostgres(
  settings: ChoiceSettings,
  accountOf: () => Account | undefined = databaseAccount,
): PostgresChoice {
  const { postgres, databaseUrl, path, packagesDirectory } = settings
  if (databaseUrl !== undefined && (postgres === 'auto' || postgres === 'url')) {
    return { kind: 'url', url: databaseUrl }
  }
  const account = accountOf()
  if (postgres !== 'embedded') {
    const binaries = findSystemPostgres(path)
    if (binaries !== undefined) return { kind: 'system', binaries, account }
  }
  if (postgres !== 'system') {
    const binaries = findEmbeddedPostgres(packagesDirectory, account)
    if (binaries !== undefined) return { kind: 'embedded', binaries, account }
  }
  throw new LocalError(
    'POSTGRES_MISSING',
    `found no PostgreSQL ${oldestVersion} or later (asked for: ${postgres}): apt-get install postgresql, ` +
      'or npm ci for the one from npm, or set DATABASE_URL',
  )
}

/** Describes a choice for people, without secrets. */
export function describePostgres(choice: PostgresChoice): string {
  if (choice.kind === 'url') return 'DATABASE_URL'
  const under = choice.account === undefined ? '' : `, run as ${choice.account.name}`
  return `${choice.kind} PostgreSQL ${choice.binaries.version} (${choice.binaries.postgres})${under}`
}
