/** All checks together. */
import { portVariable, type PortName } from '../../../contracts/ports.ts'
import { processes } from '../components/processes.ts'
import type { Home } from '../home.ts'
import type { Settings } from '../settings.ts'
import type { CheckResult } from './check.ts'
import { availableMemory, checkClock, checkDisk, checkHome, checkMemory, checkNode } from './machine.ts'
import { checkPorts, type WantedPort } from './ports.ts'
import { checkPostgres, checkSetpriv, checkTools } from './software.ts'

export interface PreflightOptions {
  readonly settings: Settings
  readonly home: Home
  readonly demo: boolean
  /** False while the house runs: its own ports are busy then. */
  readonly ports: boolean
}

/** Runs every check; none changes anything but making the state folder. */
export async function preflight({ settings, home, demo, ports }: PreflightOptions): Promise<CheckResult[]> {
  return [
    checkNode(process.versions.node),
    checkMemory(availableMemory()),
    await checkHome(home.root, process.getuid?.() === 0),
    await checkDisk(home.root),
    checkClock(home, settings.checkout, Date.now()),
    checkPostgres(settings),
    checkTools(settings),
    checkSetpriv(settings.path),
    ...(ports ? await checkPorts(wantedPorts(settings, demo)) : []),
  ]
}

function wantedPorts({ ports }: Settings, demo: boolean): WantedPort[] {
  const doors = processes
    .filter(({ demoOnly }) => demo || demoOnly !== true)
    .flatMap(({ name, doors: own }) => own.map((door) => [name, door] as const))
  const all: readonly (readonly [string, PortName])[] = [
    ['supervisor', 'supervisor'],
    ...doors,
    ['prometheus', 'prometheus'],
    ['alertmanager', 'alertmanager'],
    ['node-exporter', 'nodeExporter'],
  ]
  return all.map(([component, door]) => ({ component, port: ports[door], variable: portVariable(door) }))
}
