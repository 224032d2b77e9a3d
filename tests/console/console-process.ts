/** The real console in a process of its own, with a home that lasts as long as the test. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { consoleSettings, portSettings } from '../../console/settings.ts'
import { startConsole } from '../../console/start.ts'
import { portVariable, ports, type PortName } from '../../contracts/ports.ts'
import { environment as readEnvironment } from '../../lib/config.ts'
import { freePort } from '../support/free-port.ts'
import { eventually } from '../support/poll.ts'
import { inboxKey } from './inbox/events.ts'

export const password = 'a password for tests only'
export const drillToken = 'drill-token-of-the-tests'

export interface ConsoleOptions {
  /** Port at which every other process is looked for. Default one at which nobody listens. */
  readonly house?: number
  /** Home of an earlier process. */
  readonly home?: string
  readonly environment?: Readonly<Record<string, string>>
}

export interface ConsoleUnderTest {
  readonly url: string
  readonly home: string
  readonly process: ChildProcess
  /** Ends it as the supervisor does, and waits. */
  readonly stop: () => Promise<number | null>
  /** Cuts it off, and waits. */
  readonly kill: () => Promise<void>
}

/** Makes a home with the secrets the supervisor would have made. */
export function makeHome(): { readonly home: string; readonly remove: () => void } {
  const home = mkdtempSync(join(tmpdir(), 'campanile-console-'))
  const write = (name: string, content: unknown) =>
    writeFileSync(join(home, name), typeof content === 'string' ? content : JSON.stringify(content))
  write('inbox.key', `${inboxKey}\n`)
  write('token', randomBytes(24).toString('hex'))
  write(
    'accounts.json',
    (['sre', 'auditor', 'viewer'] as const).map((role) => ({
      email: `${role}@console.example`,
      role,
      password,
    })),
  )
  const sha256 = createHash('sha256').update(drillToken).digest('hex')
  write('tokens.json', [{ name: 'drills', sha256, scopes: ['proofs:read'], tenants: ['*'] }])
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) }
}

/** Starts it and waits until it listens. */
export async function startConsoleProcess(
  options: ConsoleOptions & { readonly home: string },
): Promise<ConsoleUnderTest> {
  const { home, house = await freePort(), environment = {} } = options
  const child = spawn(process.execPath, ['console/main.ts', 'serve'], {
    cwd: join(import.meta.dirname, '../..'),
    env: { PATH: process.env['PATH'], ...portsAt(house), ...givenIn(home), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  }
  // Not when it exits: what it said last may still be on its way then.
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const port = await Promise.race([
    eventually('the console listens', () => /"event":"service started","port":(\d+)\D/.exec(output)?.[1]),
    ended.then(() => Promise.reject(new Error(`the console ended: ${output}`))),
  ])
  return {
    url: `http://127.0.0.1:${port}`,
    home,
    process: child,
    stop: () => {
      child.kill('SIGTERM')
      return ended
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Starts it in this process by the clock of a test, for limits of time that a machine must not reach before the test. */
export async function startConsoleByClock(
  { home, house }: ConsoleOptions & { readonly home: string },
  nowMillis: () => number,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const variables = { ...portsAt(house ?? (await freePort())), ...givenIn(home) }
  const { home: root, pagerDutyKey, ...given } = readEnvironment(consoleSettings, variables)
  const doors = readEnvironment(portSettings(Object.keys(ports) as PortName[]), variables)
  const { port, close } = await startConsole(
    {
      ...given,
      port: doors.console,
      state: join(root, 'console'),
      firstAccounts: given.firstAccounts ?? [],
      hasPagerDuty: pagerDutyKey !== undefined,
      tokens: given.tokens ?? [],
      ports: doors,
    },
    { nowMillis },
  )
  return { url: `http://127.0.0.1:${port}`, close }
}

function portsAt(house: number): Record<string, string> {
  const names = Object.keys(ports) as PortName[]
  const all = Object.fromEntries(names.map((name) => [portVariable(name), String(house)]))
  return { ...all, [portVariable('console')]: '0' }
}

function givenIn(home: string): Record<string, string> {
  return {
    CAMPANILE_HOME: home,
    CAMPANILE_INBOX_KEY_FILE: join(home, 'inbox.key'),
    CAMPANILE_CONSOLE_ACCOUNTS_FILE: join(home, 'accounts.json'),
    CAMPANILE_TOKEN_FILE: join(home, 'token'),
    CAMPANILE_TOKENS_FILE: join(home, 'tokens.json'),
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
  }
}

/** Sends an event as Alertmanager does. */
export function enqueue(url: string, event: unknown): Promise<Response> {
  return fetch(`${url}/v2/enqueue`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof event === 'string' ? event : JSON.stringify(event),
  })
}

/** Logs in; answers the cookie. */
export async function logIn(url: string, role = 'sre', shown = password): Promise<string> {
  const response = await tryLogIn(url, `${role}@console.example`, shown)
  if (!response.ok) throw new Error(`the login was answered ${response.status}`)
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

/** Tries to log in, with a cookie where the browser has one. */
export function tryLogIn(url: string, email: string, shown: string, cookie = ''): Promise<Response> {
  return fetch(`${url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, cookie },
    body: JSON.stringify({ email, password: shown }),
  })
}
