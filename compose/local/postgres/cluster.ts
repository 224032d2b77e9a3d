/** Makes a data directory of its own: SCRAM only, unix socket only, checksums on. */
import { execFile } from 'node:child_process'
import { chown, lchown, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { LocalError } from '../errors.ts'
import type { Account } from './account.ts'
import type { PostgresBinaries } from './binaries.ts'

const run = promisify(execFile)

export const superuser = 'campanile_admin'

export interface ClusterOptions {
  readonly binaries: PostgresBinaries
  /** Created; its parent must exist and let `account` through. */
  readonly dataDirectory: string
  /** The superuser's. */
  readonly password: string
  readonly account: Account | undefined
}

/** Tells whether a data directory holds a cluster whose making was completed. */
export async function isCluster(dataDirectory: string): Promise<boolean> {
  const found = await stat(join(dataDirectory, 'campanile.complete')).catch(() => undefined)
  return found !== undefined
}

/**
 * Makes a cluster. What an interrupted attempt left is removed first.
 *
 * @throws LocalError POSTGRES_FAILED with what initdb said
 */
export async function initCluster(options: ClusterOptions): Promise<void> {
  const { binaries, dataDirectory, account } = options
  await rm(dataDirectory, { recursive: true, force: true })
  await makeOwned(dataDirectory, account)
  const passwordFile = join(dirname(dataDirectory), `.initdb-${process.pid}`)
  await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 })
  if (account !== undefined) await chown(passwordFile, account.uid, account.gid)
  try {
    const drop = account === undefined ? {} : { uid: account.uid, gid: account.gid }
    await run(binaries.initdb, initArguments(dataDirectory, passwordFile), { ...drop, cwd: '/' })
  } catch (cause) {
    throw new LocalError('POSTGRES_FAILED', `initdb failed: ${outputOf(cause)}`, { cause })
  } finally {
    await rm(passwordFile, { force: true })
  }
  await writeFile(join(dataDirectory, 'campanile.complete'), '')
}

function initArguments(dataDirectory: string, passwordFile: string): string[] {
  return [
    `--pgdata=${dataDirectory}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Byte order everywhere: an index must not change its order with the system's C library.
    '--locale=C',
    '--data-checksums',
    // The whole directory is synced by the first checkpoint that matters; a lost empty cluster is made again.
    '--no-sync',
    '--no-instructions',
  ]
}

function outputOf(cause: unknown): string {
  if (cause instanceof Error && 'stderr' in cause) return String(cause.stderr).trim()
  return String(cause)
}

/** Makes a folder of mode 0700 that belongs to the database's account. */
export async function makeOwned(path: string, account: Account | undefined): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  if (account !== undefined) await chown(path, account.uid, account.gid)
}

/**
 * Gives a cluster to the account its server will run under, where it belongs to another one: the machine may have
 * got a `postgres` account since the cluster was made.
 */
export async function adoptCluster(dataDirectory: string, account: Account | undefined): Promise<void> {
  if (account === undefined || (await stat(dataDirectory)).uid === account.uid) return
  const entries = await readdir(dataDirectory, { recursive: true })
  for (const entry of entries) await lchown(join(dataDirectory, entry), account.uid, account.gid)
  // The folder itself comes last: an interrupted attempt is then begun again.
  await chown(dataDirectory, account.uid, account.gid)
}
