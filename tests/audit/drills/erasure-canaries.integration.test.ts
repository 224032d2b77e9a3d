import { execFileSync } from 'node:child_process'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import pg from 'pg'
import { startRelay } from '../../../sdk/outbox/relay.ts'
import { openSpool } from '../../../sdk/spool/spool.ts'
import { spoolParts } from '../../sdk/spool/spool-parts.ts'
import { findCanaries, makeCanaries } from '../../support/canaries.ts'
import { eventually } from '../../support/poll.ts'
import { startPostgres, type TestPostgres } from '../../support/postgres.ts'
import { startReplica, type Replica } from '../../support/postgres-replica.ts'
import {
  ask,
  awaitCheckpoint,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from '../ledger-process.ts'
import { filesIn } from './files-in.ts'

const canaries = makeCanaries()
const subject = 'student-of-the-canaries'

describe('canaries of a subject who was erased', function () {
  this.timeout(240_000)
  let postgres: TestPostgres
  let home: LedgerHome
  let ledger: LedgerProcess
  let token: string
  let replica: Replica

  before(async () => {
    postgres = await startPostgres({ durable: true })
    home = await makeHome(postgres)
    replica = await startReplica(home.database.url('superuser'))
    token = grant(home)
    ledger = await startLedger(home)
  })
  after(async () => {
    await ledger.stop('SIGKILL')
    await replica.stop()
    await home.remove()
    await postgres.stop()
  })

  const superuser = async <Row extends pg.QueryResultRow>(
    text: string,
    url = home.database.url('superuser'),
  ): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query<Row>(text)).rows
    } finally {
      await client.end()
    }
  }
  const dataFolder = async () => {
    const [row] = await superuser<{ folder: string }>("select current_setting('data_directory') as folder")
    return row?.folder ?? expect.fail('no folder')
  }

  /** Through a spool, as a service without a database sends them. */
  async function record(): Promise<void> {
    const parts = spoolParts()
    const spool = await openSpool({ folder: join(home.folder, 'spool'), maxBytes: 2 ** 20 }, parts)
    const relay = startRelay(
      { spool, ledgerUrl: ledger.url, token, idleMillis: 5 },
      { ...parts, fetch, span: (_name, _attributes, work) => work(), untraced: (work) => work() },
    )
    for (const { value } of canaries) {
      const personal = { actor: 'faculty-1', subject, party: value, interest: value, resourceId: value }
      await spool.record({
        tenant: 'drill',
        facts: { class: 'access', action: 'profile.read', outcome: 'success' },
        personal,
      })
    }
    await awaitCheckpoint(ledger, 'drill', canaries.length)
    // What the ledger has may still wait here for its answer, or for another one.
    await eventually('nothing waits', async () => (await spool.backlog.state()).pending === 0)
    await relay.stop()
    await spool.close()
    // The newest segment keeps what was delivered until it is full or the service starts again.
    await (await openSpool({ folder: join(home.folder, 'spool'), maxBytes: 2 ** 20 }, parts)).close()
  }

  async function erase(): Promise<void> {
    const body = { id: randomUUID(), subject, reason: 'record_destroyed', recordState: 'destroyed' }
    const answer = await ask(ledger, '/v1/erasures/drill', {
      method: 'POST',
      token,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(answer.status, await answer.clone().text()).to.equal(200)
    await awaitCheckpoint(ledger, 'drill', canaries.length + 1)
  }

  /** How many entries have sealed data about a person, in the first server or in another. */
  const sealedCount = async (url?: string) => {
    const [row] = await superuser<{ count: number }>(
      `select count(*)::int as count from ledger.side, unnest(subject, sealed) as one (subject, sealed)
       where one.subject is not null and one.sealed is not null`,
      url,
    )
    return row?.count
  }

  it('are in no dump, page, WAL, replica, tile, export, log, spool and memory, while everything runs on', async () => {
    await record()
    await replica.catchUp()
    expect(await sealedCount(replica.url)).to.equal(canaries.length)
    const path = `/v1/subjects/drill/${subject}/accesses`
    const before = await (await ask(ledger, path, { token: home.tokens.academics })).text()
    expect(findCanaries(before)).to.have.length(canaries.length)
    await erase()
    // What autovacuum does, and what the next checkpoint does; nobody stops anything.
    await superuser('vacuum')
    await superuser('select pg_switch_wal()')
    await superuser('checkpoint')
    await replica.catchUp()
    // A restart point, by which the replica writes what it has replayed.
    await superuser('checkpoint', replica.url)
    expect(await sealedCount(replica.url)).to.equal(0)
    const folder = await dataFolder()
    const exported = await (await ask(ledger, '/v1/logs/drill/export')).text()
    const dump = execFileSync('pg_dump', [home.database.url('superuser')], { maxBuffer: 2 ** 28 })
    const wal = filesIn(join(folder, 'pg_wal'))
    expect(wal.length).to.be.above(0)
    const places = {
      dump: [dump],
      data: filesIn(folder),
      wal,
      replica: filesIn(replica.dataDirectory),
      house: filesIn(home.folder),
      exported: [Buffer.from(exported)],
      log: [Buffer.from(ledger.output())],
      memory: [await heapOfNext()],
    }
    for (const [place, contents] of Object.entries(places)) {
      for (const content of contents) expectNone(content, place)
    }
  })

  it('leave no keyed hash of their subject once the tables were written anew', async () => {
    const rewritten = ['side', 'subject_entry', 'posting', 'register_entry']
    const tombstones = readFileSync(join(home.folder, 'keystore/tombstones/drill.ndjson'), 'utf8')
    const hash = Buffer.from((JSON.parse(tombstones.trim()) as { token: string }).token, 'hex')
    for (const table of rewritten) await superuser(`vacuum full ledger.${table}`)
    await superuser('checkpoint')
    const base = join(await dataFolder(), 'base')
    await replica.catchUp()
    await superuser('checkpoint', replica.url)
    for (const content of [...filesIn(base), ...filesIn(join(replica.dataDirectory, 'base'))])
      expect(content.includes(hash), 'keyed hash in a page').to.equal(false)
  })

  /** The heap of a ledger that starts now and has answered about the subject. */
  async function heapOfNext(): Promise<Buffer> {
    await ledger.stop()
    const options = `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${home.folder}`
    ledger = await startLedger(home, { variables: { NODE_OPTIONS: options } })
    const path = `/v1/subjects/drill/${subject}/accesses`
    expect(await (await ask(ledger, path, { token: home.tokens.academics })).json()).to.deep.include({
      accesses: [],
    })
    ledger.child.kill('SIGUSR2')
    const file = await eventually('a snapshot is written', () => {
      const name = readdirSync(home.folder).find((each) => each.endsWith('.heapsnapshot'))
      const content = name === undefined ? undefined : readFileSync(join(home.folder, name))
      return content?.subarray(-16).toString().trim().endsWith('}') === true && content
    })
    return file
  }
})

/** The id that was just asked for may be in a memory; the canaries must be nowhere. */
function expectNone(content: Buffer, place: string): void {
  const text = content.toString('latin1')
  const found = canaries.filter(({ value }) => text.includes(value))
  expect(found, place).to.deep.equal([])
  // Every other form, where the plain one is too common a search for every file of a database.
  if (place === 'house' || place === 'exported' || place === 'log' || place === 'dump') {
    expect(findCanaries(content), place).to.deep.equal([])
  }
}

/** Accepts a service that writes and may have somebody erased. */
function grant({ folder }: LedgerHome): string {
  const token = randomBytes(24).toString('base64url')
  const path = join(folder, 'accepted.json')
  const accepted = JSON.parse(readFileSync(path, 'utf8')) as object[]
  const sha256 = createHash('sha256').update(token).digest('hex')
  const scopes = ['events:write', 'erasures:write', 'record:write']
  writeFileSync(path, JSON.stringify([...accepted, { name: 'compliance', sha256, scopes, tenants: ['*'] }]))
  return token
}
