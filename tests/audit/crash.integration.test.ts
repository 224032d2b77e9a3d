import { expect } from 'chai'
import { checkLog } from '../support/check-log.ts'
import { anEvent, append, makeHome, startLedger } from './ledger-process.ts'

describe('a ledger that is killed', function () {
  this.timeout(120_000)

  it('has every acknowledged event once after kill -9 under concurrent appends', async () => {
    const home = await makeHome()
    const acknowledged = new Set<string>()
    for (let round = 0; round < 3; round++) {
      const ledger = await startLedger(home)
      const senders = Array.from({ length: 6 }, async () => {
        for (;;) {
          const receipts = await append(
            ledger,
            Array.from({ length: 10 }, () => anEvent()),
          )
          for (const { id } of receipts) acknowledged.add(id)
          if (acknowledged.size > (round + 1) * 150) await ledger.stop('SIGKILL')
        }
      })
      await Promise.allSettled(senders)
    }
    const ledger = await startLedger(home)
    const { ids } = await checkLog(ledger, 'drill', acknowledged.size)
    expect([...acknowledged].filter((id) => !ids.includes(id))).to.deep.equal([])
    await ledger.stop()
    await home.remove()
  })
})
