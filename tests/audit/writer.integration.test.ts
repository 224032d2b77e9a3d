import { expect } from 'chai'
import { eventually } from '../support/poll.ts'
import {
  anEvent,
  append,
  asSuperuser,
  awaitAnswer,
  launchLedger,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from './ledger-process.ts'

describe('the one writer of a ledger', function () {
  let home: LedgerHome
  let ledger: LedgerProcess

  before(async () => {
    home = await makeHome()
  })
  beforeEach(async () => {
    ledger = await startLedger(home)
  })
  afterEach(async () => {
    await ledger.stop()
  })
  after(async () => {
    await home.remove()
  })

  it('lets no second one serve the same database', async () => {
    const second = await launchLedger(home, { variables: { CAMPANILE_WRITER_WAIT_MILLIS: '500' } })
    expect(await second.ended()).to.equal(1)
    expect(second.output()).to.include('another ledger serves this database')
    const [receipt] = await append(ledger, [anEvent()])
    expect(receipt?.outcome).to.equal('appended')
  })

  it('hands over to one that waits', async () => {
    const second = await launchLedger(home)
    await eventually('the second waits', async () => {
      await append(ledger, [anEvent()])
      return second.child.exitCode === null
    })
    expect(await ledger.stop()).to.equal(0)
    await awaitAnswer(second)
    const [receipt] = await append(second, [anEvent()])
    expect(receipt?.outcome).to.equal('appended')
    expect(await second.stop()).to.equal(0)
  })

  it('stops with 1 when it loses the connection that holds the lock', async () => {
    await asSuperuser(
      home.database,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'ledger writer' AND datname = current_database()`,
    )
    expect(await ledger.ended()).to.equal(1)
    expect(ledger.output()).to.include('lost the connection that holds the lock')
  })
})
