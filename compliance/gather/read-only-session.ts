/** A session of PostgreSQL that only reads: one transaction, one snapshot, nothing is kept. */
import pg from 'pg'

export interface SessionBounds {
  readonly connectionString: string
  /** Longest time to connect, and for one statement. */
  readonly timeoutMillis: number
  /** False where the session must not set a limit of its own, because the settings of the server are read. */
  readonly setsLimit?: boolean
}

/** Does something in a session. @throws whatever connecting or `work` throws */
export async function inReadOnlySession<Found>(
  { connectionString, timeoutMillis, setsLimit = true }: SessionBounds,
  work: (client: pg.Client) => Promise<Found>,
): Promise<Found> {
  const client = new pg.Client({
    connectionString,
    application_name: 'campanile-compliance',
    connectionTimeoutMillis: timeoutMillis,
    ...(setsLimit ? { statement_timeout: timeoutMillis } : {}),
    query_timeout: timeoutMillis + 1_000,
  })
  // A server that goes away between two statements raises an event; the next statement tells.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
    const found = await work(client)
    await client.query('ROLLBACK')
    return found
  } finally {
    await client.end().catch(() => undefined)
  }
}
