import { expect } from 'chai'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { verifyAnchoredProof } from '../../../audit/log/anchored-proof.ts'
import { parseCheckpoint } from '../../../audit/log/checkpoint.ts'
import { leafHash, sha256 } from '../../../audit/log/hash.ts'
import { parseNote, parseVerifierKey } from '../../../audit/log/note.ts'
import { parsePolicy } from '../../../audit/log/policy-file.ts'
import { judgeCheckpoint } from '../../../audit/log/policy.ts'
import { parseTlogProof, verifyTlogProof } from '../../../audit/log/tlog-proof.ts'
import { eventually } from '../../support/poll.ts'
import { testSigner } from '../log/cosigned-log.ts'
import {
  anEvent,
  append,
  ask,
  awaitCheckpoint,
  launchLedger,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from '../ledger-process.ts'

const main = new URL('../../../audit/main.ts', import.meta.url).pathname

function verifyProof(args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    // Nothing of this test's environment: it needs no settings.
    execFile(process.execPath, [main, 'verify-proof', ...args], { env: {} }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr })
    })
  })
}

describe('two appliances that witness each other', () => {
  let homes: LedgerHome[] = []
  let ledgers: LedgerProcess[] = []

  afterEach(async () => {
    await Promise.all(ledgers.map((ledger) => ledger.stop('SIGKILL')))
    await Promise.all(homes.map((home) => home.remove()))
    homes = []
    ledgers = []
  })

  async function start(
    home: LedgerHome,
    variables: Readonly<Record<string, string>>,
  ): Promise<LedgerProcess> {
    const ledger = await startLedger(home, { variables: { CAMPANILE_ANCHOR_MILLIS: '100', ...variables } })
    ledgers.push(ledger)
    return ledger
  }

  const textOf = async (ledger: LedgerProcess, path: string) => (await ask(ledger, path)).text()

  function policyFile(home: LedgerHome, name: string, lines: readonly string[]): string {
    const file = join(home.folder, name)
    writeFileSync(file, `${lines.join('\n')}\n`)
    return file
  }

  /** Starts a log's house and a witness's house that know each other. */
  async function startPair() {
    homes = [await makeHome(), await makeHome()]
    const [home = expect.fail(), witnessHome = expect.fail()] = homes
    const first = await start(home, { CAMPANILE_LOG_ORIGIN: 'north.example' })
    const key = (await textOf(first, '/v1/anchor/key')).trim()
    await first.stop()
    const logs = policyFile(witnessHome, 'peers.policy', [`log ${key}`, 'quorum none'])
    const witness = await start(witnessHome, {
      CAMPANILE_LOG_ORIGIN: 'south.example',
      CAMPANILE_WITNESSED_LOGS_FILE: logs,
    })
    const witnessKey = (await textOf(witness, '/witness/key')).trim()
    const policy = policyFile(home, 'witnesses.policy', [
      `witness south ${witnessKey} ${witness.url}/witness`,
      'quorum south',
    ])
    const variables = { CAMPANILE_LOG_ORIGIN: 'north.example', CAMPANILE_WITNESS_POLICY_FILE: policy }
    return { ledger: await start(home, variables), witness, key }
  }

  it('prove an event under the other house’s cosignature, offline', async () => {
    const { ledger, witness, key } = await startPair()
    const [event = expect.fail(), ...more] = Array.from({ length: 5 }, () => anEvent())
    await append(ledger, [event, ...more])
    await awaitCheckpoint(ledger, 'drill', 5)
    const path = `/v1/logs/drill/proof/anchored?id=${event.id}`
    const proof = await eventually('the event is anchored', async () => {
      const response = await ask(ledger, path)
      return response.ok ? ((await response.json()) as Record<string, string>) : undefined
    })
    const logKey = parseVerifierKey((await textOf(ledger, '/v1/logs/drill/key')).trim())
    const policy = parsePolicy(Buffer.from(await textOf(ledger, '/v1/anchor/policy')))
    const parsed = {
      entry: parseTlogProof(proof['entry'] ?? ''),
      anchor: parseTlogProof(proof['anchor'] ?? ''),
    }
    const { extra: leaf = expect.fail() } = parsed.entry
    expect(JSON.parse(leaf.toString())).to.have.property('id', event.id)
    const hash = leafHash(leaf)
    const { cosigners } = verifyAnchoredProof(parsed, hash, { logKey, policy })
    expect(cosigners.map(({ name }) => name)).to.deep.equal(['south'])
    expect(policy.logs[0]?.key.name).to.equal('north.example/anchor')
    const origin = sha256(Buffer.from('north.example/anchor')).toString('hex')
    const witnessed = await (await fetch(`${witness.url}/witness/${origin}/checkpoint`)).text()
    expect(witnessed).not.to.include('drill')
    const anchored = judgeCheckpoint(parsePolicy(Buffer.from(`log ${key}\nquorum none\n`)), witnessed)
    expect(anchored.checkpoint.size).to.be.at.least(8)
    const tile = await (await ask(ledger, '/v1/anchor/tile/0/000.p/8')).arrayBuffer()
    expect(tile.byteLength).to.equal(256)
    for (const path of ['tile/0/000', 'tile/0/001.p/8', 'tile/0/000.p/08', 'tile/..%2f..%2fstate.json']) {
      expect((await ask(ledger, `/v1/anchor/${path}`)).status, path).to.equal(404)
    }
    await expectVerified(ledger, proof)
  })

  /** Has the command judge a proof as an auditor would who was given key and policy by another way. */
  async function expectVerified(
    ledger: LedgerProcess,
    proof: Readonly<Record<string, string>>,
  ): Promise<void> {
    const write = (name: string, text: string) => {
      const file = join(ledger.home.folder, name)
      writeFileSync(file, text)
      return file
    }
    const key = write('drill.vkey', await textOf(ledger, '/v1/logs/drill/key'))
    const policy = write('anchor.policy', await textOf(ledger, '/v1/anchor/policy'))
    const file = write('event.json', JSON.stringify(proof))
    const good = await verifyProof([file, '--key', key, '--policy', policy])
    expect(good.code, good.output).to.equal(0)
    expect(good.output).to.match(/cosigned by south at \d{4}-/)
    expect((await verifyProof([file, '--key', key])).output).to.include('taken from the proof itself')
    const other = (await textOf(ledger, '/v1/anchor/key')).trim()
    expect((await verifyProof([file, '--key', other, '--policy', policy])).code).to.equal(1)
    const strict = write(
      'strict.policy',
      `${proof['policy']?.replace('quorum south\n', '') ?? ''}quorum none\n`,
    )
    const plain = write('event.tlog-proof', proof['entry'] ?? '')
    expect((await verifyProof([plain, '--key', key, '--policy', strict])).output).to.include('no witness')
    for (const [name, text] of [
      ['changed', JSON.stringify(proof).replace('index ', 'index 1')],
      ['cut', JSON.stringify(proof).slice(0, 400)],
      ['empty', ''],
      ['list', '{}'],
      ['long', ' '.repeat(2_000_000)],
      ['unleafed', (proof['entry'] ?? '').replace(/extra .*\n/, '')],
    ] as const) {
      expect((await verifyProof([write(name, text), '--key', key])).code, name).to.equal(1)
    }
  }

  it('go on without the witness and are cosigned when it is back', async () => {
    const { ledger, witness } = await startPair()
    await append(ledger, [anEvent()])
    const anchorSize = async () =>
      parseCheckpoint(parseNote(await textOf(ledger, '/v1/anchor/checkpoint')).text).size
    const cosigned = async () =>
      (await textOf(ledger, '/v1/anchor/checkpoint')).includes('— south.example/witness')
    await eventually('the first anchor is cosigned', cosigned)
    await witness.stop()
    const before = await anchorSize()
    await append(ledger, [anEvent()])
    await awaitCheckpoint(ledger, 'drill', 2)
    await eventually(
      'the anchor grows alone',
      async () => (await anchorSize()) > before && !(await cosigned()),
    )
    const again = await launchLedger(witness.home, {
      variables: {
        CAMPANILE_LOG_ORIGIN: 'south.example',
        CAMPANILE_WITNESSED_LOGS_FILE: join(witness.home.folder, 'peers.policy'),
        // Where the log's house knows it.
        CAMPANILE_PORT_LEDGER: String(witness.port),
      },
    })
    ledgers.push(again)
    await eventually('the newest anchor is cosigned', cosigned)
  })

  it('hand out the proof of an entry in its own log as a file', async () => {
    homes = [await makeHome()]
    const [home = expect.fail()] = homes
    const ledger = await start(home, {})
    const events = Array.from({ length: 3 }, () => anEvent())
    await append(ledger, events)
    await awaitCheckpoint(ledger, 'drill', 3)
    const response = await ask(ledger, '/v1/logs/drill/proof/tlog?index=1')
    expect(response.headers.get('content-disposition')).to.equal('attachment; filename=drill-1.tlog-proof')
    const proof = parseTlogProof(await response.text())
    const { leafHash: hash } = (await (
      await ask(ledger, '/v1/logs/drill/proof/inclusion?index=1')
    ).json()) as {
      leafHash: string
    }
    const key = (await textOf(ledger, '/v1/logs/drill/key')).trim()
    const policy = parsePolicy(Buffer.from(`log ${key}\nquorum none\n`))
    expect(verifyTlogProof(proof, Buffer.from(hash, 'base64'), policy).checkpoint.size).to.be.at.least(3)
    expect((await ask(ledger, '/v1/logs/drill/proof/tlog?index=900')).status).to.equal(404)
    expect((await ask(ledger, '/v1/logs/other/proof/tlog?index=0')).status).to.equal(404)
    expect((await ask(ledger, '/v1/logs/other/proof/anchored?index=0')).status).to.equal(404)
    expect((await fetch(`${ledger.url}/v1/anchor/checkpoint`)).status).to.equal(401)
    expect((await ask(ledger, '/v1/anchor/timestamp')).status).to.equal(404)
    expect((await ask(ledger, '/witness/key')).status).to.equal(404)
  })

  it('stop cleanly while a witness does not answer', async () => {
    homes = [await makeHome()]
    const [home = expect.fail()] = homes
    let asked = false
    const silent = createServer(() => {
      asked = true
    }).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    try {
      const { port } = silent.address() as AddressInfo
      const { vkey } = testSigner('south.example/witness', 7, 'cosignature')
      const line = `witness south ${vkey} http://127.0.0.1:${port}`
      const policy = policyFile(home, 'witnesses.policy', [line, 'quorum south'])
      const ledger = await start(home, { CAMPANILE_WITNESS_POLICY_FILE: policy })
      await append(ledger, [anEvent()])
      await eventually('the witness is asked', () => Promise.resolve(asked))
      expect(await ledger.stop()).to.equal(0)
    } finally {
      silent.closeAllConnections()
      silent.close()
    }
  })

  it('keep taking events while the anchor’s files are not what was signed', async () => {
    homes = [await makeHome()]
    const [home = expect.fail()] = homes
    const first = await start(home, {})
    await append(first, [anEvent()])
    await eventually('the event is anchored', async () => (await ask(first, '/v1/anchor/checkpoint')).ok)
    await first.stop()
    writeFileSync(join(home.folder, 'ledger/anchor/state.json'), '{}')
    const again = await start(home, {})
    expect((await append(again, [anEvent()]))[0]?.outcome).to.equal('appended')
    expect((await ask(again, '/v1/anchor/checkpoint')).status).to.equal(404)
    expect((await ask(again, '/v1/logs/drill/proof/anchored?index=0')).status).to.equal(404)
  })

  it('do not start on a policy that cannot be read', async () => {
    homes = [await makeHome()]
    const [home = expect.fail()] = homes
    const policy = policyFile(home, 'witnesses.policy', ['witness south', 'quorum south'])
    const ledger = await launchLedger(home, { variables: { CAMPANILE_WITNESS_POLICY_FILE: policy } })
    ledgers.push(ledger)
    expect(await ledger.ended()).to.equal(1)
    expect(ledger.output()).to.include('line 1')
  })
})
