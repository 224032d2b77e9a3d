/** Administrators of the product show a second factor. */
import { attributeOf, childrenOf, type Resource } from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no session of an administrator began without a second factor',
  'ask administrators for a second factor before they are given a token',
)
/** Logins of administrators in the window: all of them, and those without `mfa` among their methods. */
const question = 'IAM-16.sessions_without_second_factor'

export const control: Control = withStatement(
  {
    id: 'IAM-16',
    sources: ['metrics'],
    page: {
      why: 'One guessed password of an administrator opens the records of everybody.',
      good: [{ kind: 'metrics', type: 'ledger', attributes: { name: question, samples: [{ value: 0 }] } }],
      bad: [{ kind: 'metrics', type: 'ledger', attributes: { name: question, samples: [{ value: 2 }] } }],
    },
    applies: ({ kind, name }) => kind === 'metrics' && name === question,
    check: judgeSessions,
  },
  'the policy asks every administrator of the product for a second factor',
)

function judgeSessions(answer: Resource): Verdict {
  const whole = attributeOf(answer, 'samples')
  if (whole === undefined) return judge.unknown('the ledger was not asked')
  const values = childrenOf(answer, 'samples').map((path) => attributeOf(answer, `${path}.value`))
  if (values.length === 0) {
    return whole.known ? judge.unknown('no administrator logged in') : judge.unknown(whole.why)
  }
  let sum = 0
  for (const value of values) {
    if (value?.known !== true) return judge.unknown(value?.why ?? 'an answer has no number')
    sum += Number(value.value)
  }
  if (!Number.isFinite(sum)) return judge.unknown('an answer is no number')
  return sum > 0
    ? judge.fail(`${sum} sessions without a second factor`)
    : judge.pass('every session had a second factor')
}
