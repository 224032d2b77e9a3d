import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
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
} from '../ledger-process.ts'
import { exportTo, keyOf, runAudit } from './keys-process.ts'

describe('the keys of a ledger', () => {
  let home: LedgerHome
  let ledger: LedgerProcess | undefined
  beforeEach(async () => (home = await makeHome()))
  afterEach(async () => {
    await ledger?.stop('SIGKILL')
    await home.remove()
  })

  async function start(options: Parameters<typeof startLedger>[1] = {}): Promise<LedgerProcess> {
    ledger = await startLedger(home, options)
    return ledger
  }
  /** Appends one event, waits until it is signed for, and answers the key it is signed with. */
  async function grow(running: LedgerProcess, size: number): Promise<string> {
    await append(running, [anEvent()])
    await awaitCheckpoint(running, 'drill', size)
    return keyOf(running, 'drill')
  }
  const verify = async (file: string, key: string) =>
    (await runAudit(home, ['verify', file, '--key', key])).code

  it('follow one another: whoever trusts the first or the last verifies the whole log', async () => {
    const first = await start()
    const old = await grow(first, 1)
    await first.stop()
    const rotated = await runAudit(home, ['keys', 'rotate', 'log-drill'])
    expect(rotated.code, rotated.output).to.equal(0)
    const second = await start()
    const next = await grow(second, 2)
    expect(next).not.to.equal(old)
    expect(rotated.output.trimEnd().split('\n').at(-1)).to.equal(next)
    const note = await (await ask(second, '/v1/logs/drill/checkpoint')).text()
    expect(note.split('\n').filter((line) => line.startsWith('— '))).to.have.length(2)
    await grow(second, 3)
    const file = await exportTo(second, 'drill', 'rotated.ndjson')
    expect(await verify(file, old)).to.equal(0)
    expect(await verify(file, next)).to.equal(0)
  })

  it('lead nobody on from a compromised one, which signs for nothing that came later', async () => {
    const first = await start()
    const old = await grow(first, 1)
    await first.stop()
    const rotated = await runAudit(home, ['keys', 'rotate', 'log-drill', '--compromised'])
    expect(rotated.code, rotated.output).to.equal(0)
    const second = await start()
    const next = await grow(second, 2)
    const file = await exportTo(second, 'drill', 'replaced.ndjson')
    expect(await verify(file, next)).to.equal(0)
    expect(await verify(file, old)).to.equal(1)
    const listed = await runAudit(home, ['keys', 'list'])
    expect(listed.output).to.match(/log-drill[.]ed25519 version 1 compromised/)
  })

  it('are refused when lost: the log is not continued under another one', async () => {
    const first = await start()
    const old = await grow(first, 1)
    await first.stop()
    const path = join(home.folder, 'keystore/log-drill.ed25519')
    const kept = readFileSync(path)
    rmSync(path)
    expect((await runAudit(home, ['keys', 'list'])).code).to.equal(1)
    const second = await start({ isHealthy: false })
    const refused = await ask(second, '/v1/events', {
      method: 'POST',
      token: home.tokens.academics,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ events: [anEvent()] }),
    })
    expect(refused.status).to.equal(503)
    await second.stop()
    expect(readdirSync(join(home.folder, 'keystore'))).not.to.include('log-drill.ed25519')
    writeFileSync(path, kept, { mode: 0o600 })
    expect(await grow(await start(), 2)).to.equal(old)
  })

  it('are refused when the whole keystore is lost and the database remembers the log', async () => {
    const first = await start()
    await grow(first, 1)
    await first.stop()
    rmSync(join(home.folder, 'keystore'), { recursive: true })
    const second = await start({ isHealthy: false })
    expect(await (await fetch(`${second.url}/health`)).text()).to.match(/AUDIT_KEY_LOST/)
    expect(readdirSync(join(home.folder, 'keystore'))).not.to.include('log-drill.ed25519')
  })

  it('seal the keys of subjects anew without touching a leaf', async () => {
    const first = await start()
    await grow(first, 1)
    const accesses = async (running: LedgerProcess) =>
      (await ask(running, '/v1/subjects/drill/student-1/accesses', { token: home.tokens.academics })).text()
    const before = await accesses(first)
    const note = await (await ask(first, '/v1/logs/drill/checkpoint')).text()
    await first.stop()
    expect((await runAudit(home, ['keys', 'rotate', 'subject-keys', '--compromised'])).code).to.equal(0)
    const second = await start()
    expect(await accesses(second)).to.equal(before)
    expect(await (await ask(second, '/v1/logs/drill/checkpoint')).text()).to.equal(note)
  })

  it('open under a new passphrase', async () => {
    const first = await start()
    const old = await grow(first, 1)
    await first.stop()
    const next = join(home.folder, 'next')
    writeFileSync(next, 'a passphrase of more than sixteen characters', { mode: 0o600 })
    const changed = await runAudit(home, ['keys', 'passphrase', next])
    expect(changed.code, changed.output).to.equal(0)
    expect(await grow(await start(), 2)).to.equal(old)
  })

  it('are sealed anew, tokens and digests as before, so that what sealed them opens nothing more', async () => {
    const first = await start()
    await grow(first, 1)
    const accesses = async (running: LedgerProcess) =>
      (await ask(running, '/v1/subjects/drill/student-1/accesses', { token: home.tokens.academics })).text()
    const event = anEvent()
    await append(first, [event])
    await awaitCheckpoint(first, 'drill', 2)
    const before = await accesses(first)
    await first.stop()
    const path = join(home.folder, 'keystore/side-drill.secret')
    const old = readFileSync(path)
    const resealed = await runAudit(home, ['keys', 'reseal'])
    expect(resealed.code, resealed.output).to.equal(0)
    const fresh = readFileSync(path)
    expect(fresh.equals(old)).to.equal(false)
    const second = await start()
    expect(await accesses(second)).to.equal(before)
    expect((await append(second, [event])).map(({ outcome }) => outcome)).to.deep.equal(['duplicate'])
    await second.stop()
    writeFileSync(path, old)
    expect((await runAudit(home, ['keys', 'list'])).output).to.match(
      /side-drill.*NOT USABLE: CUSTODY_CORRUPT/,
    )
    writeFileSync(path, fresh)
    expect((await runAudit(home, ['keys', 'list'])).code).to.equal(0)
  })

  it('are not changed while the ledger runs, nor where rows stand under them or there is none', async () => {
    const running = await start()
    await grow(running, 1)
    const refused = await runAudit(home, ['keys', 'rotate', 'log-drill'], {
      CAMPANILE_PORT_LEDGER: String(running.port),
    })
    expect(refused.code).to.equal(1)
    // Nor where it listens on another address than the one the command would try.
    for (const args of [['rotate', 'subject-keys'], ['reseal']]) {
      const elsewhere = await runAudit(home, ['keys', ...args])
      expect(elsewhere.code, args.join(' ')).to.equal(1)
      expect(elsewhere.output).to.match(/keystore/)
    }
    await running.stop()
    for (const name of ['side-drill', 'side-drill.secret', 'log-nobody', 'nothing.rsa']) {
      expect((await runAudit(home, ['keys', 'rotate', name])).code, name).to.equal(1)
    }
    expect((await runAudit(home, ['keys', 'list'])).output).not.to.match(/version 2/)
  })
})
