/**
 * Looks for ways around the row-level security of a running PostgreSQL, in one read-only transaction that is rolled
 * back: `tenant_relation` is what one application role may do with one relation that holds rows of several tenants,
 * and what it sees of tenants that are not its own; `tenant_role` is the role itself. An application role is one that
 * logs in, or that such a one may act as by SET ROLE. No row leaves the database.
 */
import type pg from 'pg'
import { systemCodeOf } from '../../../lib/errors.ts'
import type { GatherFault, Position, Resource } from '../../evidence.ts'
import { inReadOnlySession } from '../read-only-session.ts'
import type { Gathered } from '../terraform.ts'
import { rowsOf } from '../store/rows.ts'
import { type Value, valueOfJson } from '../value.ts'
import {
  isConstant,
  readsSetting,
  setsForSession,
  settingsReadIn,
  settingTypes,
  tablesAround,
  type FunctionRow,
  type OwnedTable,
} from './facts.ts'
import { askForRows, type Asked } from './seen.ts'
import { resourceOf } from './resource.ts'
import { probeStatement } from './statements.ts'

export interface ProbedDatabase {
  /** In addresses and reports. */
  readonly name: string
  /**
   * Connection string of a role that may take on the application roles, or is one itself; for any other role it is
   * not known what it sees.
   */
  readonly probe: string
}

interface RoleRow {
  readonly name: string
  readonly can_be_taken: boolean
  readonly acts_as: readonly string[]
  /** Roles it may act as by SET ROLE. */
  readonly takes: readonly string[]
  readonly [fact: string]: unknown
}

interface RelationRow {
  readonly role: string
  readonly schema: string
  readonly name: string
  readonly rights: readonly string[]
  readonly tenant_type: string | null
  readonly tenant_default: string | null
  readonly definition: string | null
  readonly [fact: string]: unknown
}

interface PolicyRow {
  readonly schema: string
  readonly table: string
  readonly roles: readonly string[]
  readonly using: string | null
  readonly with_check: string | null
}

interface Catalogue {
  readonly roles: readonly RoleRow[]
  readonly relations: readonly RelationRow[]
  readonly functions: readonly FunctionRow[]
  readonly policies: readonly PolicyRow[]
  readonly owned: readonly OwnedTable[]
  readonly faults: readonly GatherFault[]
  /** Of each type of which there is more than was read, one that stands for the rest. */
  readonly rest: readonly Resource[]
}

/** Which type says too little where a statement has more rows than are read. */
const types = {
  roles: 'tenant_role',
  relations: 'tenant_relation',
  functions: 'tenant_role',
  policies: 'tenant_relation',
  owned: 'tenant_role',
} as const

/** Longest time all questions of one database take together, in milliseconds. */
const probeMillis = 60_000

/** Probes one database; never throws. */
export async function probeTenants(database: ProbedDatabase, timeoutMillis: number): Promise<Gathered> {
  const position: Position = { file: `postgres:${database.name}`, startLine: 1, endLine: 1 }
  const bounds = { connectionString: database.probe, timeoutMillis }
  try {
    return await inReadOnlySession(bounds, (client) => look(client, position))
  } catch (error) {
    const code = systemCodeOf(error) ?? 'unknown error'
    const message = `cannot be probed: ${code}`
    const unread = resourceOf('tenant_relation', '*', position, { kind: 'unknown', why: message })
    return {
      resources: [unread],
      faults: [{ code: 'GATHER_UNREACHABLE', message, ...position, hides: ['postgres'] }],
    }
  }
}

async function look(client: pg.Client, position: Position): Promise<Gathered> {
  const catalogue = await readCatalogue(client, position)
  const texts = [
    ...catalogue.policies.flatMap(({ using, with_check: check }) => [using ?? '', check ?? '']),
    ...catalogue.functions.map(({ body }) => body),
  ]
  const settings = settingsReadIn(texts)
  const taken = new Set(catalogue.roles.filter((role) => role.can_be_taken).map(({ name }) => name))
  const askable = new Map<RelationRow, Asked>(
    catalogue.relations
      .filter(({ role, rights }) => taken.has(role) && rights.includes('SELECT'))
      .map((row) => [row, { ...row, tenantType: row.tenant_type ?? undefined }]),
  )
  const seen = await askForRows([...askable.values()], {
    client,
    settings: settingTypes(texts, settings),
    endMillis: Date.now() + probeMillis,
    nowMillis: Date.now,
  })
  const seenOf = (row: RelationRow): Value => {
    if (!row.rights.includes('SELECT')) return valueOfJson({})
    const asked = askable.get(row)
    return (asked === undefined ? undefined : seen.get(asked)) ?? notTaken(row.role)
  }
  const resources = [
    ...catalogue.relations.map((row) =>
      relationOf(row, { catalogue, settings, position, seen: seenOf(row) }),
    ),
    ...catalogue.roles.map((row) => roleOf(row, { catalogue, settings, position })),
    ...catalogue.rest,
  ]
  return { resources, faults: catalogue.faults }
}

async function readCatalogue(client: pg.Client, position: Position): Promise<Catalogue> {
  const faults: GatherFault[] = []
  const rest = new Map<string, Resource>()
  const read = async <Row extends object>(name: keyof typeof types, parameters: unknown[] = []) => {
    const text = probeStatement(name)
    const { rows, cut: why } = rowsOf((await client.query<Row>(text, parameters)).rows, text)
    if (why !== undefined) {
      faults.push({ code: 'GATHER_TOO_MANY', message: `${name}: ${why}`, ...position })
      rest.set(
        types[name],
        resourceOf(types[name], '*', position, { kind: 'unknown', why: `${name}: ${why}` }),
      )
    }
    return rows
  }
  const roles = await read<RoleRow>('roles')
  const names = roles.map(({ name }) => name)
  return {
    roles,
    relations: await read<RelationRow>('relations', [names]),
    functions: await read<FunctionRow>('functions', [names]),
    policies: await read<PolicyRow>('policies'),
    owned: await read<OwnedTable>('owned'),
    faults,
    rest: [...rest.values()],
  }
}

function notTaken(role: string): Value {
  return { kind: 'unknown', why: `the probe may not act as ${role}` }
}

interface Found {
  readonly catalogue: Catalogue
  readonly settings: readonly string[]
  readonly position: Position
}

function relationOf(
  row: RelationRow,
  { catalogue, settings, position, seen }: Found & { seen: Value },
): Resource {
  const { definition, tenant_default: fallback, ...facts } = row
  const role = catalogue.roles.find(({ name }) => name === row.role)
  const names = new Set(['public', row.role, ...(role?.acts_as ?? [])])
  const policy = catalogue.policies.filter(
    ({ schema, table, roles }) =>
      schema === row.schema && table === row.name && roles.some((each) => names.has(each)),
  )
  const value = valueOfJson({
    ...facts,
    policy,
    has_constant_default: isConstant(fallback),
    reads_setting: readsSetting(definition ?? '', settings),
    replication: role?.['replication'] === true,
  })
  const entries = value.kind === 'map' ? value.entries : new Map<string, Value>()
  const name = `${row.schema}.${row.name} as ${row.role}`
  const whole: Value = { kind: 'map', entries: new Map([...entries, ['seen', seen]]) }
  return resourceOf('tenant_relation', name, position, whole)
}

function roleOf(row: RoleRow, { catalogue, settings, position }: Found): Resource {
  const own = catalogue.functions.filter(({ role }) => role === row.name)
  const set = Array.isArray(row['settings']) ? row['settings'].map(String) : []
  const value = valueOfJson({
    ...row,
    settings: set.filter((name) => settings.includes(name)),
    around: own.flatMap((each) => {
      const tables = tablesAround(each, catalogue.owned, settings)
      return tables.length === 0 ? [] : [{ name: each.name, tables }]
    }),
    outlives: own.filter(({ body }) => setsForSession(body, settings)).map(({ name }) => name),
    relations: catalogue.relations.filter(({ role }) => role === row.name || row.takes.includes(role)).length,
  })
  return resourceOf('tenant_role', row.name, position, value)
}
