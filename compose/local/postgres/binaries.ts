/** Finds a PostgreSQL server of version 15 or later on this machine. */
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
  /** Major version. */
  readonly version: number
}

/** The SQL of the house is written for this major version and later. */
export const oldestVersion = 15

/** Where the usual packages put servers; a folder on PATH comes last, since Debian keeps servers off it. */
const folderPatterns = [
  '/usr/lib/postgresql/*/bin',
  '/usr/pgsql-*/bin',
  '/opt/homebrew/opt/postgresql@*/bin',
  '/usr/local/opt/postgresql@*/bin',
]

/** Finds the newest server that answers with version 15 or later; undefined when there is none. */
export function findSystemPostgres(
  path: string,
  patterns: readonly string[] = folderPatterns,
): PostgresBinaries | undefined {
  const folders = [...patterns.flatMap((pattern) => globSync(pattern)), ...path.split(delimiter)]
  const found = folders.flatMap((folder) => inspectFolder(folder))
  return found.sort((a, b) => b.version - a.version)[0]
}

function inspectFolder(folder: string): PostgresBinaries[] {
  if (folder === '' || !existsSync(join(folder, 'postgres')) || !existsSync(join(folder, 'initdb'))) return []
  // Links are followed: initdb looks for the server beside its own real path.
  const real = dirname(realpathSync(join(folder, 'initdb')))
  const binaries = { initdb: join(real, 'initdb'), postgres: join(real, 'postgres') }
  const version = versionOf(binaries.postgres)
  if (version === undefined || version < oldestVersion) return []
  return [{ ...binaries, version }]
}

/** Asks a server binary for its major version; undefined when it is something else of that name. */
export function versionOf(postgres: string): number | undefined {
  try {
    const answer = execFileSync(postgres, ['--version'], { encoding: 'utf8', timeout: 5_000, stdio: 'pipe' })
    return parseVersion(answer)
  } catch {
    // Not executable, not for this machine, or no server at all: not a candidate.
    return undefined
  }
}

/** Reads `postgres (PostgreSQL) 15.18 (Debian …)`. */
export function parseVersion(answer: string): number | undefined {
  const match = /^postgres \(PostgreSQL\) (\d+)/.exec(answer)
  return match?.[1] === undefined ? undefined : Number(match[1])
}
