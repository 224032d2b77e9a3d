/** Evidence is collected every day, and the book has each collection. */
import type { Evidence, Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { isAnswer, judgeAnswer } from '../read/measured.ts'
import { environmentOf } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'the last scan is at most 26 hours old, and the ledger has the event of every one',
  'look why scans do not run, or why the ledger refuses their events: docs/runbooks/ComplianceScanStale.md',
)

export const control: Control = {
  id: 'IRP-09',
  sources: ['metrics'],
  page: {
    why: 'Evidence of last quarter says nothing of today. A hash in a log nobody can rewrite says that it was not made afterwards.',
    good: [
      {
        kind: 'metrics',
        type: 'answer',
        attributes: { name: 'IRP-09.age', samples: [{ labels: {}, value: 3600 }] },
      },
    ],
    bad: [
      {
        kind: 'metrics',
        type: 'answer',
        attributes: { name: 'IRP-09.age', samples: [{ labels: {}, value: 900000 }] },
      },
    ],
  },
  applies: isAnswer('IRP-09.age', 'IRP-09.gaps'),
  check: judgeCollection,
}

function judgeCollection(answer: Resource, evidence: Evidence): readonly Verdict[] {
  if (answer.name === 'IRP-09.gaps') {
    return judgeAnswer(judge, answer, {
      accepts: (value) => value === 0,
      says: (value) => `${value} events of scans were refused by the ledger`,
    })
  }
  const hours = parameterOf('IRP-09.hours', environmentOf(answer, evidence), evidence.parameters)
  return judgeAnswer(judge, answer, {
    accepts: (value) => value <= hours * 3_600,
    says: (value) => `the last scan ended ${Math.round(value / 360) / 10} hours ago`,
  })
}
