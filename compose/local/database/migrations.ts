/** The migrations on disk: in which order the rooms come, and how a file becomes one. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LocalError } from '../errors.ts'

export interface Migration {
  readonly room: string
  /** File name: `NNN-name.sql`. */
  readonly name: string
  readonly sha256: string
  readonly sql: string
}

/** A room and the folder of its migrations. */
export interface MigrationFolder {
  readonly room: string
  readonly path: string
}

/** Rooms in the order their migrations run: later ones may refer to earlier ones. */
const rooms = [
  'sdk',
  'app/users',
  'app/academics',
  'app/booking',
  'app/gateway',
  'audit',
  'compliance',
] as const

/** Lists the migration folders of a checkout. */
export function migrationFolders(checkout: string): readonly MigrationFolder[] {
  return rooms.map((room) => ({ room, path: join(checkout, room, 'store/migrations') }))
}

/**
 * Reads every migration in the order it runs. A room without a folder has none.
 *
 * @throws LocalError MIGRATION_MISNAMED when a file is not `NNN-name.sql` or a number comes twice
 */
export function readMigrations(folders: readonly MigrationFolder[]): Migration[] {
  return folders.flatMap(({ room, path }) => {
    if (!existsSync(path)) return []
    const names = readdirSync(path).sort()
    refuseBadNames(room, names)
    return names.map((name) => readMigration(room, path, name))
  })
}

function refuseBadNames(room: string, names: readonly string[]): void {
  const numbers = new Set<string>()
  for (const name of names) {
    const number = /^(\d{3})-[a-z0-9-]+\.sql$/.exec(name)?.[1]
    if (number === undefined || numbers.has(number)) {
      throw new LocalError(
        'MIGRATION_MISNAMED',
        `${room}: found ${name}, expected a new number: NNN-name.sql`,
      )
    }
    numbers.add(number)
  }
}

function readMigration(room: string, path: string, name: string): Migration {
  const sql = readFileSync(join(path, name), 'utf8')
  return { room, name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
}
