import { expect } from 'chai'
import type { RegisterEntry } from '../../../../audit/record/rules/register-entry.ts'
import { rightsOf } from '../../../../audit/record/rules/rights.ts'

const common = {
  id: '5f6d3c1e-0000-4000-8000-000000000001',
  state: 'in_force',
  revision: 1,
  openedAt: '2026-01-01T00:00:00.000Z',
} as const
const eligible = (personal: RegisterEntry['personal'], state = 'in_force'): RegisterEntry<'eligibility'> => ({
  ...common,
  state,
  register: 'eligibility',
  facts: {},
  ...(personal === undefined ? {} : { personal }),
})
const dependent = (from: string, until: string): RegisterEntry<'dependency'> => ({
  ...common,
  register: 'dependency',
  facts: { evidence: 'tax_return', from, until },
})
const on = (
  day: string,
  eligibility: readonly RegisterEntry<'eligibility'>[],
  dependency: readonly RegisterEntry<'dependency'>[] = [],
) => rightsOf({ eligibility, dependency, time: `${day}T00:00:00.000Z` })

describe('the rights over a student’s record', () => {
  const young = eligible({ eighteenOn: '2026-09-02', postsecondaryFrom: '2026-10-01' })

  it('pass to the student with the day of age, without anybody doing anything', () => {
    expect(on('2026-09-01', [young])).to.deep.equal({
      holder: 'parent',
      transferOn: '2026-09-02',
      parentBasis: '99.31(a)(12)',
    })
    expect(on('2026-09-02', [young])).to.deep.equal({ holder: 'student', transferOn: '2026-09-02' })
  })

  it('pass with postsecondary attendance where that comes first', () => {
    const early = eligible({ eighteenOn: '2027-05-01', postsecondaryFrom: '2026-08-15' })
    expect(on('2026-08-14', [early]).holder).to.equal('parent')
    expect(on('2026-08-15', [early]).holder).to.equal('student')
  })

  it('are nobody’s known where the register says nothing, said it wrongly or was erased', () => {
    expect(on('2026-09-01', [])).to.deep.equal({ holder: 'unknown' })
    expect(on('2026-09-01', [eligible({ eighteenOn: '2026-01-01' }, 'corrected')]).holder).to.equal('unknown')
    expect(on('2026-09-01', [eligible(undefined)]).holder).to.equal('unknown')
  })

  it('let a parent see a dependent student’s record with evidence, for its time', () => {
    const dependency = [dependent('2026-01-01', '2026-12-31')]
    expect(on('2026-12-31', [young], dependency)).to.include({
      holder: 'student',
      parentBasis: '99.31(a)(8)',
      dependencyEvidence: 'tax_return',
    })
    expect(on('2027-01-01', [young], dependency)).to.not.have.property('parentBasis')
    const ended = dependency.map((entry) => ({
      ...entry,
      state: 'ended',
      closedAt: '2026-10-01T00:00:00.000Z',
    }))
    expect(on('2026-12-31', [young], ended)).to.not.have.property('parentBasis')
  })
})
