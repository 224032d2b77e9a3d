import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  anEvent,
  append,
  ask,
  awaitCheckpoint,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from './ledger-process.ts'

const root = new URL('../..', import.meta.url).pathname
const noWitness = 'an export without a witness on another host cannot detect a holder of the log key'

interface Outcome {
  readonly code: number
  readonly output: string
}

/** Runs a command to its end; both streams together. */
function run(file: string, args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env['PATH'] ?? '', ...env }, maxBuffer: 64 * 2 ** 20 }
    execFile(file, [...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code
      resolve({ code: typeof code === 'number' ? code : -1, output: stdout + stderr })
    })
  })
}

const audit = (args: readonly string[], env?: Record<string, string>) =>
  run(process.execPath, [join(root, 'audit/main.ts'), ...args], env)

describe('the commands of the ledger', function () {
  let home: LedgerHome
  let ledger: LedgerProcess
  let folder: string
  let vkey: string
  let file: string
  let operator: Record<string, string>

  before(async () => {
    home = await makeHome()
    ledger = await startLedger(home)
    folder = mkdtempSync(join(tmpdir(), 'campanile-commands-'))
    file = join(folder, 'drill.ndjson')
    operator = {
      CAMPANILE_PORT_LEDGER: String(ledger.port),
      CAMPANILE_TOKEN_FILE: join(home.folder, 'operator.token'),
    }
    await append(
      ledger,
      Array.from({ length: 12 }, () => anEvent()),
    )
    await awaitCheckpoint(ledger, 'drill', 12)
    vkey = (await (await ask(ledger, '/v1/logs/drill/key')).text()).trim()
    expect(await audit(['export', '--tenant', 'drill', '--out', file], operator)).to.include({ code: 0 })
  })
  after(async () => {
    await ledger.stop()
    await home.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  it('verifies an export with a key or a file that holds one, naming log, entries and checkpoint', async () => {
    const keyFile = join(folder, 'log.vkey')
    writeFileSync(keyFile, `${vkey}\n`)
    for (const key of [vkey, keyFile]) {
      const { code, output } = await audit(['verify', file, '--key', key])
      expect(code, output).to.equal(0)
      expect(output).to.include('log campanile.local/logs/drill')
      expect(output).to.include('12 entries verified')
      expect(output).to.include('checkpoint of size 12')
      expect(output).to.include(noWitness)
      expect(output).to.not.include('SYNTHETIC')
      expect(output).to.not.include('compare it with the one you were given')
    }
  })

  it('says without a key that the key came from the export itself', async () => {
    const { code, output } = await audit(['verify', file])
    expect(code, output).to.equal(0)
    expect(output).to.include(`compare it with the one you were given: ${vkey}`)
  })

  it('exports to standard output what it writes to a file', async () => {
    const { code, output } = await audit(['export', '--tenant', 'drill'], operator)
    expect(code).to.equal(0)
    const first = readFileSync(file, 'utf8').split('\n')[1] ?? ''
    expect(output.split('\n')).to.include(first)
  })

  it('exports in formats that other programs read, and no part of the one it verifies', async () => {
    const { code, output } = await audit(
      ['export', '--tenant', 'drill', '--format', 'csv', '--to', '5'],
      operator,
    )
    expect(code, output).to.equal(0)
    expect(output.split('\r\n')).to.have.lengthOf(7)
    expect((await audit(['export', '--tenant', 'drill', '--to', '5'], operator)).code).to.equal(2)
    expect((await audit(['export', '--tenant', 'drill', '--format', 'xml'], operator)).code).to.equal(1)
  })

  it('fetches a student report and verifies it, and not when a line is missing', async () => {
    const tokenFile = join(folder, 'custodian.token')
    writeFileSync(tokenFile, home.tokens.academics)
    const reportFile = join(folder, 'report.json')
    const args = ['report', '--tenant', 'drill', '--subject', 'student-1', '--out', reportFile]
    const fetched = await audit(args, { ...operator, CAMPANILE_TOKEN_FILE: tokenFile })
    expect(fetched.code, fetched.output).to.equal(0)
    const { code, output } = await audit(['verify-report', reportFile, '--key', vkey])
    expect(code, output).to.equal(0)
    expect(output).to.include('12 lines verified').and.to.include('Without a witness on another host')
    const report = JSON.parse(readFileSync(reportFile, 'utf8')) as { lines: unknown[] }
    report.lines.pop()
    writeFileSync(reportFile, JSON.stringify(report))
    expect((await audit(['verify-report', reportFile, '--key', vkey])).code).to.equal(1)
    expect((await audit(args, operator)).code).to.equal(1)
  })

  it('labels an export with demo data', async () => {
    const facts = { class: 'access', action: 'transcript.read', outcome: 'success', synthetic: true } as const
    await append(ledger, [anEvent({ tenant: 'university_b', facts })])
    await awaitCheckpoint(ledger, 'university_b', 1)
    const demo = join(folder, 'demo.ndjson')
    expect(await audit(['export', '--tenant', 'university_b', '--out', demo], operator)).to.include({
      code: 0,
    })
    const { code, output } = await audit(['verify', demo])
    expect(code, output).to.equal(0)
    expect(output).to.include('SYNTHETIC: this export holds demo data, it is no evidence')
  })

  it('exits 1 and names the first bad leaf of an export that was tampered with', async () => {
    const lines = readFileSync(file, 'utf8').split('\n')
    const at = lines.findIndex((line) => line.startsWith('{"index":7,'))
    const tampered = join(folder, 'tampered.ndjson')
    writeFileSync(
      tampered,
      lines.with(at, (lines[at] ?? '').replace('"version":2', '"version":3')).join('\n'),
    )
    const { code, output } = await audit(['verify', tampered, '--key', vkey])
    expect(code).to.equal(1)
    expect(output).to.include('NOT VERIFIED: LEAF_HASH_MISMATCH, first bad leaf: leaf 7')
  })

  it('exits 1 for an export of another log, 2 for a key that is none', async () => {
    const other = await ask(ledger, '/v1/logs/university_b/key')
    const otherKey = (await other.text()).trim()
    expect((await audit(['verify', file, '--key', otherKey])).code).to.equal(1)
    expect((await audit(['verify', file, '--key', 'no-such-file'])).code).to.equal(2)
  })

  it('prints no control character of a hostile export', async () => {
    const hostile = join(folder, 'hostile.ndjson')
    const [header = ''] = readFileSync(file, 'utf8').split('\n')
    writeFileSync(hostile, header.replace(/"origin":"[^"]*"/, String.raw`"origin":"\u001b[2Jx"`))
    const { code, output } = await audit(['verify', hostile])
    expect(code).to.equal(1)
    expect(output.trimEnd()).to.not.match(/[\u0000-\u001f]/)
  })

  it('exits 1 and leaves no file when nothing can be exported, 2 when it is used wrongly', async () => {
    const none = join(folder, 'none.ndjson')
    expect((await audit(['export', '--tenant', 'nobody_here', '--out', none], operator)).code).to.equal(1)
    expect(existsSync(none) || existsSync(`${none}.partial`)).to.equal(false)
    expect((await audit(['verify', join(folder, 'absent')])).code).to.equal(1)
    expect((await audit(['export'], operator)).code).to.equal(2)
    expect((await audit(['export', '--tenant', 'drill'])).code).to.equal(2)
    expect((await audit(['verify'])).code).to.equal(2)
    expect((await audit(['shred'])).code).to.equal(2)
    expect((await audit(['--help'])).code).to.equal(0)
    const unset = await audit(['serve'])
    expect(unset.code).to.equal(2)
    expect(unset.output).to.include('CAMPANILE_DATABASE_URL').and.to.include('CAMPANILE_KEYSTORE_DIR')
  })

  it('says the same through the command of the house', async () => {
    const secrets = join(folder, 'house/secrets')
    mkdirSync(secrets, { recursive: true, mode: 0o700 })
    writeFileSync(join(secrets, 'operator.token'), home.tokens.operator, { mode: 0o600 })
    const env = {
      CAMPANILE_HOME: join(folder, 'house'),
      CAMPANILE_PORT_LEDGER: String(ledger.port),
      HOME: process.env['HOME'] ?? '/',
    }
    const out = join(folder, 'by-house.ndjson')
    const campanile = (args: readonly string[]) => run(join(root, 'campanile'), ['audit', ...args], env)
    const exported = await campanile(['export', '--tenant', 'drill', '--out', out])
    expect(exported.code, exported.output).to.equal(0)
    const byHouse = await campanile(['verify', out])
    expect(byHouse.code).to.equal(0)
    expect(byHouse.output).to.equal((await audit(['verify', out])).output)
    expect((await campanile(['verify', join(folder, 'tampered.ndjson')])).code).to.equal(1)
    expect((await campanile(['verify'])).code).to.equal(2)
    expect((await campanile(['shred'])).code).to.equal(2)
  })

  it('serves until SIGTERM and then exits 0', async () => {
    expect(await ledger.stop()).to.equal(0)
  })
})
