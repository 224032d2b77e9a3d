import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually } from '../../support/poll.ts'
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
import { testSigner } from '../log/cosigned-log.ts'

const main = new URL('../../../audit/main.ts', import.meta.url).pathname

interface Outcome {
  readonly code: number
  readonly output: string
}

function audit(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env['PATH'] ?? '', ...env } }
    execFile(process.execPath, [main, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code
      resolve({ code: typeof code === 'number' ? code : -1, output: stdout + stderr })
    })
  })
}

describe('what an operator looks into a ledger with', function () {
  let home: LedgerHome
  let ledger: LedgerProcess
  let folder: string
  let env: Record<string, string>
  let door: Record<string, string>
  let vkey: string

  before(async () => {
    home = await makeHome()
    ledger = await startLedger(home, { variables: { CAMPANILE_ANCHOR_MILLIS: '100' } })
    folder = mkdtempSync(join(tmpdir(), 'campanile-fsck-'))
    for (const tenant of ['drill', 'university_b']) {
      await append(
        ledger,
        Array.from({ length: 270 }, () => anEvent({ tenant })),
      )
      await awaitCheckpoint(ledger, tenant, 270)
    }
    vkey = (await (await ask(ledger, '/v1/logs/drill/key')).text()).trim()
    env = {
      CAMPANILE_READ_DATABASE_URL: home.database.url('ledger_read'),
      CAMPANILE_KEYSTORE_DIR: join(home.folder, 'keystore'),
      CAMPANILE_PASSPHRASE_FILE: join(home.folder, 'passphrase'),
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    }
    door = {
      CAMPANILE_PORT_LEDGER: String(ledger.port),
      CAMPANILE_TOKEN_FILE: join(home.folder, 'operator.token'),
    }
  })
  after(async () => {
    await ledger.stop()
    await home.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  it('finds nothing beside a running ledger, and says what it looked at', async () => {
    const { code, output } = await audit(['fsck'], env)
    expect(code, output).to.equal(0)
    expect(output).to.include('drill: signed size 270, 270 entries derived from the database, 5 tiles')
    expect(output).to.include('2 logs, 540 entries, 10 tiles and bundles looked at; 0 findings')
    expect((await audit(['fsck', '--tenant', 'drill'], env)).output).to.include('1 logs, 270 entries')
  })

  it('fails where there is no such log, keystore or setting, and makes none', async () => {
    expect((await audit(['fsck', '--tenant', 'nobody_here'], env)).code).to.equal(1)
    const elsewhere = { ...env, CAMPANILE_KEYSTORE_DIR: join(folder, 'none') }
    const { code, output } = await audit(['fsck'], elsewhere)
    expect(code).to.equal(1)
    expect(output).to.include('found no keystore')
    expect((await audit(['fsck'])).code).to.equal(2)
  })

  it('proves a population, and not when an entry is left out', async () => {
    const population = join(folder, 'population.json')
    const entries = join(folder, 'entries.jsonl')
    const since = new Date(0).toISOString()
    const answer = await ask(ledger, `/v1/logs/drill/population?from=3&to=120`)
    writeFileSync(population, await answer.text())
    const range = ['--format', 'jsonl', '--from', '3', '--to', '120', '--out', entries]
    expect((await audit(['export', '--tenant', 'drill', ...range], door)).code).to.equal(0)
    const args = ['verify-population', population, '--entries', entries, '--key', vkey]
    const { code, output } = await audit(args)
    expect(code, output).to.equal(0)
    expect(output).to.include('117 entries from 3 on are all there are in this range')
    const lines = readFileSync(entries, 'utf8').split('\n')
    writeFileSync(entries, lines.toSpliced(40, 1).join('\n'))
    expect((await audit(args)).code).to.equal(1)
    writeFileSync(
      entries,
      lines.with(7, (lines[7] ?? '').replace(/"eventTime":\d/, '"eventTime":9')).join('\n'),
    )
    expect((await audit(args)).code).to.equal(1)
    writeFileSync(population, await (await ask(ledger, `/v1/logs/drill/population?since=${since}`)).text())
    expect((await audit(args)).code).to.equal(1)
  })

  it('shows who cosigned the anchor log, and judges a checkpoint in a file by a policy', async () => {
    await eventually('something is anchored', async () => (await ask(ledger, '/v1/anchor/checkpoint')).ok)
    const running = await audit(['witness'], door)
    expect(running.code, running.output).to.equal(0)
    expect(running.output).to.include('log campanile.local/anchor').and.to.include('names no witness')
    const checkpoint = join(folder, 'anchor.checkpoint')
    const policy = join(folder, 'ring.policy')
    writeFileSync(checkpoint, await (await ask(ledger, '/v1/anchor/checkpoint')).text())
    const own = await (await ask(ledger, '/v1/anchor/policy')).text()
    writeFileSync(policy, own)
    expect((await audit(['witness', checkpoint, '--policy', policy])).code).to.equal(0)
    const { vkey: witness } = testSigner('peer.example/witness', 7, 'cosignature')
    writeFileSync(policy, own.replace('quorum none', `witness south ${witness}\nquorum south`))
    const wanting = await audit(['witness', checkpoint, '--policy', policy])
    expect(wanting.code, wanting.output).to.equal(1)
    expect(wanting.output).to.include('witness south HAS NOT COSIGNED it')
    expect((await audit(['witness', checkpoint])).code).to.equal(2)
  })

  it('packs what an auditor takes home, which verifies with nothing else, and not under another key', async () => {
    const out = join(folder, 'evidence.tar.gz')
    const packed = await audit(
      ['pack', '--tenant', 'drill', '--out', out, '--proof', '7', '--proof', '11'],
      door,
    )
    expect(packed.code, packed.output).to.equal(0)
    for (const name of ['export.ndjson', 'key', 'policy', 'proofs/7.json', 'verifier.html']) {
      expect(packed.output).to.include(name)
    }
    const { code, output } = await audit(['verify', out])
    expect(code, output).to.equal(0)
    expect(output).to.include('entry 7 of log').and.to.include('entry 11 of log')
    expect(output).to.include('the key was taken from the source itself')
    expect((await audit(['verify', out, '--key', vkey])).output).to.not.include(
      'the key was taken from the source',
    )
    const other = await (await ask(ledger, '/v1/logs/university_b/key')).text()
    expect((await audit(['verify', out, '--key', other.trim()])).code).to.equal(1)
    expect(
      (await audit(['pack', '--tenant', 'nobody_here', '--out', join(folder, 'none')], door)).code,
    ).to.equal(1)
  })

  it('verifies a log over its door, and its folder, as any third party would', async () => {
    const tokenFile = join(folder, 'operator.token')
    writeFileSync(tokenFile, home.tokens.operator, { mode: 0o600 })
    const address = `${ledger.url}/v1/logs/drill/`
    const { code, output } = await audit(['verify', address, '--token-file', tokenFile, '--key', vkey])
    expect(code, output).to.equal(0)
    expect(output).to.match(/^27\d entries verified, \d+ tiles and bundles compared$/m)
    const own = await audit(['verify', address, '--token-file', tokenFile])
    expect(own.output).to.include('taken from the source itself')
    expect((await audit(['verify', address, '--key', vkey])).code).to.equal(1)
    const unknown = `${ledger.url}/v1/logs/nobody_here/`
    expect((await audit(['verify', unknown, '--token-file', tokenFile, '--key', vkey])).code).to.equal(1)
    const tiles = join(home.folder, 'ledger/tiles/drill')
    expect((await audit(['verify', tiles, '--key', vkey])).code).to.equal(0)
  })

  it('localises what was changed in database or files while the ledger was stopped', async () => {
    await ledger.stop()
    expect((await audit(['fsck'], env)).code).to.equal(0)
    const tile = join(home.folder, 'ledger/tiles/university_b/tile/0/000')
    const kept = join(folder, 'tile')
    cpSync(tile, kept)
    const bytes = readFileSync(tile)
    bytes[32 * 17] = (bytes[32 * 17] ?? 0) ^ 1
    writeFileSync(tile, bytes)
    const wrongTile = await audit(['fsck'], env)
    expect(wrongTile.code, wrongTile.output).to.equal(1)
    expect(wrongTile.output).to.include('university_b: FOUND TILE_MISMATCH at entry 17')
    expect(wrongTile.output)
      .to.match(/^drill: signed size/m)
      .and.to.not.match(/^drill: FOUND/m)
    cpSync(kept, tile)
    await asSuperuser(
      home.database,
      `update ledger.side set salt[3] = decode(repeat('00', 32), 'hex') where tenant = 'drill' and first = 0`,
    )
    const wrongSalt = await audit(['fsck'], env)
    expect(wrongSalt.code, wrongSalt.output).to.equal(1)
    expect(wrongSalt.output).to.include('drill: FOUND FACTS_MISMATCH at entry 2')
    expect(wrongSalt.output).to.include('1 findings')
  })
})
