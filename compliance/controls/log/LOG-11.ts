/** Every read of an education record has its event in the ledger. */
import { parameterOf } from '../../parameters.ts'
import type { Control } from '../control.ts'
import { isAnswer, judgeAnswer } from '../read/measured.ts'
import { environmentOf } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'at least 9,999 of 10,000 reads of education records have an event that the ledger has or will get',
  'repair and send again what the ledger refused; write event and read in one transaction',
)

export const control: Control = {
  id: 'LOG-11',
  sources: ['metrics'],
  page: {
    why: 'A student may ask who saw the record (34 CFR 99.32). A read without an event is an answer nobody can give.',
    good: [
      {
        kind: 'metrics',
        type: 'answer',
        attributes: { name: 'LOG-11.coverage', samples: [{ labels: {}, value: 1 }] },
      },
    ],
    bad: [
      {
        kind: 'metrics',
        type: 'answer',
        attributes: { name: 'LOG-11.coverage', samples: [{ labels: {}, value: 0.93 }] },
      },
    ],
  },
  applies: isAnswer('LOG-11.coverage'),
  check: (answer, evidence) => {
    const environment = environmentOf(answer, evidence)
    const least = parameterOf('LOG-11.covered', environment, evidence.parameters) / 10_000
    return judgeAnswer(judge, answer, {
      accepts: (value) => value >= least,
      says: (value) => `${Math.floor(value * 1e6) / 1e4} % of the reads have their event`,
      empty: ({ unknown }) => unknown('no read of an education record was counted'),
    })
  },
}
