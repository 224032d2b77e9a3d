/** How a server is started on a cluster and reached: its arguments, its address, and when it is ready. */
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { messageOf } from '../../../lib/errors.ts'
import { LocalError } from '../errors.ts'

export interface ServerOptions {
  readonly dataDirectory: string
  readonly socketDirectory: string
  /** False only for clusters that tests throw away: a crash may then lose them. */
  readonly durable: boolean
}

/** Names the server's arguments; everything else keeps PostgreSQL's defaults. */
export function serverArguments({ dataDirectory, socketDirectory, durable }: ServerOptions): string[] {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: socketDirectory,
    // The socket is for the supervisor's account; the folder above it decides who gets there.
    unix_socket_permissions: '0777',
    password_encryption: 'scram-sha-256',
    max_connections: '200',
    // A campus's working set; every backend that has touched a page counts it in its own resident memory.
    shared_buffers: '64MB',
    // Statements here are short; the compiler would cost each backend that loads it tens of megabytes.
    jit: 'off',
    // Nothing subscribes to another server, so the process that would look after it is not started.
    max_logical_replication_workers: '0',
    log_timezone: 'UTC',
    timezone: 'UTC',
    // Statements may hold personal data; the log keeps errors without the statement that met them.
    log_min_error_statement: 'panic',
    log_statement: 'none',
    // Who came and went, and on every line when, who and from where: roles and databases, no person.
    log_connections: 'on',
    log_disconnections: 'on',
    log_line_prefix: '%m [%p] %u@%d %h ',
    idle_in_transaction_session_timeout: '60s',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  return [
    '-D',
    dataDirectory,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
}

export interface Address {
  readonly socketDirectory: string
  readonly database: string
  readonly user: string
  readonly password: string
}

/** Writes a connection string for a server on a unix socket. */
export function databaseUrl({ socketDirectory, database, user, password }: Address): string {
  // A host is needed for the user part to parse; the parameter overrides it.
  const url = new URL(`postgresql://localhost/${encodeURIComponent(database)}`)
  url.username = user
  url.password = password
  url.searchParams.set('host', socketDirectory)
  return url.href
}

/**
 * Runs `work` with a connection and closes it.
 *
 * @param connectionTimeoutMillis longest wait for the connection
 */
export async function withClient<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
  connectionTimeoutMillis = 5_000,
): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis })
  // A server that goes away while the client is idle raises an event; the next query tells the caller.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/**
 * Waits until a server accepts connections.
 *
 * @throws LocalError POSTGRES_FAILED after `deadlineMillis`, or at once when `hasDied` says so
 */
export async function awaitServer(
  url: string,
  { deadlineMillis, hasDied }: { readonly deadlineMillis: number; readonly hasDied: () => boolean },
): Promise<void> {
  const deadline = Date.now() + deadlineMillis
  for (;;) {
    const failure = await withClient(url, async () => undefined).catch((error: unknown) => messageOf(error))
    if (failure === undefined) return
    if (hasDied() || Date.now() > deadline) {
      throw new LocalError('POSTGRES_FAILED', `the server does not answer: ${failure}`)
    }
    await delay(25)
  }
}
