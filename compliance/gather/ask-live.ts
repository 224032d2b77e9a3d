/** Asks everything that lives: statements, databases, doors, metrics, logs, Security Hub. */
import { readHubFindings } from '../hub/read-findings.ts'
import { gatherAttestations } from './attestations.ts'
import type { Collected } from './collected.ts'
import type { GatherOptions } from './gather-options.ts'
import { gatherHttp } from './http.ts'
import { gatherLog } from './logs/log-sample.ts'
import { gatherMetrics } from './metrics/metrics.ts'
import { questions } from './metrics/questions/all.ts'
import { gatherPostgres, type LiveDatabase } from './postgres.ts'
import { probeTenants } from './postgres-probe/probe.ts'
import { gatherTenancy } from './postgres-probe/tenancy.ts'
import type { Gathered } from './terraform.ts'
import { gatherTls } from './tls.ts'

/** Asks one after the other: a scan must not be what makes the house slow. */
export async function askLive(
  options: GatherOptions,
  { resources, faults, sources }: Collected,
): Promise<void> {
  const { databases = [], doors = [], metrics = [], logs = [], timeoutMillis = 5_000 } = options
  const { attestations, probes = [], hubs = [], nowMillis = Date.now } = options
  const asked = [
    ...(attestations === undefined ? [] : [() => gatherAttestations(attestations, nowMillis())]),
    ...databases.map((database) => () => gatherDatabase(database, timeoutMillis)),
    ...probes.map((probe) => () => probeTenants(probe, timeoutMillis)),
    ...doors.map((door) => () => gatherHttp(door, timeoutMillis)),
    ...doors
      .filter(({ url }) => url.startsWith('https:'))
      .map((door) => () => gatherTls(door, { timeoutMillis, nowMillis: nowMillis() })),
    ...metrics.map((server) => () => gatherMetrics(server, questions, timeoutMillis)),
    ...logs.map((log) => () => gatherLog(log)),
    ...hubs.map(
      ({ name, client }) =>
        () =>
          readHubFindings(client, name, nowMillis()),
    ),
  ]
  for (const ask of asked) {
    const found = await ask()
    const reached = found.faults.every(({ code }) => code !== 'GATHER_UNREACHABLE')
    const files = new Set(reached ? found.resources.map(({ position }) => position.file) : [])
    sources.push(...[...files].filter((file) => !sources.includes(file)))
    resources.push(...found.resources)
    faults.push(...found.faults)
  }
}

async function gatherDatabase(database: LiveDatabase, timeoutMillis: number): Promise<Gathered> {
  const found = await gatherPostgres(database, timeoutMillis)
  if (found.faults.some(({ code }) => code === 'GATHER_UNREACHABLE')) return found
  const { resources, faults } = await gatherTenancy(database, timeoutMillis)
  return { resources: [...found.resources, ...resources], faults: [...found.faults, ...faults] }
}
