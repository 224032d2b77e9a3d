/** The scrape targets of this machine, in the files that prometheus.yml names (file_sd). */
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Home } from '../home.ts'
import type { Ports } from '../settings.ts'

interface TargetGroup {
  readonly targets: readonly string[]
  readonly labels: Readonly<Record<string, string>>
}

/** Builds every target file by its name; `job` in a group's labels overrides the scrape job's own name. */
export function targetFiles(ports: Ports, demo: boolean): Readonly<Record<string, readonly TargetGroup[]>> {
  const group = (job: string, port: number): TargetGroup => ({
    targets: [`127.0.0.1:${port}`],
    labels: { job },
  })
  return {
    'campanile.json': [
      group('gateway', ports.gateway),
      group('users', ports.users),
      group('academics', ports.academics),
      group('booking', ports.booking),
      group('ledger', ports.ledger),
      group('collector', ports.collectorTelemetry),
      group('supervisor', ports.supervisor),
      ...(demo ? [group('traffic', ports.traffic)] : []),
    ],
    'exporter.json': [group('collector-exporter', ports.exporter)],
    'engines.json': [
      group('prometheus', ports.prometheus),
      group('alertmanager', ports.alertmanager),
      group('node-exporter', ports.nodeExporter),
    ],
    'alertmanagers.json': [group('alertmanager', ports.alertmanager)],
  }
}

/** Writes the target files and puts prometheus.yml beside them; returns the path of that copy. */
export async function writeTargets(
  checkout: string,
  home: Home,
  ports: Ports,
  demo: boolean,
): Promise<string> {
  for (const [name, groups] of Object.entries(targetFiles(ports, demo))) {
    await writeFile(join(home.targets, name), `${JSON.stringify(groups, null, 2)}\n`)
  }
  const config = join(home.run, 'prometheus.yml')
  await copyFile(join(checkout, 'prometheus.yml'), config)
  return config
}
