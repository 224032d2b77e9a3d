/** Makes every secret of a home once, and hands each container's process its own and no other. */
import { copyFile, mkdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { exporterSource } from '../local/components/engines.ts'
import { processEnvironment, processes } from '../local/components/processes.ts'
import { databaseName } from '../local/database/provision.ts'
import { createHome, homeAt, type Home } from '../local/home.ts'
import { superuser } from '../local/postgres/cluster.ts'
import { databaseUrl } from '../local/postgres/server.ts'
import { ensureSecrets, inboxKeyFile, type Secrets } from '../local/secrets/ensure-secrets.ts'
import { ensureSecret, writePrivate } from '../local/secrets/secret-file.ts'
import { readSettings, type Settings } from '../local/settings.ts'
import { givenFile, givenFolder, type GivenProcess } from './given.ts'

/** Where the socket of PostgreSQL is mounted in every container that may use it. */
export const socketDirectory = '/run/postgresql'
/** State of the engines that the appliance on one machine has not. */
const furtherState = ['grafana', 'loki', 'tempo']

/** Safe to repeat: what exists is kept, what is handed over is written anew. */
export async function prepare(variables: NodeJS.ProcessEnv): Promise<void> {
  const settings = readSettings(variables)
  const home = homeAt(settings.home)
  const demo = variables['CAMPANILE_DEMO'] === '1'
  await createHome(home)
  const secrets = await ensureSecrets(home, demo)
  for (const folder of furtherState) await mkdir(join(home.root, folder), { recursive: true, mode: 0o700 })
  await mkdir(join(home.run, 'postgres'), { recursive: true, mode: 0o711 })
  await handOverProcesses({ settings, home, secrets, demo })
  await handOverEngines(home, secrets)
}

interface House {
  readonly settings: Settings
  readonly home: Home
  readonly secrets: Secrets
  readonly demo: boolean
}

async function handOverProcesses({ settings, home, secrets, demo }: House): Promise<void> {
  const urlOf = urlsOf(secrets)
  const context = { settings, home, demo, urlOf, faroAppKey: secrets.faroAppKey }
  for (const own of processes) {
    const environment = processEnvironment(own, context)
    const [file = '', ...args] = own.command
    const command = [process.execPath, join(settings.checkout, file), ...args]
    await handOver(home, own.name, { command, environment })
  }
  const migrate = [process.execPath, join(settings.checkout, 'compose/local/main.ts'), 'migrate']
  const environment = { CAMPANILE_HOME: home.root, DATABASE_URL: adminUrl(secrets) }
  await handOver(home, 'migrate', { command: migrate, environment })
}

async function handOverEngines(home: Home, secrets: Secrets): Promise<void> {
  const given = (name: string) => givenOf(home, name)
  for (const name of ['alertmanager', 'grafana', 'postgres'])
    await mkdir(given(name), { recursive: true, mode: 0o700 })
  await copyFile(inboxKeyFile(home), join(given('alertmanager'), basename(inboxKeyFile(home))))
  await ensureSecret(join(given('grafana'), 'admin.password'))
  await writePrivate(join(given('postgres'), 'admin.password'), secrets.adminPassword)
  await handOver(home, 'postgres-exporter', {
    command: ['/usr/local/bin/postgres_exporter'],
    environment: { DATA_SOURCE_NAME: exporterSource(urlsOf(secrets)('metrics_read')) },
  })
}

/** Writes one process's folder: copies of the secrets its environment names, under the path it will see. */
async function handOver(home: Home, name: string, process: GivenProcess): Promise<void> {
  const folder = givenOf(home, name)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const environment: Record<string, string> = {}
  for (const [key, value] of Object.entries(process.environment)) {
    // The container's own, or a folder that is read-only there.
    if (key === 'PATH' || key === 'HOME' || key === 'NODE_COMPILE_CACHE') continue
    const isSecret = dirname(value) === home.secrets
    if (isSecret) await copyFile(value, join(folder, basename(value)))
    environment[key] = isSecret ? join(givenFolder, basename(value)) : value
  }
  const content: GivenProcess = { command: process.command, environment }
  await writePrivate(join(folder, givenFile), `${JSON.stringify(content, null, 2)}\n`)
}

function givenOf(home: Home, name: string): string {
  return join(home.root, 'given', name)
}

function urlsOf({ passwords }: Secrets): (role: keyof Secrets['passwords']) => string {
  return (user) => databaseUrl({ socketDirectory, database: databaseName, user, password: passwords[user] })
}

function adminUrl({ adminPassword }: Secrets): string {
  return databaseUrl({ socketDirectory, database: databaseName, user: superuser, password: adminPassword })
}
