import { expect } from 'chai'
import { makeHome, startLedger, type LedgerHome, type LedgerProcess } from '../ledger-process.ts'
import { command, discloseWith, look, openEntry, party, placesOf } from './record-client.ts'

describe('a parent’s access', () => {
  let home: LedgerHome
  let ledger: LedgerProcess

  before(async () => {
    home = await makeHome()
    ledger = await startLedger(home)
  })
  after(async () => {
    await ledger.stop()
    await home.remove()
  })

  const toParent = (student: string, time: string, given: Readonly<Record<string, unknown>> = {}) =>
    discloseWith(ledger, {
      time,
      basis: '99.31(a)(12)',
      students: [student],
      facts: { recipientRole: 'parent' },
      personal: party('a parent'),
      ...given,
    })
  const turns = (student: string, eighteenOn: string) =>
    openEntry(ledger, 'eligibility', { student, facts: {}, personal: { eighteenOn } })

  it('ends on the day the student is eighteen, and the student’s begins', async () => {
    await turns('grown', '2026-08-20')
    expect((await toParent('grown', '2026-08-19T23:59:59.000Z')).status).to.equal(200)
    const after = await toParent('grown', '2026-08-20T00:00:00.000Z')
    expect([after.status, placesOf(after)]).to.deep.equal([422, ['/students/0']])
    const toStudent = { facts: { recipientRole: 'student' }, personal: party('the student') }
    expect((await toParent('grown', '2026-08-20T00:00:00.000Z', toStudent)).status).to.equal(200)
    const unsaid = await toParent('grown', '2026-08-20T00:00:00.000Z', { facts: {} })
    expect(placesOf(unsaid)).to.deep.equal(['/facts/recipientRole'])
  })

  it('begins with the day on which it ends: where nobody registered that, nobody is taken at their word', async () => {
    const time = '2026-08-10T08:00:00.000Z'
    const refused = await toParent('unregistered', time)
    expect([refused.status, placesOf(refused)]).to.deep.equal([422, ['/students/0']])
    const unsaid = await toParent('unregistered', time, { facts: {} })
    expect(placesOf(unsaid)).to.deep.equal(['/facts/recipientRole'])
    const toStudent = { facts: { recipientRole: 'student' }, personal: party('the student') }
    expect((await toParent('unregistered', time, toStudent)).status).to.equal(200)
    await turns('unregistered', '2030-01-01')
    expect((await toParent('unregistered', time)).status).to.equal(200)
  })

  it('goes on with evidence that the student is a dependent, and no longer than that', async () => {
    await turns('supported', '2026-01-01')
    const asDependent = { basis: '99.31(a)(8)', facts: { recipientRole: 'parent' } }
    expect((await toParent('supported', '2026-08-10T08:00:00.000Z', asDependent)).status).to.equal(422)
    const entry = await openEntry(ledger, 'dependency', {
      student: 'supported',
      facts: { evidence: 'tax_return', from: '2026-01-01', until: '2026-12-31' },
    })
    expect((await toParent('supported', '2026-08-10T08:00:00.000Z', asDependent)).status).to.equal(200)
    const path = (at: string) => `rights?student=supported&actor=clerk-7&at=${at}`
    const rights = await look<object>(ledger, path('2026-08-10T08:00:00.000Z'))
    expect(rights.body).to.deep.equal({
      holder: 'student',
      transferOn: '2026-01-01',
      parentBasis: '99.31(a)(8)',
      dependencyEvidence: 'tax_return',
    })
    await command(ledger, entry, { command: 'end', time: '2026-08-11T08:00:00.000Z' })
    expect((await toParent('supported', '2026-08-12T08:00:00.000Z', asDependent)).status).to.equal(422)
    expect((await look<object>(ledger, path('2026-08-12T08:00:00.000Z'))).body).to.deep.equal({
      holder: 'student',
      transferOn: '2026-01-01',
    })
  })

  it('takes a day from whoever registers it', async () => {
    const refused = await openEntry(ledger, 'eligibility', { student: 'ageless', facts: {} }).then(
      () => 'taken',
      (error: unknown) => String(error),
    )
    expect(refused).to.contain('/personal/eighteenOn')
  })
})
