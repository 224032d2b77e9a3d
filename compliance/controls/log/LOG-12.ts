/** The audit log verifies, was verified of late, and is signed up to its newest entries. */
import type { Evidence, Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { isAnswer, judgeAnswer } from '../read/measured.ts'
import { environmentOf } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'the last verification of each log passed, within the hour, and no entry waits for a signed checkpoint longer than 5 minutes',
  'treat a log that does not verify as an incident: docs/runbooks/LedgerChainBroken.md',
)

export const control: Control = {
  id: 'LOG-12',
  sources: ['metrics'],
  page: {
    why: 'A log that can be changed proves nothing. Hashes help only if somebody recomputes them, and signatures only if they cover what is new.',
    good: [
      {
        kind: 'metrics',
        type: 'answer',
        attributes: { name: 'LOG-12.verified', samples: [{ labels: { tenant: 'north' }, value: 1 }] },
      },
    ],
    bad: [
      {
        kind: 'metrics',
        type: 'answer',
        attributes: { name: 'LOG-12.verified', samples: [{ labels: { tenant: 'north' }, value: 0 }] },
      },
    ],
  },
  applies: isAnswer('LOG-12.verified', 'LOG-12.verified_seconds_ago', 'LOG-12.signed_seconds_ago'),
  check: judgeLog,
}

function judgeLog(answer: Resource, evidence: Evidence): readonly Verdict[] {
  const environment = environmentOf(answer, evidence)
  const minutes = (name: 'LOG-12.minutes' | 'LOG-12.unsigned_minutes') =>
    parameterOf(name, environment, evidence.parameters)
  switch (answer.name) {
    case 'LOG-12.verified':
      return judgeAnswer(judge, answer, {
        accepts: (value) => value === 1,
        says: (value) => (value === 1 ? 'the log verifies' : 'the log does not verify'),
      })
    case 'LOG-12.verified_seconds_ago':
      return judgeAnswer(judge, answer, {
        accepts: (value) => isWithin(value, 60 * minutes('LOG-12.minutes')),
        says: (value) => `verified ${ago(value)}`,
      })
    default:
      return judgeAnswer(judge, answer, {
        accepts: (value) => isWithin(value, 60 * minutes('LOG-12.unsigned_minutes')),
        says: (value) => `entries without a checkpoint, the last of which was signed ${ago(value)}`,
        // Only logs with entries that nothing covers are asked for: none is what should be.
        empty: ({ notApplicable }) => notApplicable('no entry waits for a checkpoint'),
      })
  }
}

/** How far the clocks of two machines may be apart, in seconds: what lies further ahead was never measured. */
const skewSeconds = 60

function isWithin(seconds: number, most: number): boolean {
  return seconds >= -skewSeconds && seconds <= most
}

/** A log that never had one is asked about the beginning of time (1970). */
function ago(seconds: number): string {
  const rounded = Math.round(seconds)
  if (rounded > 1e9) return 'never'
  return rounded < 0 ? `${-rounded} s from now` : `${rounded} s ago`
}
