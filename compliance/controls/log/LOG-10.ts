/** Logs hold no personal data, no tokens and no passwords. */
import { attributeOf, childrenOf, lastSegmentOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isAnswer, judgeAnswer } from '../read/measured.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no line of the sample holds an address, a number of a person or card, or a token, and no planted data came out',
  'log keys that are declared, not texts; mask what users type before it is logged',
)
const isLeaks = isAnswer('LOG-10.leaks')

export const control: Control = {
  id: 'LOG-10',
  sources: ['metrics'],
  page: {
    why: 'Whoever reads logs sees what stands in them: operators, vendors, whoever steals a copy. Education records in a log are disclosures nobody recorded.',
    good: [
      {
        kind: 'metrics',
        type: 'log_sample',
        attributes: { lines: 1000, personal: { email: 0, token: 0 } },
      },
    ],
    bad: [
      {
        kind: 'metrics',
        type: 'log_sample',
        attributes: { lines: 1000, personal: { email: 3, token: 0 } },
      },
    ],
  },
  applies: (resource) => isLeaks(resource) || (resource.kind === 'metrics' && resource.type === 'log_sample'),
  check: (resource) => (isLeaks(resource) ? judgeLeaks(resource) : judgeSample(resource)),
}

function judgeLeaks(answer: Resource): readonly Verdict[] {
  return judgeAnswer(judge, answer, {
    accepts: (value) => value === 0,
    says: (value) => `${value} planted data came out of the fence within a day`,
  })
}

function judgeSample(sample: Resource): Verdict | readonly Verdict[] {
  const [lines, personal] = [attributeOf(sample, 'lines'), attributeOf(sample, 'personal')]
  if (lines?.known !== true || personal?.known !== true) {
    return judge.unknown(lines?.known === false ? lines.why : 'nobody looked at lines')
  }
  if (Number(lines.value) === 0) return judge.notApplicable('the log has no lines')
  const found = childrenOf(sample, 'personal').flatMap((path): Verdict[] => {
    const count = attributeOf(sample, path)
    const what = lastSegmentOf(path)
    return count?.known === true && Number(count.value) > 0
      ? [
          {
            ...judge.fail(`${Number(count.value)} of ${Number(lines.value)} lines hold: ${what}`),
            part: what,
          },
        ]
      : []
  })
  return found.length === 0 ? judge.pass(`${Number(lines.value)} lines, and nothing in them`) : found
}
