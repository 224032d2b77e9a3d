/** The database as a component: a server of our own under supervision, or one that somebody else runs. */
import { createHash } from 'node:crypto'
import { appendFile, chmod, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../../lib/errors.ts'
import { readMigrations, migrationFolders } from '../database/migrations.ts'
import { databaseName, ensureDatabase, provision } from '../database/provision.ts'
import { createRoles, type DatabaseRole } from '../database/roles.ts'
import type { Home } from '../home.ts'
import type { PostgresChoice } from '../postgres/choose.ts'
import { adoptCluster, initCluster, isCluster, makeOwned, superuser } from '../postgres/cluster.ts'
import { databaseUrl, serverArguments, withClient } from '../postgres/server.ts'
import { endProcessesIn } from '../process/leftovers.ts'
import type { Secrets } from '../secrets/ensure-secrets.ts'
import type { Component, ProcessComponent } from './component.ts'

export interface DatabaseContext {
  readonly checkout: string
  readonly home: Home
  readonly secrets: Secrets
  readonly choice: PostgresChoice
}

export interface DatabasePart {
  readonly component: Component
  /** Connection string of a role. */
  readonly urlOf: (role: DatabaseRole) => string
}

/** A server that takes longer to answer is not well, whatever keeps it. */
const readyMillis = 5_000

/** Longest path of a unix socket that every system takes, without its ending zero. */
const socketPathLimit = 103

/** Builds the component named `postgres`; what needs it finds roles, tables and grants in place. */
export function databasePart(context: DatabaseContext): DatabasePart {
  const { choice } = context
  return choice.kind === 'url' ? externalDatabase(context, choice.url) : ownDatabase(context, choice)
}

function externalDatabase({ checkout, secrets }: DatabaseContext, adminUrl: string): DatabasePart {
  const migrations = () => readMigrations(migrationFolders(checkout))
  return {
    component: {
      kind: 'task',
      name: 'postgres',
      needs: [],
      run: async () => {
        await provision({ adminUrl, passwords: secrets.passwords, migrations: migrations() })
      },
    },
    urlOf: (role) => {
      const url = new URL(adminUrl)
      url.username = role
      url.password = secrets.passwords[role]
      return url.href
    },
  }
}

function ownDatabase(
  context: DatabaseContext,
  choice: Extract<PostgresChoice, { readonly kind: 'system' | 'embedded' }>,
): DatabasePart {
  const { home, secrets } = context
  const socketDirectory = socketDirectoryOf(home)
  const dataDirectory = join(home.postgres, 'data')
  const url = (database: string, user: string, password: string) =>
    databaseUrl({ socketDirectory, database, user, password })
  const admin = (database: string) => url(database, superuser, secrets.adminPassword)
  const component: ProcessComponent = {
    kind: 'process',
    name: 'postgres',
    needs: [],
    ports: [],
    // SIGINT is PostgreSQL's fast shutdown: it ends sessions and leaves nothing to recover.
    stopSignal: 'SIGINT',
    prepare: async () => {
      const { binaries, account } = choice
      if (await isCluster(dataDirectory)) await adoptCluster(dataDirectory, account)
      else {
        await initCluster({ binaries, dataDirectory, password: secrets.adminPassword, account })
      }
      await makeOwned(socketDirectory, account)
      await chmod(socketDirectory, 0o711)
      await rm(join(socketDirectory, '.s.PGSQL.5432.lock'), { force: true })
      return {
        file: binaries.postgres,
        args: serverArguments({ dataDirectory, socketDirectory, durable: true }),
        environment: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
        cwd: '/',
        account,
        deathSignal: 'INT',
      }
    },
    ready: () =>
      withClient(admin('postgres'), async () => undefined, readyMillis).catch((error: unknown) =>
        messageOf(error),
      ),
    afterReady: () => setUp(context, admin),
    // Sessions of a killed server keep its shared memory until they notice; a new one refuses to start meanwhile.
    beforeRestart: () => endProcessesIn(dataDirectory, 5_000),
  }
  return { component, urlOf: (role) => url(databaseName, role, secrets.passwords[role]) }
}

async function setUp({ checkout, secrets, home }: DatabaseContext, admin: (database: string) => string) {
  await withClient(admin('postgres'), async (client) => {
    await createRoles(client, secrets.passwords)
    await ensureDatabase(client, databaseName)
  })
  const migrations = readMigrations(migrationFolders(checkout))
  const applied = await provision({ adminUrl: admin(databaseName), passwords: secrets.passwords, migrations })
  const lines = applied.map(({ room, name }) => `campanile: applied ${room} ${name}\n`).join('')
  if (lines !== '') await appendFile(join(home.logs, 'postgres.log'), lines)
}

/** Puts the socket into the home, or into a short folder of its own where the home's path is too long. */
function socketDirectoryOf(home: Home): string {
  const inside = join(home.run, 'postgres')
  if (Buffer.byteLength(join(inside, '.s.PGSQL.5432')) <= socketPathLimit) return inside
  const hash = createHash('sha256').update(home.root).digest('hex').slice(0, 16)
  return `/tmp/campanile-${hash}`
}
