/** What browsers send about themselves says nothing about who sits in front of them. */
import type { Control } from '../control.ts'
import { isAnswer, judgeAnswer } from '../read/answer.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'of the personal data planted into telemetry none is found behind the fence',
  'mask inputs, drop addresses with ids, and list the attributes that may pass',
)
const answer = (value: number) =>
  ({
    kind: 'metrics',
    type: 'answer',
    attributes: { name: 'PRV-14.leaks', samples: [{ labels: {}, value }] },
  }) as const

export const control: Control = {
  id: 'PRV-14',
  sources: ['metrics'],
  page: {
    why: 'A page reports its address, its errors and what was clicked: with a student’s number in the address or a name in an error, telemetry is an education record.',
    good: [answer(0)],
    bad: [answer(3)],
  },
  applies: isAnswer('PRV-14.leaks'),
  check: (resource) =>
    judgeAnswer(judge, resource, {
      accepts: (count) => count === 0,
      says: (count) => `${count} planted values were found behind the fence`,
    }),
}
