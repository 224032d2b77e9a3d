/** Makes every secret of a home that is missing. */
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { loginRoles, type Passwords } from '../database/roles.ts'
import type { Home } from '../home.ts'
import { ensureConsoleAccounts } from './console-accounts.ts'
import { ensureAccounts } from './first-accounts.ts'
import { ensureSecret } from './secret-file.ts'
import { ensureTokens } from './tokens.ts'

/** Processes with a keystore of their own, each sealed under its own passphrase. */
export const keyHolders = ['gateway', 'ledger'] as const
export type KeyHolder = (typeof keyHolders)[number]

export interface Secrets {
  /** Passwords of the database's login roles. */
  readonly passwords: Passwords
  /** Password of the database's superuser; used only by a server of our own. */
  readonly adminPassword: string
  /** What browsers show to the collector; it stands in every page, so it is no secret once served. */
  readonly faroAppKey: string
}

/** Names the passphrase file and the keystore of a process. */
export function keystoreOf(home: Home, holder: KeyHolder): { passphraseFile: string; directory: string } {
  return {
    passphraseFile: join(home.secrets, `${holder}.passphrase`),
    directory: join(home.keystore, holder),
  }
}

/** Names the file with the key that join keys are hashed under. */
export function hmacKeyFile(home: Home): string {
  return join(home.secrets, 'hmac.key')
}

/** Names the file with the routing key that the alert inbox accepts, 32 characters as PagerDuty's are. */
export function inboxKeyFile(home: Home): string {
  return join(home.secrets, 'inbox.key')
}

/** Reads the secrets of a home, generating what is missing. */
export async function ensureSecrets(home: Home, demo: boolean): Promise<Secrets> {
  const password = (role: string) => ensureSecret(join(home.secrets, `database.${role}.password`))
  const entries = await Promise.all(loginRoles.map(async (role) => [role, await password(role)] as const))
  for (const holder of keyHolders) {
    const { passphraseFile, directory } = keystoreOf(home, holder)
    await ensureSecret(passphraseFile)
    await mkdir(directory, { recursive: true, mode: 0o700 })
  }
  await ensureSecret(hmacKeyFile(home), () => randomBytes(32).toString('hex'))
  await ensureTokens(home.secrets)
  await ensureAccounts(home.secrets, demo)
  await ensureConsoleAccounts(home.secrets)
  await ensureSecret(inboxKeyFile(home), () => randomBytes(16).toString('hex'))
  return {
    // One entry for every login role.
    passwords: Object.fromEntries(entries) as Passwords,
    adminPassword: await password('admin'),
    faroAppKey: await ensureSecret(join(home.secrets, 'faro-app.key')),
  }
}
