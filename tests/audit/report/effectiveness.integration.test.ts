import { expect } from 'chai'
import type { EffectivenessReport } from '../../../contracts/effectiveness.ts'
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

describe('the report of how officials’ access works', () => {
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

  it('counts what was read, refused and broken, by role and quarter, and is itself in the log', async () => {
    const basis = '99.31(a)(1)(i)(A)'
    const read = { class: 'access', action: 'transcript.read', outcome: 'success', basis } as const
    const denied = { class: 'access', action: 'transcript.denied', outcome: 'denied' } as const
    const reviewed = {
      class: 'access',
      action: 'break_glass.reviewed',
      outcome: 'success',
      actorRole: 'registrar',
    } as const
    const faculty = { actorRole: 'faculty' } as const
    await append(ledger, [
      anEvent({ facts: { ...read, ...faculty, reason: 'instructor' } }),
      anEvent({ facts: { ...read, ...faculty, reason: 'advisor' } }),
      anEvent({ facts: { ...read, ...faculty } }),
      anEvent({ facts: { ...read, ...faculty, action: 'break_glass.read', reason: 'break_glass' } }),
      anEvent({
        facts: { ...read, ...faculty, action: 'break_glass.read', reason: 'break_glass_again' },
      }),
      anEvent({ facts: { ...reviewed, reason: 'justified' } }),
      anEvent({ facts: { ...reviewed, reason: 'unjustified' } }),
      anEvent({ facts: { ...denied, ...faculty, reason: 'reason_missing' } }),
      anEvent({ facts: { ...denied, actorRole: 'parent', reason: 'no_relationship' } }),
      anEvent({ facts: { class: 'admin', action: 'role.changed', outcome: 'success', actorRole: 'admin' } }),
    ])
    await awaitCheckpoint(ledger, 'drill', 10)
    const response = await ask(ledger, '/v1/logs/drill/effectiveness')
    const { rows, ...rest } = (await response.json()) as EffectivenessReport
    expect(rest).to.include({ tenant: 'drill', from: 0, to: 10, withoutFacts: 0 })
    const page = await ask(ledger, '/v1/logs/drill/entries?limit=1')
    const [first] = ((await page.json()) as { entries: { leaf: { time: number } }[] }).entries
    const sequenced = new Date(first?.leaf.time ?? 0)
    const quarter = `${sequenced.getUTCFullYear()}-Q${Math.floor(sequenced.getUTCMonth() / 3) + 1}`
    const none = {
      readByRelationship: 0,
      readWithoutRelationship: 0,
      breakGlass: 0,
      breakGlassOpened: 0,
      breakGlassJustified: 0,
      breakGlassUnjustified: 0,
      denied: 0,
      deniedWithoutRelationship: 0,
      deniedWithoutReason: 0,
    }
    expect(rows).to.deep.equal([
      {
        quarter,
        role: 'faculty',
        ...none,
        readByRelationship: 2,
        readWithoutRelationship: 1,
        breakGlass: 2,
        breakGlassOpened: 1,
        denied: 1,
        deniedWithoutReason: 1,
      },
      { quarter, role: 'parent', ...none, denied: 1, deniedWithoutRelationship: 1 },
      { quarter, role: 'registrar', ...none, breakGlassJustified: 1, breakGlassUnjustified: 1 },
    ])
    await awaitCheckpoint(ledger, 'drill', 11)
    const entries = await ask(ledger, '/v1/logs/drill/entries?from=10')
    expect(await entries.text()).to.contain('"ledger.reviewed"')
  })

  it('is for those who may export', async () => {
    const token = home.tokens.custodian
    expect((await ask(ledger, '/v1/logs/drill/effectiveness', { token })).status).to.equal(403)
  })
})
