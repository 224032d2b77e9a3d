/** The clocks of notification are kept, and none has run out. */
import { withStatement } from '../attested.ts'
import type { Control } from '../control.ts'
import { isAnswer, judgeAnswer } from '../read/measured.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no entry of a statutory register is past its day',
  'do what is due, and record it: docs/runbooks/RecordClockOverdue.md',
)

const measured: Control = {
  id: 'IRP-04',
  sources: ['metrics'],
  page: {
    why: 'Seventy-two hours of the GDPR, thirty days of the GLBA and the term of each contract run from different moments. Nobody keeps three clocks in the head.',
    good: [
      {
        kind: 'metrics',
        type: 'answer',
        attributes: { name: 'IRP-04.overdue', samples: [{ labels: { clock: 'inspection' }, value: 0 }] },
      },
    ],
    bad: [
      {
        kind: 'metrics',
        type: 'answer',
        attributes: { name: 'IRP-04.overdue', samples: [{ labels: { clock: 'inspection' }, value: 2 }] },
      },
    ],
  },
  applies: isAnswer('IRP-04.overdue'),
  check: (answer) =>
    judgeAnswer(judge, answer, {
      accepts: (value) => value === 0,
      says: (value) => `${value} entries are past their day`,
    }),
}

export const control = withStatement(
  measured,
  'each incident records when it was detected, decided and notified, against the terms of GDPR, GLBA and contracts',
)
