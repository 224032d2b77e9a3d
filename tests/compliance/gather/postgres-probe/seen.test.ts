import { expect } from 'chai'
import pg from 'pg'
import { settingTypes } from '../../../../compliance/gather/postgres-probe/facts.ts'
import { askForRows, type Asking } from '../../../../compliance/gather/postgres-probe/seen.ts'
import type { Value } from '../../../../compliance/gather/value.ts'

const asked = { role: 'app', schema: 'public', name: 'grade', tenantType: undefined }

/** A database that refuses what `codeOf` names a code for, and shows a row otherwise. */
function askOf(
  codeOf: (sql: string, values: ReadonlyMap<string, string>) => string | undefined,
  types: Readonly<Record<string, string | undefined>> = { 'app.tenant': undefined },
): Promise<Readonly<Record<string, Value>>> {
  const values = new Map<string, string>()
  const query = (sql: string, parameters: readonly string[] = []) => {
    const code = codeOf(sql, values)
    if (code !== undefined)
      return Promise.reject(Object.assign(new pg.DatabaseError('no', 2, 'error'), { code }))
    const [name, value] = parameters
    if (name !== undefined && value !== undefined) values.set(name, value)
    return Promise.resolve({ rows: [{ seen: true }] })
  }
  // The probe asks with a text and parameters only.
  const client = { query } as unknown as Asking['client']
  const asking = { client, settings: new Map(Object.entries(types)), endMillis: 1, nowMillis: () => 0 }
  return askForRows([asked], asking).then((found) => {
    const seen = found.get(asked)
    return seen?.kind === 'map' ? Object.fromEntries(seen.entries) : {}
  })
}

const isQuestion = (sql: string) => sql.startsWith('SELECT EXISTS')

describe('asking for rows as a role', () => {
  it('does not take a role it may not take on for one that sees nothing', async () => {
    const seen = await askOf((sql) => (sql.startsWith('SET LOCAL ROLE') ? '42501' : undefined))
    for (const each of Object.values(seen)) expect(each.kind).to.equal('unknown')
  })

  it('does not take a setting it may not set for a tenant that sees nothing', async () => {
    const seen = await askOf((sql) => (sql.startsWith('SELECT set_config') ? '42501' : undefined))
    expect(seen['unset']).to.include({ kind: 'plain', value: true })
    expect(seen['empty']?.kind).to.equal('unknown')
    expect(seen['nobody']?.kind).to.equal('unknown')
  })

  it('takes a missing right and a missing or empty tenant for no row', async () => {
    for (const code of ['42501', '42704', '22P02']) {
      const seen = await askOf((sql) => (isQuestion(sql) ? code : undefined))
      expect(seen['unset'], code).to.include({ kind: 'plain', value: false })
      expect(seen['empty'], code).to.include({ kind: 'plain', value: false })
    }
  })

  it('tries values of other types where its own does not fit, and knows nothing where none does', async () => {
    const fits = (pattern: RegExp) => (sql: string, values: ReadonlyMap<string, string>) =>
      isQuestion(sql) && !pattern.test(values.get('app.tenant') ?? '') ? '22P02' : undefined
    expect((await askOf(fits(/^[0-9a-f-]{36}$/)))['nobody']).to.include({ kind: 'plain', value: true })
    expect((await askOf(fits(/^-?\d+$/)))['nobody']).to.include({ kind: 'plain', value: true })
    expect((await askOf(fits(/^$/)))['nobody']).to.include({ kind: 'unknown' })
  })

  it('gives each setting a value of the type it is cast to', async () => {
    const settings = ['app.tenant', 'app.person', 'app.name']
    const types = settingTypes(
      [
        "(tenant_id = (current_setting('app.tenant'::text, true))::uuid)",
        "(person = (NULLIF(current_setting('app.person'::text, true), ''::text))::bigint)",
        "(name = current_setting('app.name'::text))",
      ],
      settings,
    )
    expect([...types.values()]).to.deep.equal(['uuid', 'bigint', undefined])
    const seen = await askOf(
      (sql, values) =>
        isQuestion(sql) &&
        values.size > 0 &&
        !(
          /^[0-9a-f-]{36}$/.test(values.get('app.tenant') ?? '') &&
          /^-?\d+$/.test(values.get('app.person') ?? '')
        )
          ? '22P02'
          : undefined,
      Object.fromEntries(types),
    )
    expect(seen['nobody']).to.include({ kind: 'plain', value: true })
  })
})
