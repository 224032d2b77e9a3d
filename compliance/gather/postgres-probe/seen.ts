/**
 * Asks, as an application role, whether a relation shows any row while no tenant was named, while the name is empty,
 * and for a tenant that nobody is. Whatever row comes back is somebody else's. Only that there is one is told.
 */
import pg from 'pg'
import type { Value } from '../value.ts'

export interface Asked {
  readonly role: string
  readonly schema: string
  readonly name: string
  readonly tenantType: string | undefined
}

export const states = ['unset', 'empty', 'nobody'] as const
type State = (typeof states)[number]

/** No value of these settings stands in any database; where it does, a row of it is no leak that anybody has. */
function nobody(type: string | undefined): string {
  if (type === 'uuid') return '00000000-0000-4000-8000-0000c0ffeedd'
  return /^(small|big)?int(eger)?$|^numeric/.test(type ?? '') ? '-32768' : 'no-such-tenant-of-the-probe'
}

export interface Asking {
  readonly client: pg.Client
  /** Settings that policies read. */
  readonly settings: readonly string[]
  /** When to stop, milliseconds since the epoch; what was not asked by then is unknown. */
  readonly endMillis: number
  readonly nowMillis: () => number
}

/**
 * Asks for every relation in every state, inside the transaction of the caller, which must not have set a tenant yet:
 * a setting that once had a value is empty ever after, and never unset again.
 */
export async function askForRows(asked: readonly Asked[], asking: Asking): Promise<Map<Asked, Value>> {
  const found = new Map<Asked, Map<string, Value>>(asked.map((each) => [each, new Map<string, Value>()]))
  for (const state of states) {
    for (const [each, answers] of found) answers.set(state, await ask(each, state, asking))
  }
  return new Map([...found].map(([each, entries]) => [each, { kind: 'map', entries }] as const))
}

async function ask(asked: Asked, state: State, asking: Asking): Promise<Value> {
  const { client, settings, endMillis, nowMillis } = asking
  if (nowMillis() >= endMillis) return { kind: 'unknown', why: 'was not asked in time' }
  const relation = `${pg.escapeIdentifier(asked.schema)}.${pg.escapeIdentifier(asked.name)}`
  await client.query('SAVEPOINT asked')
  try {
    const value = state === 'nobody' ? nobody(asked.tenantType) : ''
    for (const name of state === 'unset' ? [] : settings) {
      await client.query('SELECT set_config($1, $2, true)', [name, value])
    }
    await client.query(`SET LOCAL ROLE ${pg.escapeIdentifier(asked.role)}`)
    const { rows } = await client.query<{ seen: boolean }>(`SELECT EXISTS (SELECT FROM ${relation}) AS seen`)
    return { kind: 'plain', value: rows[0]?.seen === true }
  } catch (error) {
    return refusal(error)
  } finally {
    await client.query('ROLLBACK TO SAVEPOINT asked')
  }
}

/** A setting that is missing, or no valid tenant, ends the query: no row was seen. Anything else tells nothing. */
function refusal(error: unknown): Value {
  if (!(error instanceof pg.DatabaseError)) throw error
  const code = error.code ?? ''
  if (code === '42704' || code === '42501' || code.startsWith('22')) return { kind: 'plain', value: false }
  return { kind: 'unknown', why: `the database refused to say (${code === '' ? 'no code' : code})` }
}
