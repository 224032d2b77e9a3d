/** What one would do without a ledger: the same events as rows of a simple audit table, on the same PostgreSQL. */
import pg from 'pg'
import { anEvent } from './load.ts'

const table = `CREATE TABLE IF NOT EXISTS plain_audit (
  id uuid PRIMARY KEY, tenant text NOT NULL, producer text NOT NULL, time timestamptz NOT NULL, event jsonb NOT NULL)`

export interface PlainLoad {
  readonly databaseUrl: string
  readonly clients: number
  readonly millis: number
  /** Rows of one statement, each statement a commit. */
  readonly rows: number
}

export interface PlainRows {
  /** Inserts rows in one statement on whichever connection is free first. */
  readonly insert: (rows: number) => Promise<void>
  readonly close: () => Promise<void>
}

/** Opens connections to insert rows when the caller says so. */
export async function openRows(databaseUrl: string, clients: number): Promise<PlainRows> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: clients })
  await pool.query(table)
  return {
    insert: async (rows) => {
      await pool.query(manyRows(rows))
    },
    close: () => pool.end(),
  }
}

/** Inserts for a time, each client one statement after the other; answers rows per second. */
export async function insertFor({ databaseUrl, clients, millis, rows }: PlainLoad): Promise<number> {
  const connections = Array.from({ length: clients }, () => new pg.Client({ connectionString: databaseUrl }))
  for (const connection of connections) await connection.connect()
  await connections[0]?.query(table)
  let inserted = 0
  const began = performance.now()
  const insert = async (connection: pg.Client) => {
    while (performance.now() - began < millis) {
      await connection.query(rows === 1 ? oneRow() : manyRows(rows))
      inserted += rows
    }
  }
  await Promise.all(connections.map(insert))
  const perSecond = (inserted / (performance.now() - began)) * 1_000
  await Promise.all(connections.map((connection) => connection.end()))
  return perSecond
}

function oneRow(): pg.QueryConfig {
  const event = anEvent()
  return {
    name: 'insert',
    text: 'INSERT INTO plain_audit VALUES ($1, $2, $3, $4, $5)',
    values: [event.id, event.tenant, event.producer, event.time, JSON.stringify(event)],
  }
}

function manyRows(rows: number): pg.QueryConfig {
  const events = Array.from({ length: rows }, anEvent)
  return {
    name: 'insert-many',
    text: `INSERT INTO plain_audit
      SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::jsonb[])`,
    values: [
      events.map(({ id }) => id),
      events.map(({ tenant }) => tenant),
      events.map(({ producer }) => producer),
      events.map(({ time }) => time),
      events.map((event) => JSON.stringify(event)),
    ],
  }
}
