import { expect } from 'chai'
import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RegisterEntry } from '../../../audit/record/rules/register-entry.ts'
import type { ServiceToken } from '../../../contracts/service-token.ts'
import { ask, makeHome, startLedger, type LedgerHome, type LedgerProcess } from '../ledger-process.ts'
import { command, look, openEntry } from './record-client.ts'

/** Lets the custodian's token erase, too. */
function letErase(home: LedgerHome): void {
  const file = join(home.folder, 'accepted.json')
  const tokens = JSON.parse(readFileSync(file, 'utf8')) as ServiceToken[]
  const more = tokens.map((token) =>
    token.scopes.includes('record:write') ? { ...token, scopes: [...token.scopes, 'erasures:write'] } : token,
  )
  writeFileSync(file, JSON.stringify(more))
}

describe('entries of registers and an erasure', () => {
  let home: LedgerHome
  let ledger: LedgerProcess

  before(async () => {
    home = await makeHome()
    letErase(home)
    ledger = await startLedger(home)
  })
  after(async () => {
    await ledger.stop()
    await home.remove()
  })

  const erase = (subject: string) =>
    ask(ledger, '/v1/erasures/drill', {
      method: 'POST',
      token: home.tokens.custodian,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        id: randomUUID(),
        subject,
        reason: 'record_destroyed',
        recordState: 'destroyed',
      }),
    })
  const show = async ({ register, id }: RegisterEntry) =>
    (await look<RegisterEntry>(ledger, `registers/${register}/${id}?actor=clerk-7`)).body

  it('refuse it while a request to inspect is open or a hold is placed', async () => {
    const inspection = await openEntry(ledger, 'inspection', {
      student: 'held',
      facts: { recordKinds: ['transcript'], copies: false },
    })
    const hold = await openEntry(ledger, 'hold', {
      student: 'held',
      facts: { scope: 'subject' },
      personal: { legalCase: { reference: '26-CV-1', relevance: 'all records' } },
    })
    await command(ledger, hold, { command: 'approve', actor: 'counsel-1' })
    expect((await erase('held')).status).to.equal(409)
    await command(ledger, inspection, { command: 'grant' })
    expect((await erase('held')).status).to.equal(409)
    await command(ledger, hold, { command: 'propose_release', statement: 'settled' })
    await command(ledger, hold, { command: 'approve_release', actor: 'counsel-1' })
    expect((await erase('held')).status).to.equal(200)
    const { personal: _personal, ...left } = await show(inspection)
    expect(_personal).to.equal(undefined)
    expect(left).to.include({ state: 'granted', register: 'inspection' })
  })

  it('stay whole when they were opened after it, also after a start that erases again', async () => {
    const before = await openEntry(ledger, 'opt_out', { student: 'returning', facts: { from: '2026-08-01' } })
    expect((await erase('returning')).status).to.equal(200)
    const after = await openEntry(ledger, 'opt_out', { student: 'returning', facts: { from: '2026-09-01' } })
    await ledger.stop()
    ledger = await startLedger(home)
    expect(await show(before)).not.to.have.property('personal')
    expect(await show(after)).to.deep.equal(after)
  })
})
