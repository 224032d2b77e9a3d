/** Records of disclosures live as long as the education record. */
import type { Control } from '../control.ts'
import { isAnswer, judgeAnswer } from '../read/measured.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no record of a disclosure was removed because a period had passed',
  'take the class disclosure out of the periods of retention: it ends with the record of the student',
)

export const control: Control = {
  id: 'LOG-13',
  sources: ['metrics'],
  page: {
    why: '34 CFR 99.32(a)(2): the record of who received an education record is kept with it, as long as it is kept.',
    good: [
      {
        kind: 'metrics',
        type: 'answer',
        attributes: { name: 'LOG-13.removed', samples: [{ labels: { class: 'disclosure' }, value: 0 }] },
      },
    ],
    bad: [
      {
        kind: 'metrics',
        type: 'answer',
        attributes: { name: 'LOG-13.removed', samples: [{ labels: { class: 'disclosure' }, value: 12 }] },
      },
    ],
  },
  applies: isAnswer('LOG-13.removed'),
  check: (answer) =>
    judgeAnswer(judge, answer, {
      // Increases are estimated between scrapes: less than a half is none.
      accepts: (value) => value < 0.5,
      says: (value) => `${Math.round(value)} records of disclosures were removed in a year`,
    }),
}
