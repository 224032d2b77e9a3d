import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openTampering } from '../../../drills/faults/tamper.ts'
import {
  anEvent,
  append,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from '../../audit/ledger-process.ts'
import { checkLog } from '../../support/check-log.ts'
import { metricTotal } from '../../support/metrics-page.ts'
import { eventually } from '../../support/poll.ts'

describe('tampering with the ledger of the drill tenant', () => {
  let home: LedgerHome
  let ledger: LedgerProcess
  let folder: string

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-tamper-'))
    home = await makeHome()
    ledger = await startLedger(home, { variables: { CAMPANILE_SELF_CHECK_MILLIS: '100' } })
    await append(
      ledger,
      Array.from({ length: 5 }, () => anEvent()),
    )
  })
  after(async () => {
    await ledger.stop()
    await home.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const open = (keepsake = join(folder, 'tamper.keepsake')) =>
    openTampering({ adminUrl: async () => home.database.url('superuser'), keepsake })
  const verifies = (value: 0 | 1) =>
    eventually(`the ledger says ${value}`, async () => {
      const page = await (await fetch(`${ledger.url}/metrics`)).text()
      return page.includes(`ledger_verify_success{tenant="drill"} ${value}`)
    })

  it('is found by the ledger itself, and the log is whole again afterwards', async () => {
    await verifies(1)
    const tampering = open()
    await tampering.begin(60)
    await verifies(0)
    await tampering.end()
    await verifies(1)
    await checkLog(ledger, 'drill', 5)
    expect(existsSync(join(folder, 'tamper.keepsake'))).to.equal(false)
    expect(await metricTotal(`${ledger.url}/metrics`, 'ledger_verify_success', { tenant: 'drill' })).to.equal(
      1,
    )
  })

  it('is put back by the next drill when the one that did it was killed', async () => {
    await open().begin(60)
    await verifies(0)
    const next = open()
    await next.begin(60)
    await next.end()
    await verifies(1)
    await checkLog(ledger, 'drill', 5)
  })

  it('changes nothing when what was kept cannot be read', async () => {
    const keepsake = join(folder, 'torn.keepsake')
    writeFileSync(keepsake, '{"index":')
    const failure = await open(keepsake)
      .begin(60)
      .then(
        () => undefined,
        (error: unknown) => error,
      )
    expect(failure).to.include({ code: 'DRILL_TAMPER_FAILED' })
    await checkLog(ledger, 'drill', 5)
  })

  it('ends without having begun', async () => {
    await open(join(folder, 'none.keepsake')).end()
  })
})
