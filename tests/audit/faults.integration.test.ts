import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { faultTokens, postFault } from '../support/fault-token.ts'
import { anEvent, makeHome, startLedger, type LedgerHome, type LedgerProcess } from './ledger-process.ts'

describe('the fault audit-down', () => {
  let home: LedgerHome
  let ledger: LedgerProcess

  before(async () => {
    home = await makeHome()
  })
  afterEach(() => ledger.stop())
  after(() => home.remove())

  const offer = async () => {
    const response = await fetch(`${ledger.url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${home.tokens.users}`, 'content-type': 'application/json' },
      body: JSON.stringify({ events: [anEvent()] }),
    })
    await response.arrayBuffer()
    return response.status
  }
  async function start(demo: '0' | '1'): Promise<void> {
    const file = join(home.folder, 'with-drills.json')
    const accepted: unknown[] = JSON.parse(readFileSync(join(home.folder, 'accepted.json'), 'utf8'))
    writeFileSync(file, JSON.stringify([...accepted, ...faultTokens()]))
    ledger = await startLedger(home, { variables: { CAMPANILE_DEMO: demo, CAMPANILE_TOKENS_FILE: file } })
  }
  it('refuses appends so that senders keep their events, reads on, and ends', async () => {
    await start('1')
    expect(await offer()).to.equal(200)
    await postFault(ledger.url, { fault: 'audit-down', active: true, seconds: 60 })
    expect(await offer()).to.equal(503)
    expect((await fetch(`${ledger.url}/health`)).status).to.equal(200)
    await postFault(ledger.url, { fault: 'audit-down', active: false })
    expect(await offer()).to.equal(200)
  })

  it('does not exist without demo data', async () => {
    await start('0')
    const response = await postFault(ledger.url, { fault: 'audit-down', active: true, seconds: 60 })
    expect(response.status).to.equal(404)
    expect(await offer()).to.equal(200)
  })
})
