/**
 * A running PostgreSQL as resources, read in one read-only transaction by a role that needs no right to any row.
 * `server`: version, `setting.NAME`, sessions, archiver, replicas and ages of transactions; `role` (with what holds for
 * its sessions), `table` (with its policies), `schema` and `hba_rule`: one each. What the role may not read is unknown
 * with the reason; no statement reads a password, or a row of anybody.
 */
import pg from 'pg'
import { messageOf, systemCodeOf } from '../../lib/errors.ts'
import type { GatherFault, Position, Resource } from '../evidence.ts'
import { inReadOnlySession } from './read-only-session.ts'
import { rowsOf, type Rows } from './store/rows.ts'
import { statement } from './store/statements.ts'
import type { Gathered } from './terraform.ts'
import { flatten, type Value, valueOfJson } from './value.ts'

export interface LiveDatabase {
  /** In addresses and reports; never the connection string, which holds a password. */
  readonly name: string
  readonly connectionString: string
}

type Row = Readonly<Record<string, unknown>>
type Outcome = Rows<Row> | { readonly why: string }

const names = [
  'server',
  'settings',
  'roles',
  'passwords',
  'password-methods',
  'tables',
  'policies',
  'hba-rules',
  'sessions',
  'archiver',
  'replicas',
  'ages',
  'schemas',
  'role-settings',
] as const
type StatementName = (typeof names)[number]
const statements = new Map(names.map((name) => [name, statement(name)]))

/** Statements that most roles may not ask, or are told half of, and the column of `server` that tells. */
const rights: Readonly<Partial<Record<StatementName, string>>> = {
  passwords: 'sees_passwords',
  'password-methods': 'is_told_password_methods',
  'hba-rules': 'sees_hba_rules',
  // Other sessions are told without their address to a role without the right, and would not be counted.
  sessions: 'sees_sessions',
}

/** Looks at one database; never throws. */
export async function gatherPostgres(database: LiveDatabase, timeoutMillis: number): Promise<Gathered> {
  const position: Position = { file: `postgres:${database.name}`, startLine: 1, endLine: 1 }
  const bounds = { connectionString: database.connectionString, timeoutMillis, setsLimit: false }
  try {
    return assemble(await inReadOnlySession(bounds, (client) => readAll(client, timeoutMillis)), position)
  } catch (error) {
    const message = `cannot be read: ${systemCodeOf(error) ?? 'unknown error'}`
    const resource = resourceOf(
      { type: 'server', name: database.name, address: 'server', position },
      unread(message),
    )
    const fault = { code: 'GATHER_UNREACHABLE', message, ...position, hides: ['postgres'] } as const
    return { resources: [resource], faults: [fault] }
  }
}

async function readAll(
  client: pg.Client,
  timeoutMillis: number,
): Promise<ReadonlyMap<StatementName, Outcome>> {
  const outcomes = new Map<StatementName, Outcome>()
  for (const [name, text] of statements) {
    const missing = missingRight(name, outcomes.get('server'))
    await client.query('SAVEPOINT statement')
    outcomes.set(name, missing === undefined ? await outcomeOf(client, text) : { why: missing })
    await client.query('ROLLBACK TO SAVEPOINT statement')
    // Only now: before, the server would tell this limit for its own.
    if (name === 'settings') {
      await client.query("SELECT set_config('statement_timeout', $1, true)", [String(timeoutMillis)])
    }
  }
  return preferTold(outcomes)
}

/** The catalogue of passwords is for superusers; a house of ours has a function that tells the methods alone. */
function preferTold(outcomes: Map<StatementName, Outcome>): ReadonlyMap<StatementName, Outcome> {
  const told = outcomes.get('password-methods')
  outcomes.delete('password-methods')
  if (told !== undefined && 'rows' in told) outcomes.set('passwords', told)
  return outcomes
}

/** What is known to be refused is not asked: each refusal would be an error in the log of the server. */
function missingRight(name: StatementName, server: Outcome | undefined): string | undefined {
  const column = rights[name]
  if (column === undefined || server === undefined || 'why' in server) return undefined
  return server.rows[0]?.[column] !== true ? `the role has no right to read ${name}` : undefined
}

/** A refused statement is an answer; a broken connection is not, and the next one meets it again. */
async function outcomeOf(client: pg.Client, text: string): Promise<Outcome> {
  try {
    return rowsOf((await client.query<Row>(text)).rows, text)
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error
    return { why: `the database refused to say: ${messageOf(error)} (${error.code ?? 'no code'})` }
  }
}

function assemble(outcomes: ReadonlyMap<StatementName, Outcome>, position: Position): Gathered {
  const of = (name: StatementName): Outcome => outcomes.get(name) ?? { why: 'was not asked' }
  const resources = [
    serverResource(of, position),
    ...each(of('roles'), 'role', position, (row) => roleValue(row, of('passwords'), of('role-settings'))),
    ...each(of('schemas'), 'schema', position, valueOfJson),
    ...each(of('tables'), 'table', position, (row) => tableValue(row, of('policies'))),
    ...each(of('hba-rules'), 'hba_rule', position, valueOfJson),
  ]
  const faults = [...outcomes].flatMap(([name, outcome]) => faultsOf(name, outcome, position))
  return { resources, faults }
}

function faultsOf(name: StatementName, outcome: Outcome, position: Position): readonly GatherFault[] {
  const where = { ...position, hides: ['postgres'] } as const
  if ('why' in outcome) return [{ code: 'GATHER_DENIED', message: `${name}: ${outcome.why}`, ...where }]
  if (outcome.cut === undefined) return []
  return [{ code: 'GATHER_TOO_MANY', message: `${name}: ${outcome.cut}`, ...where }]
}

function serverResource(of: (name: StatementName) => Outcome, position: Position): Resource {
  const first = (name: StatementName) => mapOutcome(of(name), ([row = {}]) => valueOfJson(row))
  const server = of('server')
  const seesAll = 'rows' in server && server.rows[0]?.['sees_all_settings'] === true
  const settings = mapOutcome(of('settings'), (rows) => settingsValue(rows, seesAll))
  const entries: [string, Value][] = [
    ['about', first('server')],
    ['setting', settings],
    ['sessions', first('sessions')],
    ['archiver', first('archiver')],
    ['replicas', first('replicas')],
    ['ages', first('ages')],
  ]
  const name = position.file.slice('postgres:'.length)
  return resourceOf(
    { type: 'server', name, address: 'server', position },
    { kind: 'map', entries: new Map(entries) },
  )
}

/** Where a value that says nothing of other sessions comes from. */
const ofThisSession: ReadonlySet<string> = new Set(['client', 'session', 'user', 'database user'])

/** The server hides some settings from a role without the right to all: they are not absent, they are unknown. */
function settingsValue(rows: readonly Row[], seesAll: boolean): Value {
  const entries = rows.map((row): [string, Value] => [
    String(row['name']),
    ofThisSession.has(String(row['source']))
      ? unread('is set for this session only')
      : valueOfJson(row['value']),
  ])
  const open = seesAll ? {} : { open: 'the role may not read all settings' }
  return { kind: 'map', entries: new Map(entries), ...open }
}

function roleValue(row: Row, passwords: Outcome, settings: Outcome): Value {
  const method = ofRole(row, passwords, (own) => own?.['method'] ?? 'none')
  const effective = ofRole(row, settings, (own) => own?.['effective'] ?? {})
  return withEntry(withEntry(valueOfJson(row), 'password_method', method), 'effective', effective)
}

/** What another statement says of a role; one that is not among the rows may stand behind them. */
function ofRole(role: Row, outcome: Outcome, read: (own: Row | undefined) => unknown): Value {
  return mapOutcome(outcome, (rows, cut) => {
    const own = rows.find(({ name }) => name === role['name'])
    return own === undefined && cut !== undefined ? unread(cut) : valueOfJson(read(own))
  })
}

function tableValue(row: Row, policies: Outcome): Value {
  const own = mapOutcome(policies, (rows, cut) => {
    const value = valueOfJson(
      rows.filter(({ schema, table }) => schema === row['schema'] && table === row['name']),
    )
    return value.kind === 'list' && cut !== undefined ? { ...value, open: cut } : value
  })
  return withEntry(valueOfJson(row), 'policy', own)
}

function each(
  outcome: Outcome,
  type: string,
  position: Position,
  valueOf: (row: Row) => Value,
): readonly Resource[] {
  // One that stands for all that could not be read: whoever asks for this type meets an unknown, not nothing.
  const rest = 'why' in outcome ? outcome.why : outcome.cut
  const unknown =
    rest === undefined ? [] : [resourceOf({ type, name: '*', address: `${type}.*`, position }, unread(rest))]
  if ('why' in outcome) return unknown
  const known = outcome.rows.map((row) => {
    const name = type === 'hba_rule' ? String(row['line_number']) : nameOf(row)
    return resourceOf({ type, name, address: `${type}.${name}`, position }, valueOf(row))
  })
  return [...known, ...unknown]
}

function nameOf({ schema, name }: Row): string {
  return typeof schema === 'string' ? `${schema}.${String(name)}` : String(name)
}

function mapOutcome(
  outcome: Outcome,
  valueOf: (rows: readonly Row[], cut: string | undefined) => Value,
): Value {
  return 'why' in outcome ? unread(outcome.why) : valueOf(outcome.rows, outcome.cut)
}

function withEntry(value: Value, key: string, entry: Value): Value {
  return value.kind === 'map' ? { ...value, entries: new Map([...value.entries, [key, entry]]) } : value
}

function unread(why: string): Value {
  return { kind: 'unknown', why }
}

function resourceOf(
  identity: Pick<Resource, 'type' | 'name' | 'address' | 'position'>,
  value: Value,
): Resource {
  return { kind: 'postgres', ...identity, attributes: flatten(value, identity.position) }
}
