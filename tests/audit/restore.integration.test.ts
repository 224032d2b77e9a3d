import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { metricsOf } from './metrics.ts'
import { checkLog } from '../support/check-log.ts'
import {
  anEvent,
  append,
  ask,
  awaitCheckpoint,
  makeHome,
  restoreOlder,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from './ledger-process.ts'

/** Starts a ledger, has it sign some events, and stops it. */
async function signEvents(home: LedgerHome, count: number): Promise<void> {
  const ledger = await startLedger(home)
  for (let at = 0; at < count; at++) await append(ledger, [anEvent()])
  await checkLog(ledger, 'drill', count)
  await ledger.stop()
}

async function expectRefused(ledger: LedgerProcess, code: string): Promise<void> {
  const health = (await (await fetch(`${ledger.url}/health`)).json()) as { reason: string }
  expect(health.reason).to.equal(`log drill: ${code}`)
  const body = JSON.stringify({ events: [anEvent()] })
  const init = { method: 'POST', token: ledger.home.tokens.academics, body }
  const answer = await ask(ledger, '/v1/events', {
    ...init,
    headers: { 'content-type': 'application/json' },
  })
  expect(answer.status).to.equal(503)
  expect(answer.headers.get('retry-after')).to.equal('2')
  expect(await answer.json()).to.include({ code: 'OVERLOADED', detail: code })
}

describe('a ledger on a database that is not the one it signed for', () => {
  let home: LedgerHome
  let ledger: LedgerProcess | undefined

  beforeEach(async () => {
    home = await makeHome()
  })
  afterEach(async () => {
    await ledger?.stop()
    await home.remove()
  })

  it('refuses an older one that has rows, signs nothing, and serves the other tenants of the same request', async () => {
    await signEvents(home, 4)
    await restoreOlder(home.database, 'drill', 2)
    ledger = await startLedger(home, { isHealthy: false })
    await expectRefused(ledger, 'AUDIT_LOG_ROLLED_BACK')
    const other = anEvent({ tenant: 'university_b' })
    const receipts = await append(ledger, [anEvent(), other, anEvent()])
    expect(receipts.map(({ id, outcome }) => [id, outcome])).to.deep.equal([[other.id, 'appended']])
    expect(await metricsOf(ledger)).to.match(/ledger_events_total\{[^}]*outcome="deferred"[^}]*\} 2/)
    await checkLog(ledger, 'university_b', 1)
    const note = await (await ask(ledger, '/v1/logs/drill/checkpoint')).text()
    expect(Number(note.split('\n')[1]) > 2, note).to.equal(false)
  })

  it('refuses one in which nothing of the log is left', async () => {
    await signEvents(home, 2)
    await restoreOlder(home.database, 'drill', 0)
    ledger = await startLedger(home, { isHealthy: false })
    await expectRefused(ledger, 'AUDIT_LOG_ROLLED_BACK')
  })

  it('refuses one in which nothing of the log is left, also when only the checkpoint beside the tiles is', async () => {
    await signEvents(home, 2)
    await restoreOlder(home.database, 'drill', 0)
    rmSync(join(home.folder, 'keystore/checkpoints'), { recursive: true })
    ledger = await startLedger(home, { isHealthy: false })
    await expectRefused(ledger, 'AUDIT_LOG_ROLLED_BACK')
  })

  for (const [what, lost] of [
    ['its keystore', ['keystore']],
    ['its keystore and its tiles', ['keystore', 'ledger']],
  ] as const) {
    it(`makes no new key for a log when ${what} were lost`, async () => {
      await signEvents(home, 2)
      for (const folder of lost) rmSync(join(home.folder, folder), { recursive: true })
      ledger = await startLedger(home, { isHealthy: false })
      await expectRefused(ledger, 'AUDIT_KEY_LOST')
    })
  }

  it('refuses one of the same size with another root', async () => {
    await signEvents(home, 2)
    const file = join(home.folder, 'keystore/checkpoints/v2/drill.note')
    const kept = join(home.folder, 'kept.note')
    copyFileSync(file, kept)
    await restoreOlder(home.database, 'drill', 0)
    rmSync(file)
    rmSync(join(home.folder, 'ledger/tiles'), { recursive: true })
    const forger = await startLedger(home)
    await append(forger, [anEvent(), anEvent()])
    await append(forger, [anEvent()])
    await checkLog(forger, 'drill', 3)
    await forger.stop()
    copyFileSync(kept, file)
    ledger = await startLedger(home, { isHealthy: false })
    await expectRefused(ledger, 'AUDIT_LOG_FORKED')
  })

  it('refuses one that is put in its place while it runs, and says so', async () => {
    ledger = await startLedger(home)
    await append(ledger, [anEvent(), anEvent()])
    await append(ledger, [anEvent()])
    await checkLog(ledger, 'drill', 3)
    // The export that was checked is an entry too: once that is signed, nothing is under way.
    await awaitCheckpoint(ledger, 'drill', 4)
    await restoreOlder(home.database, 'drill', 2)
    const failure = await append(ledger, [anEvent()]).catch((error: unknown) => String(error))
    expect(failure).to.include('AUDIT_LOG_ROLLED_BACK')
  })
})
