import { execFileSync } from 'node:child_process'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import pg from 'pg'
import { verifyExport } from '../../../audit/verify/verify-export.ts'
import type { ErasureCertificate } from '../../../contracts/erasure.ts'
import type { TokenScope } from '../../../contracts/service-token.ts'
import { makeCanaries } from '../../support/canaries.ts'
import { eventually } from '../../support/poll.ts'
import { startPostgres, type TestPostgres } from '../../support/postgres.ts'
import {
  anEvent,
  append,
  ask,
  asSuperuser,
  awaitCheckpoint,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from '../ledger-process.ts'
import { filesIn } from '../drills/files-in.ts'
import { keyOf, runAudit } from '../keys/keys-process.ts'

const canaries = makeCanaries().map(({ value }) => value)

describe('an erasure', () => {
  let postgres: TestPostgres
  let home: LedgerHome
  let ledger: LedgerProcess
  let eraser: string
  before(async () => (postgres = await startPostgres()))
  after(() => postgres.stop())
  beforeEach(async () => {
    home = await makeHome(postgres)
    eraser = grant(home, 'registrar', ['erasures:write', 'record:write'])
    ledger = await startLedger(home)
  })
  afterEach(async () => {
    await ledger.stop('SIGKILL')
    await home.remove()
  })

  const about = (subject: string, interest = 'advising') =>
    anEvent({ personal: { actor: 'faculty-1', subject, party: 'Advisor', interest } })
  const erase = (body: object) =>
    ask(ledger, '/v1/erasures/drill', {
      method: 'POST',
      token: eraser,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        id: randomUUID(),
        reason: 'record_destroyed',
        recordState: 'destroyed',
        ...body,
      }),
    })
  const accesses = async (subject: string) => {
    const path = `/v1/subjects/drill/${subject}/accesses`
    const response = await ask(ledger, path, { token: home.tokens.academics })
    return ((await response.json()) as { accesses: unknown[] }).accesses
  }
  const exported = async () => (await (await ask(ledger, '/v1/logs/drill/export')).text()).split('\n')

  it('that cannot be done again in a log that is corrupt keeps the others from nothing', async () => {
    await append(ledger, [about('student-1'), about('student-2')])
    await append(ledger, [anEvent({ tenant: 'university_b' })])
    await awaitCheckpoint(ledger, 'drill', 2)
    await erase({ subject: 'student-1' })
    await append(ledger, [about('student-3')])
    await ledger.stop()
    await asSuperuser(
      home.database,
      `update ledger.index_cursor set size = 2 where tenant = 'drill'`,
      `update ledger.batch set leaves = '\\x07' where tenant = 'drill' and previous_size >= 2`,
    )
    ledger = await startLedger(home)
    const [receipt] = await append(ledger, [anEvent({ tenant: 'university_b' })])
    expect(receipt).to.include({ outcome: 'appended', index: 1 })
    expect(await accesses('student-1')).to.deep.equal([])
  })

  it('leaves no canary anywhere, and every earlier proof verifies', async () => {
    await append(
      ledger,
      canaries.map((value) => about('student-1', value)),
    )
    await append(ledger, [about('student-2')])
    const size = canaries.length + 1
    await awaitCheckpoint(ledger, 'drill', size)
    const vkey = await keyOf(ledger, 'drill')
    expect(JSON.stringify(await accesses('student-1'))).to.contain(canaries[0])
    const before = await exported()
    const proof = await ask(ledger, `/v1/logs/drill/proof/inclusion?index=3&size=${size}`)
    const { path: earlier } = (await proof.json()) as { path: string[] }
    const [sealed] = await rows(home, 'select sealed[2] as bytes from ledger.side where tenant = $1', [
      'drill',
    ])

    const answer = await erase({ subject: 'student-1' })
    expect(answer.status, await answer.clone().text()).to.equal(200)
    const certificate = (await answer.json()) as ErasureCertificate
    expect(certificate.entries).to.equal(canaries.length)
    expect(Date.parse(certificate.unrecoverableAfter) - Date.parse(certificate.erasedAt)).to.equal(
      35 * 86_400_000,
    )

    expect(await accesses('student-1')).to.deep.equal([])
    expect(await accesses('student-2')).to.have.length(1)
    await awaitCheckpoint(ledger, 'drill', certificate.index + 1)
    const after = await exported()
    expect(await verifyExport(before, vkey)).to.include({ valid: true })
    expect(await verifyExport(after, vkey, { allowWithheld: true })).to.include({
      valid: true,
      withoutFacts: canaries.length,
    })
    const again = await ask(ledger, `/v1/logs/drill/proof/inclusion?index=3&size=${size}`)
    expect(((await again.json()) as { path: string[] }).path).to.deep.equal(earlier)

    const bytes = sealed?.bytes ?? expect.fail('found nothing sealed')
    await ledger.stop()
    await asSuperuser(home.database, 'checkpoint', 'select pg_switch_wal()', 'checkpoint')
    const admin = new pg.Client({ connectionString: home.database.url('superuser') })
    await admin.connect()
    await admin.query('vacuum full')
    await admin.query('checkpoint')
    const [{ folder }] = (
      await admin.query<{ folder: string }>("select current_setting('data_directory') as folder")
    ).rows as [{ folder: string }]
    await admin.end()
    const dump = execFileSync('pg_dump', [home.database.url('superuser')], { maxBuffer: 2 ** 28 })
    const places = { dump: [dump], data: filesIn(folder), house: filesIn(home.folder) }
    expect(places.data.length).to.be.greaterThan(100)
    const all = [...Object.values(places).flat(), Buffer.from(ledger.output()), Buffer.from(after.join('\n'))]
    expect(dump.includes('subject.erased')).to.equal(true)
    for (const value of [...canaries, 'student-1']) {
      expect(
        all.some((content) => content.includes(value)),
        value,
      ).to.equal(false)
    }
    expect(dump.includes(bytes.toString('hex'))).to.equal(false)
    expect(places.house.some((content) => content.includes(bytes))).to.equal(false)
  })

  it('is certified once, whoever asks again', async () => {
    await append(ledger, [about('student-1')])
    const id = randomUUID()
    const first = (await (await erase({ id, subject: 'student-1' })).json()) as ErasureCertificate
    const second = (await (await erase({ id, subject: 'student-1' })).json()) as ErasureCertificate
    expect(second).to.deep.equal({ ...first, entries: 0 })
  })

  it('is not answered for another subject under the same id', async () => {
    await append(ledger, [about('student-1'), about('student-2')])
    const id = randomUUID()
    expect((await erase({ id, subject: 'student-1' })).status).to.equal(200)
    const other = await erase({ id, subject: 'student-2' })
    expect(other.status).to.equal(409)
    await awaitCheckpoint(ledger, 'drill', 3)
    expect(await accesses('student-2')).to.have.length(1)
  })

  it('lets a subject come back, whose new entries stay', async () => {
    await append(ledger, [about('student-1')])
    await erase({ subject: 'student-1' })
    await append(ledger, [about('student-1', 'enrolled again')])
    await awaitCheckpoint(ledger, 'drill', 4)
    expect(JSON.stringify(await accesses('student-1'))).to.contain('enrolled again')
    await ledger.stop()
    ledger = await startLedger(home)
    expect(await accesses('student-1')).to.have.length(1)
  })

  it('is refused while the record is kept, a law asks to keep it or somebody without the scope asks', async () => {
    await append(ledger, [about('student-1')])
    expect((await erase({ subject: 'student-1', recordState: 'kept' })).status).to.equal(409)
    expect((await erase({ subject: 'student-1', isExempt: true })).status).to.equal(409)
    expect((await erase({ subject: 'student-1', recordState: 'lost' })).status).to.equal(422)
    const foreign = await ask(ledger, '/v1/erasures/drill', { method: 'POST', token: home.tokens.academics })
    expect(foreign.status).to.equal(403)
    // The access, and of each refusal who asked and that it was refused.
    await awaitCheckpoint(ledger, 'drill', 5)
    expect(await accesses('student-1')).to.have.length(1)
    expect((await exported()).filter((line) => line.includes('"denied"'))).to.have.length(2)
  })

  it('is done again on a backup that was restored, keys and rows', async () => {
    await append(ledger, [about('student-1', canaries[0]), about('student-2')])
    await awaitCheckpoint(ledger, 'drill', 2)
    await ledger.stop()
    const keystore = join(home.folder, 'keystore')
    const saved = join(home.folder, 'saved')
    cpSync(join(keystore, 'subjects'), saved, { recursive: true })
    const dump = execFileSync('pg_dump', ['--format=custom', home.database.url('superuser')], {
      maxBuffer: 2 ** 28,
    })
    ledger = await startLedger(home)
    expect((await erase({ subject: 'student-1' })).status).to.equal(200)
    await awaitCheckpoint(ledger, 'drill', 4)
    await ledger.stop()

    rmSync(join(keystore, 'subjects'), { recursive: true })
    cpSync(saved, join(keystore, 'subjects'), { recursive: true })
    const restored = await restore(postgres, dump)
    try {
      // The database is older than what was signed: it is emptied all the same, and not served.
      ledger = await startLedger(home, { database: restored, isHealthy: false })
      await eventually('the rows are empty', async () => {
        const [row] = await rows(
          { ...home, database: restored },
          'select sealed[1] as bytes from ledger.side where tenant = $1 and first = 0',
          ['drill'],
        )
        return row?.bytes === null
      })
      await ledger.stop()
    } finally {
      await restored.drop()
    }
    ledger = await startLedger(home)
    expect(await accesses('student-1')).to.deep.equal([])
    expect(await accesses('student-2')).to.have.length(1)
  })

  it('is asked for by a command', async () => {
    await append(ledger, [about('student-1')])
    writeFileSync(join(home.folder, 'eraser.token'), eraser)
    const variables = {
      CAMPANILE_PORT_LEDGER: String(ledger.port),
      CAMPANILE_TOKEN_FILE: join(home.folder, 'eraser.token'),
    }
    const args = ['erase', '--tenant', 'drill', '--subject', 'student-1', '--reason', 'record_destroyed']
    expect((await runAudit(home, args, variables)).code).to.equal(1)
    const done = await runAudit(home, [...args, '--record', 'destroyed'], variables)
    expect(done.code, done.output).to.equal(0)
    expect(done.output).to.match(/^erased 1 entries/)
    expect(await accesses('student-1')).to.deep.equal([])
  })
})

/** Accepts a new token at the door of a ledger that is still to be started. */
function grant(home: LedgerHome, name: string, scopes: readonly TokenScope[]): string {
  const token = randomBytes(24).toString('base64url')
  const path = join(home.folder, 'accepted.json')
  const accepted = JSON.parse(readFileSync(path, 'utf8')) as object[]
  const sha256 = createHash('sha256').update(token).digest('hex')
  writeFileSync(path, JSON.stringify([...accepted, { name, sha256, scopes, tenants: ['*'] }]))
  return token
}

async function rows(home: LedgerHome, sql: string, values: readonly string[]) {
  const client = new pg.Client({ connectionString: home.database.url('superuser') })
  await client.connect()
  try {
    return (await client.query<{ bytes: Buffer | null }>(sql, [...values])).rows
  } finally {
    await client.end()
  }
}

/** Puts a dump into a database of its own. */
async function restore(postgres: TestPostgres, dump: Buffer) {
  const database = await postgres.createDatabase()
  execFileSync('pg_restore', ['--clean', '--if-exists', '--dbname', database.url('superuser')], {
    input: dump,
  })
  return database
}
