/** Prometheus, Alertmanager and the exporters: real programs from the system or from Debian's packages. */
import { join } from 'node:path'
import type { DatabaseRole } from '../database/roles.ts'
import { openPackageStore } from '../packages/debian.ts'
import { tools, type Tool } from '../packages/tool.ts'
import { httpProbe } from '../process/probe.ts'
import type { ProcessComponent } from './component.ts'
import { baseEnvironment, type ChildContext } from './environment.ts'
import { routingFile } from './rules.ts'
import { writeTargets } from './targets.ts'

/** Builds the three components; `rules` writes what two of them read. Their packages are fetched once, by whichever starts first. */
export function engineComponents(context: ChildContext): ProcessComponent[] {
  const { settings, home, demo } = context
  const { ports } = settings
  const packages = openPackageStore(settings.path, settings.packagesDirectory)
  const engine = (
    part: Pick<ProcessComponent, 'name' | 'needs' | 'prepare'> & {
      readonly port: number
      readonly readyPath: string
    },
  ): ProcessComponent => ({
    kind: 'process',
    name: part.name,
    needs: part.needs,
    ports: [part.port],
    prepare: part.prepare,
    ready: httpProbe(`http://127.0.0.1:${part.port}${part.readyPath}`),
  })
  const launch = async (tool: Tool, args: readonly string[]) => ({
    ...(await packages.locate(tool)),
    args,
    environment: baseEnvironment(context),
  })
  return [
    engine({
      name: 'prometheus',
      needs: ['rules'],
      port: ports.prometheus,
      readyPath: '/-/ready',
      prepare: async () => {
        const config = await writeTargets(settings, home, demo)
        const args = prometheusArguments(config, join(home.prometheus, 'data'), ports.prometheus)
        return launch(tools.prometheus, args)
      },
    }),
    engine({
      name: 'alertmanager',
      needs: ['rules'],
      port: ports.alertmanager,
      readyPath: '/-/ready',
      prepare: async () => {
        const data = join(home.alertmanager, 'data')
        const args = alertmanagerArguments(routingFile(context), data, ports.alertmanager)
        return launch(tools.alertmanager, args)
      },
    }),
    engine({
      name: 'node-exporter',
      needs: [],
      port: ports.nodeExporter,
      readyPath: '/',
      prepare: () => launch(tools.nodeExporter, [`--web.listen-address=127.0.0.1:${ports.nodeExporter}`]),
    }),
  ]
}

/** Builds postgres-exporter, which reads the server's statistics as a role that sees no row of anybody. */
export function postgresExporter(
  context: ChildContext,
  urlOf: (role: DatabaseRole) => string,
): ProcessComponent {
  const { settings } = context
  const port = settings.ports.postgresExporter
  const packages = openPackageStore(settings.path, settings.packagesDirectory)
  return {
    kind: 'process',
    name: 'postgres-exporter',
    needs: ['postgres'],
    ports: [port],
    prepare: async () => ({
      ...(await packages.locate(tools.postgresExporter)),
      args: [`--web.listen-address=127.0.0.1:${port}`, '--log.format=json', '--log.level=warn'],
      environment: { ...baseEnvironment(context), DATA_SOURCE_NAME: exporterSource(urlOf('metrics_read')) },
    }),
    ready: httpProbe(`http://127.0.0.1:${port}/`),
  }
}

/**
 * Writes a connection string as the exporter's driver takes it: it knows no `host` parameter beside the host of a
 * URL, and demands TLS where nothing is said, also on this machine.
 */
export function exporterSource(connection: string): string {
  const url = new URL(connection)
  const socket = url.searchParams.get('host')
  if (socket === null) {
    const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
    if (local && !url.searchParams.has('sslmode')) url.searchParams.set('sslmode', 'disable')
    return url.href
  }
  const quoted = (value: string) => `'${value.replaceAll(/['\\]/g, '\\$&')}'`
  const database = decodeURIComponent(url.pathname.slice(1))
  return [
    `host=${quoted(socket)}`,
    `user=${quoted(decodeURIComponent(url.username))}`,
    `password=${quoted(decodeURIComponent(url.password))}`,
    `dbname=${quoted(database)}`,
    'sslmode=disable',
  ].join(' ')
}

/** Names Prometheus's arguments: exemplars on, two bounds on disk, loopback only. */
function prometheusArguments(config: string, data: string, port: number): string[] {
  return [
    `--config.file=${config}`,
    `--storage.tsdb.path=${data}`,
    '--storage.tsdb.retention.time=15d',
    '--storage.tsdb.retention.size=2GB',
    `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage',
    '--log.format=json',
  ]
}

function alertmanagerArguments(config: string, data: string, port: number): string[] {
  return [
    `--config.file=${config}`,
    `--storage.path=${data}`,
    `--web.listen-address=127.0.0.1:${port}`,
    // A single instance: no gossip port is opened.
    '--cluster.listen-address=',
    '--log.format=json',
  ]
}
