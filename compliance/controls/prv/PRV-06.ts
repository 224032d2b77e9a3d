/** Who asks for a record sees it in time. */
import { parameterOf } from '../../parameters.ts'
import { withStatement } from '../attested.ts'
import type { Control } from '../control.ts'
import { isAnswer, judgeAnswer } from '../read/answer.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no request to inspect a record waits longer than 45 days',
  'answer the oldest request first',
)
const answer = (days: number) =>
  ({
    kind: 'metrics',
    type: 'answer',
    attributes: { name: 'PRV-06.oldest', samples: [{ labels: { tenant: 'north' }, value: days * 86_400 }] },
  }) as const

const machine: Control = {
  id: 'PRV-06',
  sources: ['metrics'],
  page: {
    why: 'A student may inspect the record within 45 days (34 CFR 99.10), under the GDPR within a month. A request in a mailbox has no clock.',
    good: [answer(12)],
    bad: [answer(60)],
  },
  applies: isAnswer('PRV-06.oldest'),
  check: (resource, { parameters }) =>
    judgeAnswer(judge, resource, {
      accepts: (seconds) => seconds <= parameterOf('PRV-06.days', 'production', parameters) * 86_400,
      says: (seconds) => `the oldest request has waited ${Math.round(seconds / 86_400)} days`,
    }),
}

export const control = withStatement(
  machine,
  'every request of the last year was answered in time, with an export the person could read',
)
