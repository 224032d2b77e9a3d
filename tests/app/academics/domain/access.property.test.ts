import { expect } from 'chai'
import fc from 'fast-check'
import { disclosureOf, type Denied, type Shown } from '../../../../app/academics/domain/access.ts'
import { roles } from '../../../../contracts/services.ts'
import { propertyRuns } from '../../../support/property.ts'

const shown: fc.Arbitrary<Shown> = fc.record({ role: fc.constantFrom(...roles), hasReason: fc.boolean() })
const denied = (reason: Denied['reason'], keeper = false): Denied => ({
  outcome: 'denied',
  reason,
  ...(keeper ? { keeper } : {}),
})

describe('what a refusal tells', () => {
  it('is the same for an id of nobody and one of another tenant, whoever asks', () => {
    fc.assert(
      fc.property(shown, fc.boolean(), (by, keeper) => {
        const unknown = disclosureOf(denied('unknown_student', keeper), by)
        expect(disclosureOf(denied('foreign', keeper), by)).to.equal(unknown)
      }),
      propertyRuns({ ci: 100, soak: 5_000 }),
    )
  })

  it('is the same for an id of nobody as for a student one may not read, while no reason was typed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...roles), (role) => {
        const by = { role, hasReason: false }
        const isOfficial = role === 'faculty' || role === 'staff' || role === 'registrar'
        // What the database answers for a student there is; admins and their like it refuses for their role alone.
        const there = denied(isOfficial ? 'reason_missing' : 'no_relationship')
        expect(disclosureOf(denied('unknown_student'), by)).to.equal(disclosureOf(there, by))
      }),
      propertyRuns({ ci: 100, soak: 5_000 }),
    )
  })

  it('is that there is nobody only for the keeper of the records and for a reason that would have opened it', () => {
    fc.assert(
      fc.property(shown, fc.boolean(), (by, keeper) => {
        const isOfficial = ['faculty', 'staff', 'registrar'].includes(by.role)
        const isTold = disclosureOf(denied('unknown_student', keeper), by) === 'not_found'
        expect(isTold).to.equal(keeper || (isOfficial && by.hasReason))
      }),
      propertyRuns({ ci: 100, soak: 5_000 }),
    )
  })
})
