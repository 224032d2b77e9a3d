/**
 * A real PostgreSQL for tests: own data directory and socket in a temporary folder, migrated once into a
 * template that every test database is copied from. It ends with the process that started it.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { migrationFolders, readMigrations, type Migration } from '../../compose/local/database/migrations.ts'
import { ensureDatabase, provision } from '../../compose/local/database/provision.ts'
import {
  createRoles,
  grantDatabase,
  loginRoles,
  ownerRole,
  type DatabaseRole,
  type Passwords,
} from '../../compose/local/database/roles.ts'
import { databaseAccount, type Account } from '../../compose/local/postgres/account.ts'
import { findSystemPostgres, type PostgresBinaries } from '../../compose/local/postgres/binaries.ts'
import { initCluster, makeOwned, superuser } from '../../compose/local/postgres/cluster.ts'
import { awaitServer, databaseUrl, serverArguments, withClient } from '../../compose/local/postgres/server.ts'
import { confine, findSetpriv } from '../../compose/local/process/confine.ts'
import { eventually } from './poll.ts'

const checkout = resolve(import.meta.dirname, '../..')
const templateName = 'campanile_template'
/** The outbox waits for every transaction that runs on the server: one of the server's own, ANALYZE, comes at any time. */
const alone = ['-c', 'autovacuum=off']
/** As long as everything else in tests may take, on a machine that is busy. */
const patienceMillis = 60_000

export interface TestDatabase {
  readonly name: string
  /** Connection string of a role. */
  readonly url: (role: DatabaseRole | 'superuser') => string
  /** Cuts every connection and deletes the database. */
  readonly drop: () => Promise<void>
}

export interface TestPostgres {
  /** Copies the migrated template. */
  readonly createDatabase: () => Promise<TestDatabase>
  readonly stop: () => Promise<void>
  /** Kills the server as a crash does, and starts it again on what it left. */
  readonly crash: () => Promise<void>
  /** Process id of the server. */
  readonly pid: () => number
}

export interface TestPostgresOptions {
  /** True keeps fsync on, for tests that kill the server. Default false. */
  readonly durable?: boolean
  /** What the template is built from. Default: every migration of the checkout. */
  readonly migrations?: readonly Migration[]
}

let shared: Promise<TestPostgres> | undefined

/** The server shared by all tests of this process, started by the first that asks. */
export function sharedPostgres(): Promise<TestPostgres> {
  shared ??= startPostgres()
  return shared
}

/** Starts a server of its own. */
export async function startPostgres(options: TestPostgresOptions = {}): Promise<TestPostgres> {
  const binaries = findSystemPostgres(process.env['PATH'] ?? '')
  if (binaries === undefined) throw new Error('found no PostgreSQL 15 or later: apt-get install postgresql')
  const server = await startServer(binaries, options.durable ?? false)
  const passwords = newPasswords()
  await withClient(server.url('postgres', superuser), async (client) => {
    await createRoles(client, passwords)
    await ensureDatabase(client, templateName)
  })
  await provision({
    adminUrl: server.url(templateName, superuser),
    passwords,
    migrations: options.migrations ?? readMigrations(migrationFolders(checkout)),
  })
  const { stop, crash, pid } = server
  return { createDatabase: () => copyTemplate(server, passwords), stop, crash, pid }
}

function newPasswords(): Passwords {
  const entries = loginRoles.map((role) => [role, randomBytes(18).toString('base64url')])
  // Every login role has an entry.
  return Object.fromEntries(entries) as Passwords
}

async function copyTemplate(server: Server, passwords: Passwords): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const create = `CREATE DATABASE ${name} TEMPLATE ${templateName} OWNER ${ownerRole}`
  await withClient(server.url('postgres', superuser), (client) => client.query(create), patienceMillis)
  // Grants on the database itself are not copied with the template.
  await withClient(server.url(name, superuser), grantDatabase, patienceMillis)
  return {
    name,
    url: (role) =>
      role === 'superuser' ? server.url(name, superuser) : server.url(name, role, passwords[role]),
    drop: async () => {
      const drop = `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`
      await withClient(server.url('postgres', superuser), (client) => client.query(drop), patienceMillis)
    },
  }
}

interface Server {
  /** Connection string; the superuser's password unless one is given. */
  readonly url: (database: string, user: string, password?: string) => string
  readonly stop: () => Promise<void>
  readonly crash: () => Promise<void>
  readonly pid: () => number
}

async function startServer(binaries: PostgresBinaries, durable: boolean): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'campanile-pg-'))
  const account = databaseAccount()
  // The database's account must be able to pass through to its own folders.
  await chmod(folder, 0o711)
  const options = { dataDirectory: join(folder, 'data'), socketDirectory: join(folder, 'socket'), durable }
  const rootPassword = randomBytes(18).toString('base64url')
  await initCluster({ binaries, dataDirectory: options.dataDirectory, password: rootPassword, account })
  await makeOwned(options.socketDirectory, account)
  await chmod(options.socketDirectory, 0o711)
  const logFile = join(folder, 'postgres.log')
  let child: ChildProcess
  const url: Server['url'] = (database, user, password = rootPassword) =>
    databaseUrl({ socketDirectory: options.socketDirectory, database, user, password })
  const start = () => {
    child = spawnServer(binaries, [...serverArguments(options), ...alone], { logFile, account })
    const hasDied = () => child.exitCode !== null || child.signalCode !== null
    return awaitServer(url('postgres', superuser), { deadlineMillis: 120_000, hasDied })
  }
  const started = start()
  const stop = stopper(() => child, folder)
  const crash = async () => {
    await kill(child, 'SIGKILL')
    // What it leaves keeps the next one from starting until the last of its own processes has noticed.
    await eventually('PostgreSQL starts again', () => start().then(() => true))
  }
  try {
    await started
  } catch (cause) {
    const log = readFileSync(logFile, 'utf8')
    await stop()
    throw new Error(`PostgreSQL did not start:\n${log}`, { cause })
  }
  return { url, stop, crash, pid: () => child.pid ?? 0 }
}

export function spawnServer(
  binaries: PostgresBinaries,
  args: readonly string[],
  { logFile, account }: { readonly logFile: string; readonly account: Account | undefined },
): ChildProcess {
  const setpriv = findSetpriv(process.env['PATH'] ?? '')
  const {
    file,
    args: all,
    ...drop
  } = confine(binaries.postgres, args, {
    setpriv,
    deathSignal: 'INT',
    account,
  })
  const log = openSync(logFile, 'w')
  const child = spawn(file, all, { stdio: ['ignore', log, log], cwd: '/', ...drop })
  closeSync(log)
  // A test run ends without having to stop the shared server.
  child.unref()
  return child
}

/** Ends the server at once (its data is thrown away) when asked or with the process, and removes its folder. */
export function stopper(child: () => ChildProcess, folder: string): () => Promise<void> {
  const clean = () => {
    child().kill('SIGQUIT')
    removeWhileItDies(folder)
  }
  process.once('exit', clean)
  return async () => {
    process.off('exit', clean)
    await kill(child(), 'SIGQUIT')
    rmSync(folder, { recursive: true, force: true })
  }
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const gone = new Promise((done) => child.once('exit', done))
  child.kill(signal)
  await gone
}

/** Removes a folder whose server is about to stop writing; at the end of a process nothing can be awaited. */
function removeWhileItDies(folder: string): void {
  const clock = new Int32Array(new SharedArrayBuffer(4))
  for (let attempt = 0; attempt < 40 && existsSync(folder); attempt++) {
    try {
      rmSync(folder, { recursive: true, force: true })
    } catch {
      // A file appeared meanwhile; the next attempt finds it.
    }
    if (existsSync(folder)) Atomics.wait(clock, 0, 0, 50)
  }
}
