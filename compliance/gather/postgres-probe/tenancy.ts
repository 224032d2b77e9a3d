/**
 * How a running PostgreSQL keeps tenants apart that have a schema or a database each, and what its statistics show:
 * `tenant_schemas` is a role with the schemas of tenants it may use, `database` one database of the server,
 * `statistic` a view for numbers about people, `refusals` the columns that keep who refused the directory. Catalogues
 * only, in a read-only transaction.
 */
import pg from 'pg'
import { systemCodeOf } from '../../../lib/errors.ts'
import type { Position, Resource } from '../../evidence.ts'
import type { LiveDatabase } from '../postgres.ts'
import type { Gathered } from '../terraform.ts'
import { flatten, type Value, valueOfJson } from '../value.ts'
import { probeStatement } from './statements.ts'

type Row = Readonly<Record<string, unknown>>

/** Looks at one database; never throws. What it could not read is unknown, and `gatherPostgres` says so too. */
export async function gatherTenancy(database: LiveDatabase, timeoutMillis: number): Promise<Gathered> {
  const position: Position = { file: `postgres:${database.name}`, startLine: 1, endLine: 1 }
  const client = new pg.Client({
    connectionString: database.connectionString,
    application_name: 'campanile-compliance',
    connectionTimeoutMillis: timeoutMillis,
    statement_timeout: timeoutMillis,
    query_timeout: timeoutMillis + 1_000,
  })
  // A server that goes away between two statements raises an event; the next statement tells.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('BEGIN TRANSACTION READ ONLY')
    const resources = await look(client, position)
    await client.query('ROLLBACK')
    return { resources, faults: [] }
  } catch (error) {
    const why = `cannot be read: ${systemCodeOf(error) ?? 'unknown error'}`
    const unread = (type: string) => resourceOf(type, '*', position, { kind: 'unknown', why })
    return { resources: ['tenant_schemas', 'database', 'statistic', 'refusals'].map(unread), faults: [] }
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function look(client: pg.Client, position: Position): Promise<Resource[]> {
  const read = async (name: string) => (await client.query<Row>(probeStatement(name))).rows
  const byRole = Map.groupBy(await read('tenant-schemas'), ({ role }) => String(role))
  const of = (type: string, name: string, facts: unknown) =>
    resourceOf(type, name, position, valueOfJson(facts))
  return [
    ...[...byRole].map(([role, rows]) =>
      of('tenant_schemas', role, {
        schemas: rows.map(({ schema }) => schema),
        search_path: rows[0]?.['search_path'] ?? null,
      }),
    ),
    ...(await read('databases')).map((row) => of('database', String(row['name']), row)),
    ...(await read('small-cells')).map((row) =>
      of('statistic', `${String(row['schema'])}.${String(row['name'])}`, row),
    ),
    of('refusals', position.file.slice('postgres:'.length), { columns: await read('refusals') }),
  ]
}

function resourceOf(type: string, name: string, position: Position, value: Value): Resource {
  const identity = { kind: 'postgres', type, name, address: `${type}.${name}`, position } as const
  return { ...identity, attributes: flatten(value, position) }
}
