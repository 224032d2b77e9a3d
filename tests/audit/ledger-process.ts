/** A ledger as its own process on a database of its own, and the client the audit tests talk to it with. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { AuditEvent, Receipt } from '../../contracts/audit-event.ts'
import type { TokenScope } from '../../contracts/service-token.ts'
import { freePort } from '../support/free-port.ts'
import { eventually } from '../support/poll.ts'
import { sharedPostgres, type TestDatabase, type TestPostgres } from '../support/postgres.ts'

export interface LedgerHome {
  readonly database: TestDatabase
  readonly folder: string
  readonly tokens: Readonly<Record<'users' | 'academics' | 'narrow' | 'operator' | 'custodian', string>>
  readonly remove: () => Promise<void>
}

export interface LedgerProcess {
  readonly home: LedgerHome
  readonly child: ChildProcess
  readonly url: string
  readonly port: number
  /** What it has written so far, both streams. */
  readonly output: () => string
  /** Resolves with its exit code once it has ended and all that it wrote was read; null where a signal ended it. */
  readonly ended: () => Promise<number | null>
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>
}

const main = new URL('../../audit/main.ts', import.meta.url).pathname

/** Makes a database, a keystore and tokens; on the shared server unless another is given. */
export async function makeHome(postgres?: TestPostgres): Promise<LedgerHome> {
  const database = await (postgres ?? (await sharedPostgres())).createDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'campanile-ledger-'))
  const secret = () => randomBytes(24).toString('base64url')
  const tokens = {
    users: secret(),
    academics: secret(),
    narrow: secret(),
    operator: secret(),
    custodian: secret(),
  }
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
    accept(tokens.custodian, 'console', {
      scopes: ['record:write', 'record:read', 'subjects:read'],
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

export interface StartOptions {
  /** Replaces the home's own. */
  readonly database?: TestDatabase
  /** False waits for a ledger that answers that it is not well. Default true. */
  readonly isHealthy?: boolean
  /** Replace what the ledger is given. */
  readonly variables?: Readonly<Record<string, string>>
}

/** Starts a ledger and waits until it answers. */
export async function startLedger(home: LedgerHome, options: StartOptions = {}): Promise<LedgerProcess> {
  const ledger = await launchLedger(home, options)
  await awaitAnswer(ledger, options.isHealthy ?? true)
  return ledger
}

/** Waits until a ledger says that it is well, or that it is not. */
export async function awaitAnswer({ child, url, output }: LedgerProcess, isHealthy = true): Promise<void> {
  await eventually('the ledger answers', async () => {
    if (child.exitCode !== null) throw new Error(`the ledger exited with ${child.exitCode}: ${output()}`)
    const { ok, status } = await fetch(`${url}/health`)
    return isHealthy ? ok : status === 503
  })
}

/** Starts the process and waits for nothing. */
export async function launchLedger(home: LedgerHome, options: StartOptions = {}): Promise<LedgerProcess> {
  const { database = home.database, variables = {} } = options
  const port = await freePort()
  const child = spawn(process.execPath, [main, 'serve'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      CAMPANILE_PORT_LEDGER: String(port),
      CAMPANILE_DATABASE_URL: database.url('ledger_append'),
      CAMPANILE_READ_DATABASE_URL: database.url('ledger_read'),
      CAMPANILE_TOKENS_FILE: join(home.folder, 'accepted.json'),
      CAMPANILE_KEYSTORE_DIR: join(home.folder, 'keystore'),
      CAMPANILE_PASSPHRASE_FILE: join(home.folder, 'passphrase'),
      CAMPANILE_CHECKPOINT_MILLIS: '100',
      // As long as it may: the one before it may have been slow to go.
      CAMPANILE_WRITER_WAIT_MILLIS: '60000',
      // Nobody listens there: telemetry must not matter.
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      ...variables,
    },
  })
  const output = collectOutput(child)
  // Its exit may be told before the last of its output.
  const closed = new Promise((resolve) => child.once('close', resolve))
  detach(child)
  const ended = async () => {
    attach(child)
    await closed
    return child.exitCode
  }
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    // Does nothing to one that has ended.
    child.kill(signal)
    return ended()
  }
  return { home, child, url: `http://127.0.0.1:${port}`, port, output, ended, stop }
}

/** Most characters of its output that are kept. */
const maxOutput = 1_000_000

/** Keeps the last of what a process writes: the lines of both streams that are whole, and after them what is not yet. */
function collectOutput(child: ChildProcess): () => string {
  let lines = ''
  const rests = new Map<ChildProcess['stdout'], string>()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      const text = (rests.get(stream) ?? '') + chunk
      const end = text.lastIndexOf('\n') + 1
      rests.set(stream, text.slice(end))
      lines += text.slice(0, end)
      if (lines.length > maxOutput) lines = lines.slice(lines.indexOf('\n', lines.length - maxOutput) + 1)
    })
  }
  return () => lines + [...rests.values()].join('')
}

/** Pipes of a child process are sockets. */
const socketsOf = ({ stdout, stderr }: ChildProcess) =>
  [stdout, stderr].filter((stream) => stream instanceof Socket)

/** Whoever waits for its end keeps the test run alive. */
function attach(child: ChildProcess): void {
  child.ref()
  for (const socket of socketsOf(child)) socket.ref()
}

/** A ledger that a failed test left behind neither keeps the test run alive nor outlives it. */
function detach(child: ChildProcess): void {
  child.unref()
  for (const socket of socketsOf(child)) socket.unref()
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
}

/** Runs statements as the superuser, with triggers and foreign keys off: what an intruder or a restore can do. */
export async function asSuperuser(database: TestDatabase, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: database.url('superuser') })
  await client.connect()
  try {
    await client.query('SET session_replication_role = replica')
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Takes a log back to an earlier size, as restoring an older backup would; 0 leaves no trace of it. */
export function restoreOlder(database: TestDatabase, tenant: string, size: number): Promise<void> {
  const of = `tenant = '${tenant}'`
  return asSuperuser(
    database,
    ...['event_key', 'subject_entry'].map(
      (table) => `DELETE FROM ledger.${table} WHERE ${of} AND index >= ${size}`,
    ),
    `DELETE FROM ledger.batch WHERE ${of} AND previous_size >= ${size}`,
    size === 0
      ? `DELETE FROM ledger.index_cursor WHERE ${of}`
      : `UPDATE ledger.index_cursor SET size = ${size} WHERE ${of} AND size > ${size}`,
    `DELETE FROM ledger.side WHERE ${of} AND first >= ${size}`,
    `DELETE FROM ledger.checkpoint WHERE ${of} AND size > ${size}`,
    ...(size === 0 ? [`DELETE FROM ledger.log WHERE ${of}`] : []),
  )
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
    // A drill that waits for a ledger that hangs is to fail.
    signal: AbortSignal.timeout(60_000),
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
