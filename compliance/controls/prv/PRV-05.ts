/** Every disclosure rests on a consent or on an exception that somebody named. */
import { withStatement } from '../attested.ts'
import type { Control } from '../control.ts'
import { isAnswer, judgeAnswer } from '../read/answer.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'each disclosure names the consent or the exception of 34 CFR 99.31 it rests on',
  'refuse to disclose without a basis, and write it into the event',
)
const answer = (basis: string) =>
  ({
    kind: 'metrics',
    type: 'answer',
    attributes: { name: 'PRV-05.basis', samples: [{ labels: { basis }, value: 12 }] },
  }) as const

const machine: Control = {
  id: 'PRV-05',
  sources: ['metrics'],
  page: {
    why: 'A record may leave with a dated, specific consent or under one of a few exceptions. Afterwards nobody remembers which: it has to be written when it happens (34 CFR 99.30 to 99.32).',
    good: [answer('consent')],
    bad: [answer('none')],
  },
  applies: isAnswer('PRV-05.basis'),
  check: (resource) =>
    judgeAnswer(judge, resource, {
      accepts: (count, { basis = '' }) => count === 0 || !/^(?:|none|unknown|other)$/i.test(basis),
      says: (count, { basis = '' }) => `${count} disclosures rest on ${basis || 'nothing'}`,
    }),
}

export const control = withStatement(
  machine,
  'consents are written, dated, name records, purpose and receiver, and can be taken back',
)
