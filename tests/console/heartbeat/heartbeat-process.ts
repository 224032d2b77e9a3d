/** A heartbeat as its own process, with a beat of one second. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../support/poll.ts'

const main = new URL('../../../console/heartbeat/main.ts', import.meta.url).pathname
export const inboxKey = '1'.repeat(32)
export const pagerdutyKey = '2'.repeat(32)

export interface HeartbeatHome {
  readonly home: string
  readonly environment: NodeJS.ProcessEnv
  readonly remove: () => void
}

/** Makes a state folder with its keys. */
export function makeHome(inboxPort: number, pagerdutyUrl?: string): HeartbeatHome {
  const home = mkdtempSync(join(tmpdir(), 'campanile-heartbeat-'))
  const file = (name: string, content: string) => {
    writeFileSync(join(home, name), content, { mode: 0o600 })
    return join(home, name)
  }
  return {
    home,
    environment: {
      PATH: process.env['PATH'],
      CAMPANILE_HOME: home,
      CAMPANILE_PORT_HEARTBEAT: '0',
      CAMPANILE_PORT_CONSOLE: String(inboxPort),
      CAMPANILE_INBOX_KEY_FILE: file('inbox.key', `${inboxKey}\n`),
      CAMPANILE_HEARTBEAT_INTERVAL_SECONDS: '1',
      ...(pagerdutyUrl === undefined
        ? {}
        : {
            CAMPANILE_PAGERDUTY_KEY_FILE: file('pagerduty.key', pagerdutyKey),
            CAMPANILE_PAGERDUTY_URL: pagerdutyUrl,
          }),
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  }
}

export interface HeartbeatProcess {
  readonly url: string
  /** Sends what Alertmanager sends and answers the status. */
  readonly notify: (alertname?: string) => Promise<number>
  /** Sends what Alertmanager sends beside its receivers when its deliveries fail or work again. */
  readonly deliveries: (status: 'firing' | 'resolved', alertname?: string) => Promise<number>
  readonly output: () => string
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>
}

/** Starts one and waits until it listens. */
export async function startHeartbeat({ environment }: HeartbeatHome): Promise<HeartbeatProcess> {
  const child = spawn(process.execPath, [main, 'serve'], { env: environment })
  const output = outputOf(child)
  const port = await eventually('the heartbeat listens', () => {
    if (child.exitCode !== null) throw new Error(output())
    return /"event":"heartbeat listening".*"port":(\d+)\D/.exec(output())?.[1]
  })
  const url = `http://127.0.0.1:${port}`
  const post = async (path: string, status: string, alertname: string) => {
    const alerts = [{ status, labels: { alertname } }]
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ version: '4', status, alerts }),
    })
    await response.body?.cancel()
    return response.status
  }
  return {
    url,
    output,
    notify: (alertname = 'Watchdog') => post('/beat', 'firing', alertname),
    deliveries: (status, alertname = 'NotificationsFailing') => post('/alerts', status, alertname),
    end: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const exited = once(child, 'exit')
      child.kill(signal)
      await exited
      return child.exitCode
    },
  }
}

/** Runs the command to its end. */
export async function runHeartbeat(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [main, ...args], { env: environment })
  const output = outputOf(child)
  await once(child, 'close')
  return { code: child.exitCode, output: output() }
}

function outputOf(child: ChildProcess): () => string {
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
  }
  return () => chunks.join('')
}
