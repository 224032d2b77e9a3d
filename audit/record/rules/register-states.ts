/** Which states an entry of each register goes through, by which command, and what the command must say. */
import type { CommandBody, Register } from '../../../contracts/record.ts'
import type { Fault } from '../../../contracts/problem.ts'

/** What a command may have to say: a field of its body. */
type Need = 'reason' | 'statement' | 'hearingNotice' | 'impartialOfficer' | 'count'

interface Transition {
  readonly from: readonly string[]
  readonly to: string
  readonly needs?: readonly Need[]
  /** True where another person must have made the change before: two people, one decision. */
  readonly byAnother?: true
  /** True where a program of the house gives the command alone; people have steps that take two of them. */
  readonly byProgram?: true
}

interface Life {
  readonly first: string
  /** States after which nothing is due any more. */
  readonly last: readonly string[]
  /** True where an entry is about one student. */
  readonly hasStudent: boolean | 'maybe'
  readonly commands: Readonly<Record<string, Transition>>
}

export const registerStates: Readonly<Record<Register, Life>> = {
  agreement: {
    first: 'in_force',
    last: ['destroyed'],
    hasStudent: false,
    commands: {
      end: { from: ['in_force'], to: 'ended' },
      attest_destruction: { from: ['in_force', 'ended'], to: 'destroyed', needs: ['statement'] },
    },
  },
  consent: {
    first: 'in_force',
    last: ['revoked'],
    hasStudent: true,
    commands: { revoke: { from: ['in_force'], to: 'revoked' } },
  },
  directory_policy: {
    first: 'published',
    last: ['withdrawn'],
    hasStudent: false,
    commands: { withdraw: { from: ['published'], to: 'withdrawn' } },
  },
  opt_out: {
    first: 'in_force',
    last: ['rescinded'],
    hasStudent: true,
    commands: { rescind: { from: ['in_force'], to: 'rescinded' } },
  },
  annual_notice: {
    first: 'published',
    last: ['withdrawn'],
    hasStudent: false,
    commands: { withdraw: { from: ['published'], to: 'withdrawn' } },
  },
  debarment: {
    first: 'in_force',
    last: ['lifted'],
    hasStudent: false,
    commands: { lift: { from: ['in_force'], to: 'lifted', needs: ['statement'] } },
  },
  hold: {
    first: 'proposed',
    last: ['withdrawn', 'released'],
    hasStudent: 'maybe',
    commands: {
      approve: { from: ['proposed'], to: 'placed', byAnother: true },
      withdraw: { from: ['proposed'], to: 'withdrawn' },
      propose_release: { from: ['placed'], to: 'release_proposed', needs: ['statement'] },
      keep: { from: ['release_proposed'], to: 'placed' },
      approve_release: { from: ['release_proposed'], to: 'released', byAnother: true },
    },
  },
  inspection: {
    first: 'open',
    last: ['granted', 'refused', 'withdrawn'],
    hasStudent: true,
    commands: {
      grant: { from: ['open'], to: 'granted' },
      refuse: { from: ['open'], to: 'refused', needs: ['reason'] },
      withdraw: { from: ['open'], to: 'withdrawn' },
    },
  },
  amendment: {
    first: 'requested',
    // A statement stays with the record for as long as the record is kept.
    last: ['amended', 'withdrawn'],
    hasStudent: true,
    commands: {
      amend: { from: ['requested'], to: 'amended' },
      withdraw: { from: ['requested', 'refused', 'hearing_requested'], to: 'withdrawn' },
      refuse: { from: ['requested'], to: 'refused', needs: ['statement', 'hearingNotice'] },
      request_hearing: { from: ['refused'], to: 'hearing_requested' },
      decide_amend: {
        from: ['hearing_requested'],
        to: 'amended',
        needs: ['statement', 'impartialOfficer'],
      },
      uphold: { from: ['hearing_requested'], to: 'upheld', needs: ['statement', 'impartialOfficer'] },
      place_statement: { from: ['upheld'], to: 'statement_placed', needs: ['statement'] },
    },
  },
  redisclosure: {
    first: 'requested',
    last: ['answered', 'withdrawn'],
    hasStudent: false,
    commands: {
      answer: { from: ['requested'], to: 'answered', needs: ['count'] },
      withdraw: { from: ['requested'], to: 'withdrawn' },
    },
  },
  retention: {
    first: 'proposed',
    last: ['withdrawn'],
    hasStudent: false,
    commands: {
      // A shorter period destroys, and so may the one that holds without a longer one: each takes two.
      approve: { from: ['proposed'], to: 'in_force', byAnother: true },
      withdraw: { from: ['proposed'], to: 'withdrawn' },
      propose_withdrawal: { from: ['in_force'], to: 'withdrawal_proposed' },
      keep: { from: ['withdrawal_proposed'], to: 'in_force' },
      approve_withdrawal: { from: ['withdrawal_proposed'], to: 'withdrawn', byAnother: true },
    },
  },
  student_record: {
    first: 'kept',
    last: ['destroyed'],
    hasStudent: true,
    commands: {
      // The record of disclosures follows, and an erasure may.
      destroy: { from: ['kept'], to: 'destroyed', needs: ['reason'], byProgram: true },
      propose_destruction: { from: ['kept'], to: 'destruction_proposed', needs: ['reason'] },
      keep: { from: ['destruction_proposed'], to: 'kept' },
      approve_destruction: { from: ['destruction_proposed'], to: 'destroyed', byAnother: true },
    },
  },
  eligibility: {
    first: 'in_force',
    last: ['corrected'],
    hasStudent: true,
    commands: { correct: { from: ['in_force'], to: 'corrected', needs: ['reason'] } },
  },
  dependency: {
    first: 'in_force',
    last: ['ended'],
    hasStudent: true,
    commands: { end: { from: ['in_force'], to: 'ended' } },
  },
}

/** How the entry stands that a command is for. */
export interface Standing {
  readonly register: Register
  readonly state: string
  /** True when whoever gives the command also made the last change. */
  readonly isSameActor: boolean
  /** True when a program of the house gives it, not a person with a token of their own. */
  readonly isProgram?: boolean
}

export type Step =
  | { readonly possible: true; readonly to: string; readonly isLast: boolean }
  | { readonly possible: false; readonly faults: Fault[] }

/** Judges a command: the state it leads to, or everything that stands in its way. */
export function stepOf(standing: Standing, command: string, body: CommandBody): Step {
  const { register, state, isSameActor, isProgram = false } = standing
  const { commands, last } = registerStates[register]
  const transition = Object.hasOwn(commands, command) ? commands[command] : undefined
  if (transition === undefined) {
    return {
      possible: false,
      faults: [{ at: 'command', expected: `one of ${Object.keys(commands).join(', ')}` }],
    }
  }
  const faults: Fault[] = [
    ...(transition.from.includes(state)
      ? []
      : [{ at: 'state', expected: `${transition.from.join(' or ')}, found ${state}` }]),
    ...(transition.byAnother === true && isSameActor
      ? [{ at: '/actor', expected: 'another person than who proposed it' }]
      : []),
    ...(transition.byProgram === true && !isProgram
      ? [{ at: 'command', expected: 'a step that takes two people' }]
      : []),
    ...(transition.needs ?? [])
      .filter((need) => body[need] === undefined || body[need] === false)
      .map((need) => ({ at: `/${need}`, expected: `a value: ${command} asks for it` })),
  ]
  if (faults.length > 0) return { possible: false, faults }
  return { possible: true, to: transition.to, isLast: last.includes(transition.to) }
}
