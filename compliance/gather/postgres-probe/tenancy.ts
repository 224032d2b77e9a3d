/**
 * How a running PostgreSQL keeps tenants apart that have a schema or a database each, and what its statistics show:
 * `tenant_schemas` is a role with the schemas of tenants it may use, `database` one database of the server,
 * `statistic` a view for numbers about people, `refusals` the columns that keep who refused the directory. Catalogues
 * only, in a read-only transaction.
 */
import type pg from 'pg'
import { systemCodeOf } from '../../../lib/errors.ts'
import type { GatherFault, Position, Resource } from '../../evidence.ts'
import type { LiveDatabase } from '../postgres.ts'
import { inReadOnlySession } from '../read-only-session.ts'
import type { Gathered } from '../terraform.ts'
import { rowsOf } from '../store/rows.ts'
import { valueOfJson } from '../value.ts'
import { resourceOf } from './resource.ts'
import { probeStatement } from './statements.ts'

type Row = Readonly<Record<string, unknown>>

/** Looks at one database; never throws. What it could not read is unknown, and `gatherPostgres` says so too. */
export async function gatherTenancy(database: LiveDatabase, timeoutMillis: number): Promise<Gathered> {
  const position: Position = { file: `postgres:${database.name}`, startLine: 1, endLine: 1 }
  const { connectionString } = database
  try {
    return await inReadOnlySession({ connectionString, timeoutMillis }, (client) => look(client, position))
  } catch (error) {
    const why = `cannot be read: ${systemCodeOf(error) ?? 'unknown error'}`
    const unread = (type: string) => resourceOf(type, '*', position, { kind: 'unknown', why })
    return { resources: Object.values(types).map(unread), faults: [] }
  }
}

/** Which type the rows of a statement become. */
const types = {
  'tenant-schemas': 'tenant_schemas',
  databases: 'database',
  'small-cells': 'statistic',
  refusals: 'refusals',
} as const

async function look(client: pg.Client, position: Position): Promise<Gathered> {
  const faults: GatherFault[] = []
  const cut: Resource[] = []
  const read = async (name: keyof typeof types) => {
    const text = probeStatement(name)
    const { rows, cut: why } = rowsOf((await client.query<Row>(text)).rows, text)
    if (why !== undefined) {
      faults.push({ code: 'GATHER_TOO_MANY', message: `${name}: ${why}`, ...position })
      cut.push(resourceOf(types[name], '*', position, { kind: 'unknown', why }))
    }
    return rows
  }
  const byRole = Map.groupBy(await read('tenant-schemas'), ({ role }) => String(role))
  const of = (type: string, name: string, facts: unknown) =>
    resourceOf(type, name, position, valueOfJson(facts))
  const resources = [
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
  return { resources: [...resources, ...cut], faults }
}
