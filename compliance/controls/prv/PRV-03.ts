/** What may no longer be kept is removed by a job, not by memory. */
import { parameterOf } from '../../parameters.ts'
import { withStatement } from '../attested.ts'
import type { Control } from '../control.ts'
import { isAnswer, judgeAnswer } from '../read/answer.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'the periods of all records were looked at within two days',
  'run the job of the retention schedule every night',
)
const answer = (value: number) =>
  ({
    kind: 'metrics',
    type: 'answer',
    attributes: { name: 'PRV-03.age', samples: [{ labels: { tenant: 'north' }, value }] },
  }) as const

const machine: Control = {
  id: 'PRV-03',
  sources: ['metrics'],
  page: {
    why: 'Data that nobody needs any more is still stolen, asked for by courts, and counted in a breach. A schedule on paper removes nothing.',
    good: [answer(3_600)],
    bad: [answer(900_000)],
  },
  applies: isAnswer('PRV-03.age'),
  check: (resource, { parameters }) =>
    judgeAnswer(judge, resource, {
      accepts: (seconds) => seconds <= parameterOf('PRV-03.days', 'production', parameters) * 86_400,
      says: (seconds) => `last looked at ${Math.round(seconds / 3_600)} hours ago`,
    }),
}

export const control = withStatement(
  machine,
  'the schedule covers every store, and what it removed is logged',
)
