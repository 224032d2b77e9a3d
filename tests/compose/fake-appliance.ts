/** Starts the supervisor over fake components, in a process of its own that a test may kill. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ApplianceStatus, ComponentStatus } from '../../compose/local/supervise/status.ts'
import { freePort } from '../support/free-port.ts'
import { eventually } from '../support/poll.ts'

export interface FakeComponent {
  readonly name: string
  readonly port: number
  readonly needs: readonly string[]
  /** File that gets a line for every start and every SIGTERM. */
  readonly events: string
  readonly habit?: 'stubborn' | 'broken' | 'slow'
}

export type FakePart = Pick<FakeComponent, 'name' | 'needs' | 'habit'>

export interface FakeAppliance {
  readonly process: ChildProcess
  readonly doorPort: number
  readonly output: () => string
  readonly status: () => Promise<ApplianceStatus>
  readonly component: (name: string) => Promise<ComponentStatus>
  /** Lines of the events file: name, what, pid. */
  readonly events: () => (readonly [string, string, number])[]
  /** Another supervisor over the same home and table. */
  readonly again: () => FakeAppliance
  readonly exitCode: () => Promise<number | null>
}

/** A home that is removed after the test, with the supervisors started on it. */
export interface FakeHouse {
  readonly start: (parts: readonly FakePart[], options?: FakeOptions) => Promise<FakeAppliance>
  readonly clean: () => Promise<void>
}

export interface FakeOptions {
  readonly withoutSetpriv?: boolean
  /** How long each component has to stop. Default a minute, which a component that obeys never needs. */
  readonly stopMillis?: number
}

const script = new URL('fixtures/appliance.ts', import.meta.url).pathname

/** Makes a home for fake appliances. */
export function fakeHouse(): FakeHouse {
  const home = mkdtempSync(join(tmpdir(), 'campanile-fake-'))
  const started: FakeAppliance[] = []
  return {
    start: async (parts, options = {}) => {
      const events = join(home, 'events')
      const table: FakeComponent[] = []
      for (const part of parts) table.push({ ...part, port: await freePort(), events })
      const file = join(home, 'table.json')
      writeFileSync(file, JSON.stringify(table))
      const appliance = launch({ home, events, table: file, doorPort: await freePort(), options, started })
      return appliance
    },
    clean: async () => {
      for (const { process: supervisor } of started) supervisor.kill('SIGTERM')
      await Promise.all(started.map((appliance) => appliance.exitCode()))
      rmSync(home, { recursive: true, force: true })
    },
  }
}

interface LaunchOptions {
  readonly home: string
  readonly events: string
  readonly table: string
  readonly doorPort: number
  readonly options: FakeOptions
  /** Every appliance of the house, so that `clean` finds it. */
  readonly started: FakeAppliance[]
}

function launch(launchOptions: LaunchOptions): FakeAppliance {
  const { home, events, table, doorPort, options, started } = launchOptions
  const child = spawn(process.execPath, [script, home, String(doorPort), table], {
    env: {
      ...process.env,
      WITHOUT_SETPRIV: options.withoutSetpriv === true ? '1' : '0',
      STOP_MILLIS: String(options.stopMillis ?? 60_000),
    },
  })
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => chunks.push(text))
  }
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  const status = async () => {
    const response = await fetch(`http://127.0.0.1:${doorPort}/status.json`)
    return (await response.json()) as ApplianceStatus
  }
  const appliance: FakeAppliance = {
    process: child,
    doorPort,
    output: () => chunks.join(''),
    status,
    component: async (name) => {
      const found = (await status()).components.find((component) => component.name === name)
      if (found === undefined) throw new Error(`no component ${name}`)
      return found
    },
    events: () => (existsSync(events) ? parseEvents(readFileSync(events, 'utf8')) : []),
    again: () => launch(launchOptions),
    exitCode: () => exited,
  }
  started.push(appliance)
  return appliance
}

/** Waits until all of an appliance is up; one that ends instead says why. */
export function untilReady(appliance: FakeAppliance): Promise<unknown> {
  const ready = eventually(
    'the appliance is ready',
    async () => (await appliance.status().catch(() => undefined))?.state === 'ready',
  )
  const ended = appliance.exitCode().then((code) => {
    throw new Error(`the supervisor exited with ${code}:\n${appliance.output()}`)
  })
  return Promise.race([ready, ended])
}

function parseEvents(text: string): (readonly [string, string, number])[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [name = '', what = '', pid = '0'] = line.split(' ')
      return [name, what, Number(pid)] as const
    })
}
