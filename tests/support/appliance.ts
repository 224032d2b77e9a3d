/**
 * The whole appliance for end-to-end tests: started once per test process by its own command, with its own
 * state folder and free ports, and stopped when the tests end.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ports, portVariable, type PortName } from '../../contracts/ports.ts'
import type { Role } from '../../contracts/services.ts'
import { freePorts } from './free-port.ts'
import { eventually } from './poll.ts'

export interface DemoAccount {
  readonly email: string
  readonly tenant: string
  readonly role: Role
  readonly password: string
}

export interface Appliance {
  /** Its `CAMPANILE_HOME`. */
  readonly home: string
  /** Environment under which further commands reach this appliance. */
  readonly environment: NodeJS.ProcessEnv
  readonly port: (name: PortName) => number
  /** Base address of a door, without a slash at the end. */
  readonly url: (name: PortName) => string
  /** A demo account by its e-mail. */
  readonly account: (email: string) => DemoAccount
  /** Content of a file below the state folder. */
  readonly read: (...path: readonly string[]) => string
  readonly stop: () => Promise<void>
}

const root = new URL('../..', import.meta.url).pathname
const doors = Object.keys(ports) as PortName[]
let shared: Promise<Appliance> | undefined

/** Starts the appliance at the first call; every later call of the process gets the same one. */
export function sharedAppliance(): Promise<Appliance> {
  shared ??= startAppliance()
  return shared
}

/** Stops the shared appliance if one was started; a root hook of the e2e tests calls it. */
export async function stopSharedAppliance(): Promise<void> {
  const started = shared
  shared = undefined
  await (await started)?.stop()
}

/**
 * Starts an appliance of one's own, for tests that break things; the caller stops it.
 *
 * @param variables given to it and to further commands besides
 */
export async function startAppliance(variables: Readonly<Record<string, string>> = {}): Promise<Appliance> {
  // Not below a folder with mode 0700, because the database runs under another user.
  const home = mkdtempSync(join(tmpdir(), 'campanile-e2e-'))
  const chosen = await freePorts(doors)
  const environment = { ...process.env, ...variables, CAMPANILE_HOME: home, ...portVariables(chosen) }
  const supervisor = spawn(process.execPath, ['compose/local/main.ts', 'up'], { cwd: root, env: environment })
  const output = collectOutput(supervisor)
  const url = (name: PortName) => `http://127.0.0.1:${chosen[name]}`
  try {
    await untilReady(supervisor, `${url('supervisor')}/health`)
  } catch (cause) {
    await stop(supervisor)
    throw new Error(`the appliance did not become ready\n${output()}`, { cause })
  }
  const read = (...path: readonly string[]) => readFileSync(join(home, ...path), 'utf8')
  return {
    home,
    environment,
    port: (name) => chosen[name],
    url,
    read,
    account: (email) => findAccount(read('secrets', 'demo.json'), email),
    stop: async () => {
      await stop(supervisor)
      rmSync(home, { recursive: true, force: true })
    },
  }
}

async function untilReady(supervisor: ChildProcess, address: string): Promise<void> {
  const died = once(supervisor, 'exit').then(([code]) => {
    throw new Error(`the supervisor exited with ${String(code)}`)
  })
  const ready = eventually('the supervisor reports ready', async () => (await fetch(address)).ok, {
    withinMillis: 200_000,
  })
  await Promise.race([ready, died])
  died.catch(() => undefined)
}

function collectOutput(child: ChildProcess): () => string {
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
  }
  return () => chunks.join('')
}

async function stop(supervisor: ChildProcess): Promise<void> {
  if (supervisor.exitCode !== null || supervisor.signalCode !== null) return
  const exited = once(supervisor, 'exit')
  supervisor.kill('SIGTERM')
  await exited
}

function findAccount(json: string, email: string): DemoAccount {
  const accounts = JSON.parse(json) as readonly DemoAccount[]
  const found = accounts.find((account) => account.email === email)
  if (found === undefined) throw new Error(`no demo account ${email}`)
  return found
}

/** Names the variables that give an appliance its ports. */
export function portVariables(chosen: Readonly<Record<PortName, number>>): Record<string, string> {
  const names = Object.keys(chosen) as PortName[]
  return Object.fromEntries(names.map((name) => [portVariable(name), String(chosen[name])]))
}
