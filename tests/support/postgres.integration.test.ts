import { expect } from 'chai'
import { ownerRole, loginRoles, observers } from '../../compose/local/database/roles.ts'
import { withClient } from '../../compose/local/postgres/server.ts'
import { sharedPostgres, startPostgres } from './postgres.ts'

const codeOf = (error: unknown) => (error as { readonly code?: string }).code

describe('PostgreSQL for tests', () => {
  it('lets every role log in to a database of its own', async () => {
    const database = await (await sharedPostgres()).createDatabase()
    for (const role of loginRoles) {
      const user = await withClient(database.url(role), async (client) => {
        const { rows } = await client.query<{ user: string }>('SELECT current_user AS user')
        return rows[0]?.user
      })
      expect(user).to.equal(role)
    }
    await database.drop()
  })

  it('gives no login role more than a migration granted', async () => {
    const database = await (await sharedPostgres()).createDatabase()
    const attributes = await withClient(database.url('superuser'), async (client) => {
      const { rows } = await client.query(
        'SELECT rolname FROM pg_roles WHERE rolname = ANY($1) AND (rolsuper OR rolbypassrls OR (rolinherit AND NOT rolname = ANY($2)) OR rolcreaterole OR rolcreatedb)',
        [[...loginRoles, ownerRole], observers],
      )
      return rows
    })
    expect(attributes).to.deep.equal([])
    const failure = await withClient(database.url('users_app'), (client) =>
      client.query('CREATE TABLE public.mine ()').then(
        () => undefined,
        (error: unknown) => codeOf(error),
      ),
    )
    expect(failure).to.equal('42501')
    await database.drop()
  })

  it('keeps databases apart', async () => {
    const postgres = await sharedPostgres()
    const [one, other] = await Promise.all([postgres.createDatabase(), postgres.createDatabase()])
    await withClient(one.url('superuser'), (client) => client.query('CREATE TABLE public.note ()'))
    const found = await withClient(other.url('superuser'), async (client) => {
      const { rows } = await client.query<{ note: string | null }>(
        "SELECT to_regclass('public.note') AS note",
      )
      return rows[0]?.note
    })
    expect(found).to.equal(null)
    await Promise.all([one.drop(), other.drop()])
  })

  it('refuses a wrong password', async () => {
    const database = await (await sharedPostgres()).createDatabase()
    const url = new URL(database.url('users_app'))
    url.password = 'wrong'
    const failure = await withClient(url.href, async () => undefined).catch((error: unknown) => codeOf(error))
    expect(failure).to.equal('28P01')
    await database.drop()
  })

  it('syncs to disk when asked to be durable, and stops', async () => {
    const postgres = await startPostgres({ durable: true, migrations: [] })
    const database = await postgres.createDatabase()
    const fsync = await withClient(database.url('superuser'), async (client) => {
      const { rows } = await client.query<{ fsync: string }>('SHOW fsync')
      return rows[0]?.fsync
    })
    expect(fsync).to.equal('on')
    await postgres.stop()
    const failure = await withClient(database.url('superuser'), async () => undefined).catch(codeOf)
    expect(failure).to.equal('ENOENT')
  })
})
