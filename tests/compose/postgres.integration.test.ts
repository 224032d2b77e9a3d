import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import winston from 'winston'
import { databasePart } from '../../compose/local/components/postgres.ts'
import { databaseAccount } from '../../compose/local/postgres/account.ts'
import { createHome, homeAt, type Home } from '../../compose/local/home.ts'
import { choosePostgres, type PostgresChoice } from '../../compose/local/postgres/choose.ts'
import { withClient } from '../../compose/local/postgres/server.ts'
import { findSetpriv } from '../../compose/local/process/confine.ts'
import { commandLineOf } from '../../compose/local/process/proc.ts'
import { ensureSecrets } from '../../compose/local/secrets/ensure-secrets.ts'
import { Supervisor } from '../../compose/local/supervise/supervisor.ts'
import { eventually } from '../support/poll.ts'
import { startPostgres } from '../support/postgres.ts'

const checkout = new URL('../..', import.meta.url).pathname
const path = process.env['PATH'] ?? ''
const log = winston.createLogger({ silent: true })

interface Started {
  readonly supervisor: Supervisor
  readonly urlOf: ReturnType<typeof databasePart>['urlOf']
}

async function start(home: Home, choice: PostgresChoice): Promise<Started> {
  await createHome(home)
  const secrets = await ensureSecrets(home, false)
  const { component, urlOf } = databasePart({ checkout, home, secrets, choice })
  const setpriv = findSetpriv(path)
  const supervisor = new Supervisor({ components: [component], home, setpriv, log, onReady: () => undefined })
  await supervisor.start()
  return { supervisor, urlOf }
}

const ask = <T>(url: string, sql: string) =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ value: T }>(sql)
    return rows[0]?.value
  })

describe('PostgreSQL for the house', () => {
  let root: string
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'campanile-db-'))
    await chmod(root, 0o711)
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  for (const kind of ['system', 'embedded'] as const) {
    it(`runs the ${kind} server on a unix socket, migrated, and keeps its data over a restart`, async () => {
      const home = homeAt(join(root, 'home'))
      const choice = choosePostgres({
        postgres: kind,
        databaseUrl: undefined,
        path,
        packagesDirectory: join(root, 'packages'),
      })
      expect(choice.kind).to.equal(kind)
      const first = await start(home, choice)
      expect(await ask(first.urlOf('users_app'), 'SELECT current_user AS value')).to.equal('users_app')
      expect(
        await ask(first.urlOf('users_app'), "SELECT current_setting('listen_addresses') AS value"),
      ).to.equal('')
      expect(await ask(first.urlOf('users_app'), "SELECT current_setting('fsync') AS value")).to.equal('on')
      const { pid = 0 } = first.supervisor.status().components[0] ?? {}
      expect(commandLineOf(pid)).to.include(join(home.postgres, 'data'))
      // Neither the server nor its data may be root's.
      expect(statSync(`/proc/${pid}`).uid)
        .to.equal(statSync(join(home.postgres, 'data')).uid)
        .and.not.equal(0)
      await first.supervisor.stop()
      const second = await start(home, choice)
      expect(await ask(second.urlOf('ledger_read'), 'SELECT 1 AS value')).to.equal(1)
      await second.supervisor.stop()
    })
  }

  it('runs where no postgres account exists, and gives the data to it once it does', async () => {
    const home = homeAt(join(root, 'home'))
    const options = {
      postgres: 'embedded',
      databaseUrl: undefined,
      path,
      packagesDirectory: join(root, 'packages'),
    } as const
    const passwd = readFileSync('/etc/passwd', 'utf8').replace(/^postgres:.*\n/m, '')
    const without = choosePostgres(options, () => databaseAccount(process.getuid?.(), passwd))
    const ownerOf = () => statSync(join(home.postgres, 'data/base')).uid
    for (const choice of [without, choosePostgres(options)]) {
      const { supervisor, urlOf } = await start(home, choice)
      expect(await ask(urlOf('users_app'), 'SELECT current_user AS value')).to.equal('users_app')
      const account = choice.kind === 'url' ? undefined : choice.account
      expect(ownerOf()).to.equal(account?.uid ?? process.getuid?.())
      await supervisor.stop()
    }
  })

  it('uses the database of DATABASE_URL, and migrates it once', async () => {
    const server = await startPostgres({ migrations: [] })
    const database = await server.createDatabase()
    const home = homeAt(join(root, 'home'))
    const choice = choosePostgres({
      postgres: 'auto',
      databaseUrl: database.url('superuser'),
      path,
      packagesDirectory: join(root, 'packages'),
    })
    expect(choice.kind).to.equal('url')
    for (let round = 0; round < 2; round++) {
      const { supervisor, urlOf } = await start(home, choice)
      expect(await ask(urlOf('booking_app'), 'SELECT current_user AS value')).to.equal('booking_app')
      await supervisor.stop()
    }
    const recorded = await ask<number>(
      database.url('superuser'),
      'SELECT count(*)::int AS value FROM campanile.migration',
    )
    expect(recorded).to.be.greaterThan(0)
    await server.stop()
  })

  it('replaces a server that is killed', async () => {
    const home = homeAt(join(root, 'home'))
    const choice = choosePostgres({
      postgres: 'system',
      databaseUrl: undefined,
      path,
      packagesDirectory: join(root, 'packages'),
    })
    const { supervisor, urlOf } = await start(home, choice)
    const before = supervisor.status().components[0]?.pid ?? 0
    process.kill(before, 'SIGKILL')
    await eventually('another server answers', async () => {
      const now = supervisor.status().components[0]
      // Between its end and the note of it a component is ready without a process.
      return now?.state === 'ready' && now.pid !== undefined && now.pid !== before
    })
    expect(await ask(urlOf('gateway_app'), 'SELECT 1 AS value')).to.equal(1)
    await supervisor.stop()
  })
})
