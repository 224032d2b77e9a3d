import { createHash, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import pg from 'pg'
import { entryBytes } from '../../../audit/sealed/sealed-entry.ts'
import { encodeVerifierKey } from '../../../audit/log/note.ts'
import { openCustody } from '../../../lib/custody.ts'
import { eventually } from '../../support/poll.ts'
import { ask, makeHome, startLedger, type LedgerHome, type LedgerProcess } from '../ledger-process.ts'
import { runAudit } from '../keys/keys-process.ts'

describe('a sealed disclosure', () => {
  let home: LedgerHome
  let ledger: LedgerProcess
  let token: string
  let narrow: string
  before(async () => {
    home = await makeHome()
    token = randomBytes(24).toString('base64url')
    narrow = randomBytes(24).toString('base64url')
    const path = join(home.folder, 'accepted.json')
    const grant = (shown: string, tenants: readonly string[]) => ({
      name: 'counsel',
      sha256: createHash('sha256').update(shown).digest('hex'),
      scopes: ['sealed:write'],
      tenants,
    })
    const accepted = JSON.parse(readFileSync(path, 'utf8')) as object[]
    writeFileSync(path, JSON.stringify([...accepted, grant(token, ['*']), grant(narrow, ['other'])]))
    for (const name of ['counsel', 'second']) {
      const pair = generateKeyPairSync('x25519')
      const file = (half: string) => join(home.folder, `${name}.${half}`)
      writeFileSync(file('public'), pair.publicKey.export({ format: 'pem', type: 'spki' }))
      writeFileSync(file('private'), pair.privateKey.export({ format: 'pem', type: 'pkcs8' }))
    }
    ledger = await startLedger(home, {
      variables: {
        CAMPANILE_SEALED_DIR: join(home.folder, 'sealed'),
        CAMPANILE_SEALED_TENANTS: 'drill,other',
        CAMPANILE_SEALED_COUNSEL_FILE: join(home.folder, 'counsel.public'),
        CAMPANILE_SEALED_SECOND_FILE: join(home.folder, 'second.public'),
        CAMPANILE_SEALED_MILLIS: '150',
      },
    })
  })
  after(async () => {
    await ledger.stop('SIGKILL')
    await home.remove()
  })

  const body = {
    id: randomUUID(),
    time: '2026-09-01T08:00:00.000Z',
    basis: '99.31(a)(9)(ii)(A)',
    actor: 'registrar-1',
    students: ['student-unseen'],
    party: 'Grand Jury of the District of Example',
    instrument: 'subpoena 26-7',
    recordKinds: ['transcript'],
  }
  const post = (sent: object = body, shown = token, tenant = 'drill') =>
    ask(ledger, `/v1/sealed/${tenant}`, {
      method: 'POST',
      token: shown,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(sent),
    })
  const sizeOf = (tenant: string) => statSync(join(home.folder, 'sealed', tenant, 'entries')).size

  it('leaves no trace in metrics, log lines or the database, and is read by two people offline', async () => {
    const counted = async () => {
      const page = await (await ask(ledger, '/metrics')).text()
      // What the scrape itself and the passing of time change is left out.
      return page
        .split('\n')
        .filter((line) => /^(http|ledger_events|cross_tenant)/.test(line) && !/metrics/.test(line))
    }
    await counted()
    const before = await counted()
    const said = ledger.output()
    expect((await post()).status).to.equal(202)
    await eventually('the disclosure is written', async () => (await post()).status === 200)
    expect((await post({ ...body, id: 'none' })).status).to.equal(422)
    expect((await post(body, home.tokens.academics)).status).to.equal(403)
    expect((await post(body, narrow)).status).to.equal(404)
    expect((await post(body, token, 'nobody')).status).to.equal(404)
    expect((await post(body, token, '%zz')).status).to.equal(400)
    const now = await counted()
    expect(now.filter((line) => !before.includes(line))).to.deep.equal([])
    expect(ledger.output()).to.equal(said)

    const client = new pg.Client({ connectionString: home.database.url('superuser') })
    await client.connect()
    const { rows } = await client.query('select 1 from ledger.batch')
    await client.end()
    expect(rows).to.deep.equal([])

    await ledger.stop()
    expect(sizeOf('drill') % entryBytes).to.equal(0)
    expect(sizeOf('drill')).to.equal(sizeOf('other'))
    const custody = await openCustody({
      directory: join(home.folder, 'keystore'),
      passphraseFile: join(home.folder, 'passphrase'),
    })
    const { publicKey } = await custody.signingKey('sealed-drill')
    const key = encodeVerifierKey('campanile.local/sealed/drill', publicKey)
    const opened = await runAudit(home, [
      'unseal',
      join(home.folder, 'sealed/drill'),
      '--counsel',
      join(home.folder, 'counsel.private'),
      '--second',
      join(home.folder, 'second.private'),
      '--key',
      key,
    ])
    expect(opened.code, opened.output).to.equal(0)
    const [line = ''] = opened.output.split('\n')
    expect((JSON.parse(line) as { disclosure: object }).disclosure).to.deep.equal(body)
  })
})
