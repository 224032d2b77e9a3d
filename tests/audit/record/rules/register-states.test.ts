import { expect } from 'chai'
import { registers } from '../../../../contracts/record.ts'
import { dueAtOf } from '../../../../audit/record/rules/register-entry.ts'
import { registerStates, stepOf } from '../../../../audit/record/rules/register-states.ts'

const time = '2026-09-01T08:00:00.000Z'
const everything = {
  time,
  actor: 'a',
  reason: 'r',
  statement: 's',
  hearingNotice: true,
  impartialOfficer: true,
  count: 1,
}

describe('states of the registers', () => {
  for (const register of registers) {
    const { first, last, commands } = registerStates[register]
    const transitions = Object.entries(commands)

    it(`of ${register} are all reached from the first, and the last ones are left by nothing`, () => {
      const reached = new Set([first])
      for (let round = 0; round < transitions.length; round++) {
        for (const [, { from, to }] of transitions) {
          if (from.some((state) => reached.has(state))) reached.add(to)
        }
      }
      const named = transitions.flatMap(([, { from, to }]) => [...from, to])
      expect([...reached].sort()).to.deep.equal([...new Set([first, ...named, ...last])].sort())
      for (const [, { from }] of transitions) for (const state of last) expect(from).not.to.include(state)
    })

    it(`of ${register} change by each command that says what it must, from its own states only`, () => {
      const states = new Set(transitions.flatMap(([, { from, to }]) => [...from, to]))
      for (const [command, { from, to, needs = [], byAnother }] of transitions) {
        for (const state of states) {
          const step = stepOf({ register, state, isSameActor: false, isProgram: true }, command, everything)
          if (from.includes(state))
            expect(step).to.deep.equal({ possible: true, to, isLast: last.includes(to) })
          else expect(step).to.have.property('possible', false)
        }
        const [state = ''] = from
        for (const need of needs) {
          const { [need]: _left, ...rest } = everything
          const step = stepOf({ register, state, isSameActor: false, isProgram: true }, command, rest)
          expect(step).to.have.deep.nested.property('faults[0].at', `/${need}`)
        }
        const alone = stepOf({ register, state, isSameActor: true, isProgram: true }, command, everything)
        expect(alone.possible).to.equal(byAnother !== true)
      }
    })
  }

  it('take two people for a period, and two again for ending one that is in force', () => {
    const by = (state: string, isSameActor: boolean, command: string) =>
      stepOf({ register: 'retention', state, isSameActor }, command, everything).possible
    expect(by('proposed', true, 'approve')).to.equal(false)
    expect(by('proposed', true, 'withdraw')).to.equal(true)
    expect(by('in_force', false, 'withdraw')).to.equal(false)
    expect(by('in_force', true, 'propose_withdrawal')).to.equal(true)
    expect(by('withdrawal_proposed', true, 'approve_withdrawal')).to.equal(false)
    expect(by('withdrawal_proposed', false, 'approve_withdrawal')).to.equal(true)
  })

  it('let a program say that a student’s record is destroyed, and people only two together', () => {
    const standing = { register: 'student_record', isSameActor: false } as const
    const by = (state: string, command: string, given: { isSameActor?: boolean; isProgram?: boolean }) =>
      stepOf({ ...standing, state, ...given }, command, everything).possible
    expect(by('kept', 'destroy', { isProgram: true })).to.equal(true)
    expect(by('kept', 'destroy', {})).to.equal(false)
    expect(by('kept', 'propose_destruction', {})).to.equal(true)
    expect(by('destruction_proposed', 'approve_destruction', { isSameActor: true })).to.equal(false)
    expect(by('destruction_proposed', 'approve_destruction', {})).to.equal(true)
  })

  it('refuse a command nobody knows, also one every object has', () => {
    for (const command of ['explode', 'constructor', 'toString', '__proto__']) {
      const step = stepOf({ register: 'hold', state: 'proposed', isSameActor: false }, command, everything)
      expect(step).to.have.deep.nested.property('faults[0].at', 'command')
    }
  })
})

describe('dueAtOf', () => {
  it('gives 45 days to an inspection and 30 to an authority, across a change of the clocks', () => {
    expect(dueAtOf('inspection', '2026-10-01T08:00:00.000Z', {})).to.equal('2026-11-15T08:00:00.000Z')
    expect(dueAtOf('redisclosure', '2026-10-15T08:00:00.000Z', {})).to.equal('2026-11-14T08:00:00.000Z')
  })

  it('gives an agreement until the end of the day its records are destroyed by', () => {
    expect(dueAtOf('agreement', time, { destroyBy: '2027-01-31' })).to.equal('2027-01-31T23:59:59.999Z')
    expect(dueAtOf('agreement', time, {})).to.equal(undefined)
    expect(dueAtOf('consent', time, {})).to.equal(undefined)
  })
})
