/** `migrate`: roles, grants and tables in the database of `DATABASE_URL`, for installations that start services themselves. */
import { readMigrations, migrationFolders } from '../database/migrations.ts'
import { provision } from '../database/provision.ts'
import { createHome, homeAt } from '../home.ts'
import { ensureSecrets } from '../secrets/ensure-secrets.ts'
import type { Settings } from '../settings.ts'
import type { ExitCode, Output } from './output.ts'

/** Makes the secrets that are missing, then every role, grant and migration; safe to repeat. */
export async function migrateDatabase(settings: Settings, output: Output): Promise<ExitCode> {
  if (settings.databaseUrl === undefined) {
    output.warn('campanile: migrate: expected DATABASE_URL, the connection of a role that may create roles')
    return 2
  }
  const home = homeAt(settings.home)
  await createHome(home)
  const secrets = await ensureSecrets(home, false)
  const applied = await provision({
    adminUrl: settings.databaseUrl,
    passwords: secrets.passwords,
    migrations: readMigrations(migrationFolders(settings.checkout)),
  })
  for (const { room, name } of applied) output.write(`  applied ${room} ${name}`)
  output.write(`  ${applied.length} migration(s) applied`)
  return 0
}
