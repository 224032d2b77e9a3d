/** What `up` says while it starts and when it is ready: times, links, first credentials, how to stop. */
import { existsSync, writeFileSync } from 'node:fs'
import { homeAt } from '../home.ts'
import type { Memory } from '../process/proc.ts'
import { consoleAccountsFile, readConsoleAccounts } from '../secrets/console-accounts.ts'
import { accountsFile, readAccounts } from '../secrets/first-accounts.ts'
import type { Settings } from '../settings.ts'
import type { ApplianceStatus } from '../supervise/status.ts'
import type { Output } from './output.ts'

/** Writes the progress line of a component that has become ready. */
export function componentLine(name: string, sinceStartMillis: number): string {
  return `  ${name.padEnd(14)} ready after ${seconds(sinceStartMillis).padStart(6)}`
}

/** Writes a duration in seconds with one decimal. */
export function seconds(millis: number): string {
  return `${(millis / 1_000).toFixed(1)} s`
}

/** Writes bytes in megabytes. */
export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}

/** Writes both figures of memory by their names: a single one would leave open what it counts. */
export function memoryFigures({ pssBytes, rssBytes }: Memory): string {
  return `memory ${megabytes(pssBytes)} PSS, ${megabytes(rssBytes)} plain RSS`
}

export interface Announcement {
  readonly settings: Settings
  readonly demo: boolean
  readonly output: Output
  readonly status: ApplianceStatus
}

/** Says where everything is. Credentials are shown at the first start only, then live in their file. */
export function announceReady({ settings, demo, output, status }: Announcement): void {
  const { ports, home: root } = settings
  const url = (port: number, path = '') => `http://127.0.0.1:${port}${path}`
  output.write(`\n  ready in ${seconds(status.readyMillis ?? 0)}, ${memoryFigures(status)}\n`)
  const links = [
    ['Campus portal', url(ports.gateway), demo ? 'DEMO: synthetic people, generated traffic' : ''],
    ['Console', url(ports.console), 'status, alerts, dashboards, traces, ledger, posture'],
    ['Prometheus', url(ports.prometheus), 'metrics with exemplars'],
    ['Alertmanager', url(ports.alertmanager), 'API; Debian’s build has no pages'],
    ['Status', url(ports.supervisor, '/status.json'), 'also ./campanile status'],
  ] as const
  for (const [name, link, note] of links)
    output.write(`  ${name.padEnd(18)} ${link.padEnd(36)} ${note}`.trimEnd())
  showCredentials(root, demo, output)
  output.write('\n  stop:  ./campanile down             keeps the data')
  output.write('         ./campanile down --volumes   deletes it\n')
}

interface Credential {
  readonly email: string
  readonly role: string
  readonly password: string
}

function showCredentials(root: string, demo: boolean, output: Output): void {
  const { secrets } = homeAt(root)
  const people = demo ? 'demo accounts' : 'first account'
  showOnce(people, accountsFile(secrets, demo), readAccounts(secrets, demo), output)
  showOnce('console accounts', consoleAccountsFile(secrets), readConsoleAccounts(secrets), output)
}

function showOnce(what: string, file: string, credentials: readonly Credential[], output: Output): void {
  const shown = `${file}.shown`
  if (existsSync(shown)) {
    output.write(`\n  ${what}: ${file}`)
    return
  }
  output.write(`\n  ${what}, generated for this machine and shown this once:`)
  for (const { email, role, password } of credentials) {
    output.write(`    ${email.padEnd(34)} ${role.padEnd(10)} ${password}`)
  }
  output.write(`  later: ${file} (mode 0600)`)
  writeFileSync(shown, '', { mode: 0o600 })
}
