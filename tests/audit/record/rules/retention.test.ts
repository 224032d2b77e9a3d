import { expect } from 'chai'
import { isInWindow, reaches, standingStates } from '../../../../audit/record/rules/holds.ts'
import type { RegisterEntry } from '../../../../audit/record/rules/register-entry.ts'
import { cutoffOf, fateOf, policyOf, type Judged } from '../../../../audit/record/rules/retention.ts'
import { defaultKeepDays, defaultPolicyVersion } from '../../../../contracts/retention.ts'

const dayMillis = 86_400_000
const now = Date.parse('2026-09-01T13:30:00.000Z')
const id = '5f6d3c1e-0000-4000-8000-000000000001'

function entryOf<R extends 'hold' | 'retention'>(
  register: R,
  given: Pick<RegisterEntry<R>, 'state' | 'facts'> & Partial<RegisterEntry<R>>,
): RegisterEntry<R> {
  return { id, register, revision: 2, openedAt: '2026-01-01T00:00:00.000Z', ...given }
}

const holdOf = (facts: RegisterEntry<'hold'>['facts'], personal: RegisterEntry['personal'] = {}) =>
  entryOf('hold', { state: 'placed', facts, personal })

const judged = (given: Partial<Judged> = {}): Judged => ({
  eventTime: 0,
  time: 0,
  class: 'access',
  action: 'transcript.read',
  subject: 'student-1',
  actor: 'faculty-1',
  isOpen: true,
  destroyedAt: undefined,
  isInspected: false,
  ...given,
})

const policy = policyOf([])
const fate = (given: Partial<Judged>, holds: readonly RegisterEntry<'hold'>[] = []) =>
  fateOf(judged(given), { policy, holds, now })

describe('the period of an entry', () => {
  it('is that of the newest policy in force, and of the house without one', () => {
    const facts = { version: '2025', access: 400, admin: 500, security: 600 }
    const newer = { ...facts, version: '2026', access: 300 }
    const opened = { openedAt: '2026-02-01T00:00:00.000Z' }
    expect(policyOf([]).keepDays).to.deep.equal(defaultKeepDays)
    expect(
      policyOf([
        entryOf('retention', { state: 'in_force', facts: newer, ...opened }),
        entryOf('retention', { state: 'in_force', facts }),
        entryOf('retention', {
          state: 'proposed',
          facts: { ...facts, version: '2027' },
          openedAt: '2026-03-01T00:00:00.000Z',
        }),
      ]),
    ).to.deep.equal({ version: '2026', keepDays: { access: 300, admin: 500, security: 600 } })
  })

  it('is that of a policy until two people have withdrawn it', () => {
    const facts = { version: '2025', access: 4_000, admin: 4_000, security: 4_000 }
    const inState = (state: string) => policyOf([entryOf('retention', { state, facts })]).version
    expect(inState('withdrawal_proposed')).to.equal('2025')
    expect([inState('proposed'), inState('withdrawn')]).to.deep.equal([
      defaultPolicyVersion,
      defaultPolicyVersion,
    ])
  })

  it('ends with a day, and an entry of that very instant is kept', () => {
    const cutoff = cutoffOf(policy, 'access', now)
    expect(cutoff % dayMillis).to.equal(0)
    expect(fate({ time: cutoff })).to.equal('kept')
    expect(fate({ time: cutoff - 1 })).to.equal('due')
  })

  it('never ends by time for a disclosure, whatever its producer says of when it happened', () => {
    expect(fate({ class: 'disclosure' })).to.equal('kept')
    expect(fate({ class: 'disclosure', time: now - 1, destroyedAt: now })).to.equal('due')
    expect(fate({ time: now, eventTime: 0 })).to.equal('kept')
  })

  it('goes on for a disclosure sequenced after the record was destroyed: the student came back', () => {
    expect(fate({ class: 'disclosure', time: now, destroyedAt: now })).to.equal('kept')
    expect(fate({ class: 'disclosure', time: now + 1, destroyedAt: now, eventTime: 0 })).to.equal('kept')
  })

  it('never ends for what explains that other entries are empty', () => {
    expect(fate({ class: 'admin', action: 'retention.applied' })).to.equal('kept')
    expect(fate({ class: 'admin', action: 'subject.erased' })).to.equal('kept')
  })

  it('is longer while the student inspects or a hold reaches the entry', () => {
    expect(fate({ isInspected: true })).to.equal('inspection')
    expect(fate({ isInspected: true }, [holdOf({ scope: 'tenant' })])).to.equal('hold')
    expect(fate({ time: now, isInspected: true })).to.equal('kept')
  })
})

describe('a legal hold', () => {
  it('stands until two people have released it', () => {
    const states = ['proposed', 'placed', 'release_proposed', 'released', 'withdrawn']
    expect(states.filter((state) => standingStates.includes(state))).to.deep.equal([
      'placed',
      'release_proposed',
    ])
  })

  it('reaches what happened or was sequenced on one of its days, to the end of the last', () => {
    const hold = holdOf({ scope: 'tenant', from: '2026-03-02', until: '2026-03-03' })
    const at = (eventTime: string, time = eventTime) =>
      isInWindow(hold, { eventTime: Date.parse(eventTime), time: Date.parse(time) })
    expect(at('2026-03-01T23:59:59.999Z')).to.equal(false)
    expect(at('2026-03-02T00:00:00.000Z')).to.equal(true)
    expect(at('2026-03-03T23:59:59.999Z')).to.equal(true)
    expect(at('2026-03-04T00:00:00.000Z')).to.equal(false)
    expect(at('2026-03-03T12:00:00.000Z', '2026-04-30T00:00:00.000Z'), 'sequenced late').to.equal(true)
    expect(at('2026-04-30T00:00:00.000Z', '2026-03-03T12:00:00.000Z'), 'a clock ahead').to.equal(true)
  })

  it('reaches a student, an account or everybody', () => {
    expect(reaches(holdOf({ scope: 'subject' }, { student: 'student-1' }), judged())).to.equal(true)
    expect(reaches(holdOf({ scope: 'subject' }, { student: 'student-2' }), judged())).to.equal(false)
    expect(reaches(holdOf({ scope: 'actor' }, { heldActor: 'faculty-1' }), judged())).to.equal(true)
    expect(reaches(holdOf({ scope: 'actor' }, { heldActor: 'faculty-2' }), judged())).to.equal(false)
    expect(reaches(holdOf({ scope: 'tenant' }), judged())).to.equal(true)
  })

  it('reaches what cannot be told any more', () => {
    const unread = judged({ isOpen: false, subject: undefined, actor: undefined })
    expect(reaches(holdOf({ scope: 'subject' }, { student: 'student-2' }), unread)).to.equal(true)
    const { personal: _gone, ...forgotten } = holdOf({ scope: 'subject' })
    expect(reaches(forgotten, judged())).to.equal(true)
  })
})
