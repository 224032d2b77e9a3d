import { execFile } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parseCheckpoint } from '../../../audit/log/checkpoint.ts'
import { sha256 } from '../../../audit/log/hash.ts'
import { parseNote } from '../../../audit/log/note.ts'
import { eventually } from '../../support/poll.ts'
import {
  anEvent,
  append,
  ask,
  asSuperuser,
  awaitCheckpoint,
  makeHome,
  restoreOlder,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from '../ledger-process.ts'
import { metricsOf } from '../metrics.ts'

const main = new URL('../../../audit/main.ts', import.meta.url).pathname

interface Outcome {
  readonly code: number
  readonly output: string
}

function audit(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr })
    })
  })
}

const textOf = async (ledger: LedgerProcess, path: string) => (await ask(ledger, path)).text()
const sizeOf = (note: string) => parseCheckpoint(parseNote(note).text).size

describe('a log that was rewritten whole with its stolen key', () => {
  const homes: LedgerHome[] = []
  const ledgers: LedgerProcess[] = []
  let home: LedgerHome
  let forger: LedgerProcess
  let witness: LedgerProcess
  let variables: Record<string, string>
  /** What an auditor took home before: nothing of it is the forger's to change. */
  let kept: Readonly<Record<'key' | 'policy' | 'proof' | 'checkpoint', string>>
  let seen: string

  const start = async (of: LedgerHome, given: Record<string, string>) => {
    const ledger = await startLedger(of, { variables: { CAMPANILE_ANCHOR_MILLIS: '100', ...given } })
    ledgers.push(ledger)
    return ledger
  }
  const file = (of: LedgerHome, name: string, text: string) => {
    const path = join(of.folder, name)
    writeFileSync(path, text)
    return path
  }
  const anchorHash = sha256(Buffer.from('north.example/anchor')).toString('hex')
  const witnessed = async () => (await fetch(`${witness.url}/witness/${anchorHash}/checkpoint`)).text()

  /** Starts a log's house and a witness's that know each other. */
  const startPair = async () => {
    homes.push(await makeHome(), await makeHome())
    const [own = expect.fail(), witnessHome = expect.fail()] = homes
    home = own
    const first = await start(home, { CAMPANILE_LOG_ORIGIN: 'north.example' })
    const key = (await textOf(first, '/v1/anchor/key')).trim()
    await first.stop()
    witness = await start(witnessHome, {
      CAMPANILE_LOG_ORIGIN: 'south.example',
      CAMPANILE_WITNESSED_LOGS_FILE: file(witnessHome, 'peers.policy', `log ${key}\nquorum none\n`),
    })
    const own04 = (await textOf(witness, '/witness/key')).trim().split('\n')[0] ?? ''
    const lines = `witness south ${own04} ${witness.url}/witness\nquorum south\n`
    variables = {
      CAMPANILE_LOG_ORIGIN: 'north.example',
      CAMPANILE_WITNESS_POLICY_FILE: file(home, 'witnesses.policy', lines),
    }
    return start(home, variables)
  }

  before(async () => {
    const honest = await startPair()
    const events = Array.from({ length: 7 }, () => anEvent())
    await append(honest, events)
    await awaitCheckpoint(honest, 'drill', 7)
    const proof = await eventually('the log is anchored under a cosignature', async () => {
      const response = await ask(honest, '/v1/logs/drill/proof/anchored?index=3')
      return response.ok ? response.text() : undefined
    })
    kept = {
      key: file(home, 'kept.vkey', await textOf(honest, '/v1/logs/drill/key')),
      policy: file(home, 'kept.policy', await textOf(honest, '/v1/anchor/policy')),
      proof: file(home, 'kept.json', proof),
      checkpoint: file(home, 'kept.checkpoint', await textOf(honest, '/v1/logs/drill/checkpoint')),
    }
    seen = await witnessed()
    await honest.stop()
    // All that is kept of it is gone, all keys are there: what is written now is signed by the same ones.
    await restoreOlder(home.database, 'drill', 0)
    await asSuperuser(home.database, `select ledger.forget_search('drill')`)
    for (const folder of ['ledger/tiles/drill', 'ledger/anchor', 'keystore/checkpoints/v2/drill.note']) {
      rmSync(join(home.folder, folder), { recursive: true })
    }
    forger = await start(home, variables)
    await append(
      forger,
      events.map((event, at) => (at === 3 ? anEvent({ ...event, personal: { actor: 'faculty-9' } }) : event)),
    )
    await awaitCheckpoint(forger, 'drill', 7)
  })
  after(async () => {
    await Promise.all(ledgers.map((ledger) => ledger.stop('SIGKILL')))
    await Promise.all(homes.map((each) => each.remove()))
  })

  it('is whole in itself: export, tiles and the whole appliance verify', async () => {
    const out = join(home.folder, 'forged.ndjson')
    writeFileSync(out, await textOf(forger, '/v1/logs/drill/export'))
    const exported = await audit(['verify', out, '--key', kept.key])
    expect(exported.code, exported.output).to.equal(0)
    const tiles = await audit(['verify', join(home.folder, 'ledger/tiles/drill'), '--key', kept.key])
    expect(tiles.code, tiles.output).to.equal(0)
    const fsck = await audit(['fsck', '--tenant', 'drill'], {
      CAMPANILE_READ_DATABASE_URL: home.database.url('ledger_read'),
      CAMPANILE_KEYSTORE_DIR: join(home.folder, 'keystore'),
      CAMPANILE_PASSPHRASE_FILE: join(home.folder, 'passphrase'),
    })
    expect(fsck.code, fsck.output).to.equal(0)
  })

  it('gets no cosignature of the witness: smaller it is stale, grown beyond it is inconsistent', async () => {
    const count = async (outcome: string) =>
      (await metricsOf(forger)).match(
        new RegExp(`^ledger_witness_requests_total\\{[^}]*outcome="${outcome}"[^}]*\\} ([1-9])`, 'm'),
      )
    await eventually('the anchor outgrows what the witness saw, and is refused', async () => {
      await append(forger, [anEvent()])
      const note = await textOf(forger, '/v1/anchor/checkpoint')
      return sizeOf(note) > sizeOf(seen) && (await count('inconsistent')) !== null
    })
    await eventually('that is logged', () => forger.output().includes('witness contradicts'))
    expect(await witnessed()).to.equal(seen)
    const forged = await textOf(forger, '/v1/anchor/checkpoint')
    expect(forged).to.not.include('— south.example')
    const add = (old: number) =>
      fetch(`${witness.url}/witness/add-checkpoint`, { method: 'POST', body: `old ${old}\n\n${forged}` })
    const stale = await add(0)
    expect(stale.status).to.equal(409)
    expect(Number(await stale.text())).to.equal(sizeOf(seen))
    expect((await add(sizeOf(seen))).status).to.equal(422)
    expect((await ask(forger, '/v1/logs/drill/proof/anchored?index=3')).status).to.equal(404)
  })

  it('is found by whoever kept a cosigned proof: that still verifies, and the log contradicts it', async () => {
    const good = await audit(['verify-proof', kept.proof, '--key', kept.key, '--policy', kept.policy])
    expect(good.code, good.output).to.equal(0)
    expect(good.output).to.include('cosigned by south')
    const out = join(home.folder, 'forged.ndjson')
    writeFileSync(out, await textOf(forger, '/v1/logs/drill/export'))
    for (const known of [kept.proof, kept.checkpoint]) {
      for (const source of [out, join(home.folder, 'ledger/tiles/drill')]) {
        const { code, output } = await audit(['verify', source, '--key', kept.key, '--known', known])
        expect(code, output).to.equal(1)
        expect(output).to.include('REWRITTEN, first bad leaf: leaf 0 or later, before 7')
      }
    }
  })

  it('cannot show its own entry under the cosignature that was given for the other', async () => {
    const own = await textOf(forger, '/v1/logs/drill/proof/tlog?index=3')
    const plain = file(home, 'forged.tlog-proof', own)
    const alone = await audit(['verify-proof', plain, '--key', kept.key, '--policy', kept.policy])
    expect(alone.code).to.equal(1)
    expect(alone.output).to.include('no quorum')
    const honest = JSON.parse(readFileSync(kept.proof, 'utf8')) as Record<string, string>
    const mixed = file(home, 'forged.json', JSON.stringify({ ...honest, entry: own }))
    expect((await audit(['verify-proof', mixed, '--key', kept.key, '--policy', kept.policy])).code).to.equal(
      1,
    )
  })
})
