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

/** Values that stand in no database; where one does, a row of it is no leak that anybody has. */
const nobodies = {
  uuid: '00000000-0000-4000-8000-0000c0ffeedd',
  number: '-32768',
  text: 'no-such-tenant-of-the-probe',
} as const
type Form = keyof typeof nobodies

function formOf(type: string): Form {
  if (type === 'uuid') return 'uuid'
  return /^(?:(?:small|big)?int(?:eger)?\d?$|numeric|decimal)/.test(type) ? 'number' : 'text'
}

export interface Asking {
  readonly client: Pick<pg.Client, 'query'>
  /** Settings that policies read, each with the type it is cast to where that is known. */
  readonly settings: ReadonlyMap<string, string | undefined>
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

type Values = ReadonlyMap<string, string>

async function ask(
  asked: Asked,
  state: State,
  { client, settings, endMillis, nowMillis }: Asking,
): Promise<Value> {
  for (const values of attempts(state, asked, settings)) {
    if (nowMillis() >= endMillis) return { kind: 'unknown', why: 'was not asked in time' }
    const answer = await askWith(values, asked, client)
    if (!('code' in answer)) return { kind: 'plain', value: answer.isSeen }
    const told = refusal(answer.code, state)
    if (told !== undefined) return told
  }
  return { kind: 'unknown', why: 'no value of the probe fits what its policies ask for' }
}

/** What the settings are given; for nobody first what their types ask for, then each form for all of them. */
function attempts(state: State, { tenantType }: Asked, settings: Asking['settings']): readonly Values[] {
  const all = (valueOf: (type: string | undefined) => string): Values =>
    new Map([...settings].map(([name, type]) => [name, valueOf(type)]))
  if (state === 'unset') return [new Map()]
  if (state === 'empty') return [all(() => '')]
  const typed = all((type) => nobodies[formOf(type ?? tenantType ?? 'text')])
  return [typed, ...Object.values(nobodies).map((value) => all(() => value))]
}

/** Tells whether a row is seen, or the code by which the question itself was refused. */
async function askWith(
  values: Values,
  { role, schema, name }: Asked,
  client: Asking['client'],
): Promise<{ readonly isSeen: boolean } | { readonly code: string }> {
  const relation = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`
  await client.query('SAVEPOINT asked')
  let isActing = false
  try {
    for (const [setting, value] of values)
      await client.query('SELECT set_config($1, $2, true)', [setting, value])
    await client.query(`SET LOCAL ROLE ${pg.escapeIdentifier(role)}`)
    isActing = true
    const { rows } = await client.query<{ seen: boolean }>(`SELECT EXISTS (SELECT FROM ${relation}) AS seen`)
    return { isSeen: rows[0]?.seen === true }
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error
    // What the probe itself may not do says nothing of the relation.
    return { code: isActing ? (error.code ?? '') : `before it asked, ${error.code ?? 'no code'}` }
  } finally {
    await client.query('ROLLBACK TO SAVEPOINT asked')
  }
}

/**
 * A right that is missing ends the query: no row was seen. So does a tenant that is missing or empty where the policy
 * wants one; for a tenant of ours it only says that the value does not fit, and another one has to be tried.
 */
function refusal(code: string, state: State): Value | undefined {
  const isOfValue = code === '42704' || code.startsWith('22')
  if (state === 'nobody' && isOfValue) return undefined
  if (code === '42501' || isOfValue) return { kind: 'plain', value: false }
  return { kind: 'unknown', why: `the database refused to say (${code === '' ? 'no code' : code})` }
}
