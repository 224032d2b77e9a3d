/** The scrape targets of this machine, in the files that prometheus.yml names (file_sd). */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import type { Home } from '../home.ts'
import type { Ports, Settings } from '../settings.ts'

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
      group('console', ports.console),
      group('heartbeat', ports.heartbeat),
      group('compliance', ports.compliance),
      ...(demo ? [group('traffic', ports.traffic)] : []),
    ],
    'exporter.json': [group('collector-exporter', ports.exporter)],
    'engines.json': [
      group('prometheus', ports.prometheus),
      group('alertmanager', ports.alertmanager),
      group('node-exporter', ports.nodeExporter),
      group('postgres', ports.postgresExporter),
    ],
    'alertmanagers.json': [group('alertmanager', ports.alertmanager)],
  }
}

/** Writes the target files and puts prometheus.yml beside them; returns the path of that copy. */
export async function writeTargets(settings: Settings, home: Home, demo: boolean): Promise<string> {
  for (const [name, groups] of Object.entries(targetFiles(settings.ports, demo))) {
    await writeFile(join(home.targets, name), `${JSON.stringify(groups, null, 2)}\n`)
  }
  const config = join(home.run, 'prometheus.yml')
  const text = await readFile(join(settings.checkout, 'prometheus.yml'), 'utf8')
  await writeFile(config, scaleIntervals(text, settings.timeScale))
  return config
}

/** Shortens how often Prometheus scrapes and evaluates, for drills: at least every second. */
function scaleIntervals(text: string, timeScale: number): string {
  if (timeScale === 1) return text
  const document = parseDocument(text)
  for (const key of ['scrape_interval', 'evaluation_interval'] as const) {
    const seconds = Number.parseInt(String(document.getIn(['global', key])), 10)
    document.setIn(['global', key], `${Math.max(1, Math.round(seconds / timeScale))}s`)
  }
  document.setIn(['global', 'scrape_timeout'], '1s')
  return document.toString()
}
