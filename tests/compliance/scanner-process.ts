/** The real scanner in a process of its own, with a home that lasts as long as the test. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { portVariable, type PortName } from '../../contracts/ports.ts'
import type { Posture } from '../../contracts/posture.ts'
import { eventually } from '../support/poll.ts'

export const readerToken = 'reader-token-of-the-tests'
export const writerToken = 'writer-token-of-the-tests'

export interface ScannerHome {
  readonly home: string
  /** Folder that is scanned. */
  readonly scanned: string
  readonly remove: () => void
}

export interface Scanner {
  readonly url: string
  readonly output: () => string
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>
  readonly ask: (
    path: string,
    options?: { readonly token?: string; readonly method?: string },
  ) => Promise<Response>
  /** Waits for a scan to be served, and answers it. */
  readonly posture: () => Promise<Posture>
  /** Scans now, and answers what came of it. */
  readonly scanNow: () => Promise<Posture>
}

/** Makes a home with the secrets the supervisor would have made, and a folder to scan. */
export function makeScannerHome(ledgerToken = 'ledger-token-of-the-tests'): ScannerHome {
  const home = mkdtempSync(join(tmpdir(), 'campanile-scanner-'))
  const scanned = join(home, 'scanned')
  mkdirSync(scanned)
  const accept = (token: string, name: string, scopes: readonly string[]) => ({
    name,
    sha256: createHash('sha256').update(token).digest('hex'),
    scopes,
    tenants: ['*'],
  })
  const accepted = [
    accept(readerToken, 'console', ['posture:read']),
    accept(writerToken, 'operator', ['scans:write']),
  ]
  writeFileSync(join(home, 'accepted.json'), JSON.stringify(accepted))
  writeFileSync(join(home, 'token'), ledgerToken)
  return { home, scanned, remove: () => rmSync(home, { recursive: true, force: true }) }
}

/** Half a year from now: a scan by the schedule would come between those a test asks for. */
function schedule(): string {
  const day = new Date(Date.now() + 180 * 86_400_000)
  return `0 3 ${day.getUTCDate()} ${day.getUTCMonth() + 1} *`
}

/** Port at which nobody listens: the lowest, which needs rights nobody has given. */
const closed = '1'

/** Starts it and waits until it listens. */
export async function startScanner(
  { home, scanned }: ScannerHome,
  variables: Readonly<Record<string, string>> = {},
): Promise<Scanner> {
  const doors: readonly PortName[] = ['gateway', 'console', 'users', 'academics', 'booking', 'ledger']
  const child = spawn(process.execPath, ['compliance/main.ts', 'serve'], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      ...Object.fromEntries(doors.map((name) => [portVariable(name), closed])),
      CAMPANILE_PORT_COMPLIANCE: '0',
      CAMPANILE_HOME: home,
      CAMPANILE_TOKEN_FILE: join(home, 'token'),
      CAMPANILE_TOKENS_FILE: join(home, 'accepted.json'),
      CAMPANILE_SCAN_PATHS: scanned,
      CAMPANILE_SCAN_DOOR_WAIT_SECONDS: '0',
      CAMPANILE_SCAN_SCHEDULE: schedule(),
      CAMPANILE_WAIVERS_FILE: join(home, 'waivers.yaml'),
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      ...variables,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  }
  // Not when it exits: what it said last may still be on its way then.
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const port = await Promise.race([
    eventually('the scanner listens', () => /"event":"service started","port":(\d+)\D/.exec(output)?.[1]),
    ended.then((code) => Promise.reject(new Error(`the scanner ended with ${code}: ${output}`))),
  ])
  const url = `http://127.0.0.1:${port}`
  const ask: Scanner['ask'] = (path, { token = readerToken, method = 'GET' } = {}) =>
    fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${token}` } })
  return {
    url,
    output: () => output,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal)
      return ended
    },
    ask,
    posture: () =>
      eventually('a scan has finished', async () => {
        const response = await ask('/v1/posture')
        return response.ok && ((await response.json()) as Posture)
      }),
    scanNow: () =>
      eventually('a scan is taken', async () => {
        const response = await ask('/v1/scans', { method: 'POST', token: writerToken })
        // A posture is shown before its event is on the disk; until then its scan is under way.
        if (response.status === 409) return undefined
        if (!response.ok) throw new Error(`the scan was answered ${response.status}`)
        return (await response.json()) as Posture
      }),
  }
}
