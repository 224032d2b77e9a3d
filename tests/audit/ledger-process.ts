/** A ledger as its own process on a database of its own, and the client the audit tests talk to it with. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuditEvent, Receipt } from '../../contracts/audit-event.ts'
import type { TokenScope } from '../../contracts/service-token.ts'
import { eventually } from '../support/poll.ts'
import { sharedPostgres, type TestDatabase } from '../support/postgres.ts'

export interface LedgerHome {
  readonly database: TestDatabase
  readonly folder: string
  readonly tokens: Readonly<Record<'users' | 'academics' | 'narrow' | 'operator', string>>
  readonly remove: () => Promise<void>
}

export interface LedgerProcess {
  readonly home: LedgerHome
  readonly child: ChildProcess
  readonly url: string
  readonly port: number
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>
}

const main = new URL('../../audit/main.ts', import.meta.url).pathname

/** Makes a database, a keystore and tokens. */
export async function makeHome(): Promise<LedgerHome> {
  const database = await (await sharedPostgres()).createDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'campanile-ledger-'))
  const secret = () => randomBytes(24).toString('base64url')
  const tokens = { users: secret(), academics: secret(), narrow: secret(), operator: secret() }
  const accept = (token: string, name: string, grant: { scopes: TokenScope[]; tenants: string[] }) => ({
    name,
    sha256: createHash('sha256').update(token).digest('hex'),
    ...grant,
  })
  const accepted = [
    accept(tokens.users, 'users', { scopes: ['events:write'], tenants: ['*'] }),
    accept(tokens.academics, 'academics', { scopes: ['events:write', 'subjects:read'], tenants: ['*'] }),
    accept(tokens.narrow, 'booking', {
      scopes: ['events:write', 'proofs:read', 'export:read'],
      tenants: ['drill'],
    }),
    accept(tokens.operator, 'operator', { scopes: ['proofs:read', 'export:read'], tenants: ['*'] }),
  ]
  writeFileSync(join(folder, 'accepted.json'), JSON.stringify(accepted))
  writeFileSync(join(folder, 'operator.token'), tokens.operator)
  writeFileSync(join(folder, 'passphrase'), secret(), { mode: 0o600 })
  const remove = async () => {
    await database.drop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { database, folder, tokens, remove }
}

/** Starts a ledger and waits until it answers; `database` replaces the home's own. */
export async function startLedger(
  home: LedgerHome,
  { database = home.database, isHealthy = true }: { database?: TestDatabase; isHealthy?: boolean } = {},
): Promise<LedgerProcess> {
  const port = await freePort()
  const child = spawn(process.execPath, [main, 'serve'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      CAMPANILE_PORT_LEDGER: String(port),
      CAMPANILE_DATABASE_URL: database.url('ledger_append'),
      CAMPANILE_READ_DATABASE_URL: database.url('ledger_read'),
      CAMPANILE_TOKENS_FILE: join(home.folder, 'accepted.json'),
      CAMPANILE_KEYSTORE_DIR: join(home.folder, 'keystore'),
      CAMPANILE_PASSPHRASE_FILE: join(home.folder, 'passphrase'),
      CAMPANILE_CHECKPOINT_MILLIS: '100',
      // Nobody listens there: telemetry must not matter.
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    },
  })
  const url = `http://127.0.0.1:${port}`
  await eventually('the ledger answers', async () => {
    if (child.exitCode !== null) throw new Error(`the ledger exited with ${child.exitCode}`)
    const { ok, status } = await fetch(`${url}/health`)
    return isHealthy ? ok : status === 503
  })
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
    return child.exitCode
  }
  return { home, child, url, port, stop }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Makes an event; what is given replaces what it would have. */
export function anEvent(given: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id: randomUUID(),
    tenant: 'drill',
    producer: 'academics',
    time: '2026-09-01T08:00:00.000Z',
    facts: { class: 'access', action: 'transcript.read', outcome: 'success', basis: '99.31(a)(1)(i)(A)' },
    personal: { actor: 'faculty-1', subject: 'student-1', party: 'Advisor', interest: 'advising' },
    ...given,
  }
}

/** Asks the ledger with a token. */
export function ask(ledger: LedgerProcess, path: string, init: RequestInit & { token?: string } = {}) {
  const { token = ledger.home.tokens.operator, headers, ...rest } = init
  return fetch(`${ledger.url}${path}`, {
    ...rest,
    headers: { authorization: `Bearer ${token}`, ...(headers as Record<string, string> | undefined) },
  })
}

/** Appends events as `academics` and answers the receipts. */
export async function append(
  ledger: LedgerProcess,
  events: readonly unknown[],
  token = ledger.home.tokens.academics,
): Promise<Receipt[]> {
  const response = await ask(ledger, '/v1/events', {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  })
  if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`)
  return ((await response.json()) as { receipts: Receipt[] }).receipts
}

/** Waits until a checkpoint covers at least `size` entries, and answers it. */
export function awaitCheckpoint(ledger: LedgerProcess, tenant: string, size: number): Promise<string> {
  return eventually(`a checkpoint of ${size}`, async () => {
    const response = await ask(ledger, `/v1/logs/${tenant}/checkpoint`)
    const note = await response.text()
    return response.ok && Number(note.split('\n')[1]) >= size ? note : undefined
  })
}
