/** The migrations of the SDK alone: its tests stand without the other rooms'. */
import { resolve } from 'node:path'
import { migrationFolders, readMigrations, type Migration } from '../../compose/local/database/migrations.ts'

export function sdkMigrations(): Migration[] {
  const checkout = resolve(import.meta.dirname, '../..')
  return readMigrations(migrationFolders(checkout).filter(({ room }) => room === 'sdk'))
}
