import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually } from '../../support/poll.ts'
import { expectNoFinding } from '../expect-no-finding.ts'
import {
  anEvent,
  append,
  awaitCheckpoint,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from '../ledger-process.ts'
import { metricsOf } from '../metrics.ts'
import { tamper } from '../stored-log.ts'

const variables = { CAMPANILE_SELF_CHECK_MILLIS: '200', CAMPANILE_CHECKPOINT_MILLIS: '200' }
const five = () => Array.from({ length: 5 }, () => anEvent())
const besideTiles = ({ folder }: LedgerHome) => join(folder, 'ledger/tiles/drill/checkpoint')

describe('a ledger that starts with an older note beside its tiles than beside its keys', () => {
  let home: LedgerHome
  let ledger: LedgerProcess

  beforeEach(async () => {
    home = await makeHome()
    ledger = await startLedger(home, { variables })
    await append(ledger, five())
    await awaitCheckpoint(ledger, 'drill', 5)
    await ledger.stop()
    const older = readFileSync(besideTiles(home))
    ledger = await startLedger(home, { variables })
    await append(ledger, five())
    await awaitCheckpoint(ledger, 'drill', 10)
    await ledger.stop()
    writeFileSync(besideTiles(home), older)
  })
  afterEach(async () => {
    await ledger.stop()
    await home.remove()
  })

  const awaitVerdict = (value: 0 | 1) =>
    eventually(`ledger_verify_success is ${value}`, async () =>
      new RegExp(`ledger_verify_success\\{[^}]*tenant="drill"[^}]*\\} ${value}`).test(
        await metricsOf(ledger),
      ),
    )

  it('finishes what a crash cut short, and finds nothing', async () => {
    // As a crash between the two files leaves the database and the sizes.
    await tamper(home, 'drill', 'delete from ledger.checkpoint where tenant = $1 and size = 10')
    const sizes = join(home.folder, 'keystore/checkpoints/v2/drill.sizes')
    writeFileSync(sizes, readFileSync(sizes, 'utf8').replace(/^10 .*\n/m, ''))
    ledger = await startLedger(home, { variables })
    await awaitVerdict(1)
    const note = await awaitCheckpoint(ledger, 'drill', 10)
    expect(readFileSync(besideTiles(home), 'utf8')).to.equal(note)
    expect(readFileSync(sizes, 'utf8')).to.match(/^10 /m)
    expectNoFinding(ledger.output())
  })

  it('finds the older one when the newer had come into the database', async () => {
    ledger = await startLedger(home, { variables })
    await awaitVerdict(0)
    await eventually('the finding is logged', () => ledger.output().includes('"reason":"checkpoint_invalid"'))
  })
})
