/** Lines of logs say when, how bad, in which request, for which tenant and whom. */
import { attributeOf, childrenOf, lastSegmentOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'every line of the sample is JSON with time and level, and those about a request have its id, tenant and a hash of the user',
  'log through one logger that writes JSON and adds the fields of the request',
)

export const control: Control = {
  id: 'LOG-09',
  sources: ['metrics'],
  page: {
    why: 'Who asks months later what happened to one record has only fields to search by. Prose cannot be counted, joined or masked.',
    good: [
      {
        kind: 'metrics',
        type: 'log_sample',
        attributes: { lines: 1000, malformed: 0, lacking: { time: 0, level: 0 } },
      },
    ],
    bad: [
      {
        kind: 'metrics',
        type: 'log_sample',
        attributes: { lines: 1000, malformed: 12, lacking: { time: 0, level: 40 } },
      },
    ],
  },
  applies: ({ kind, type }) => kind === 'metrics' && type === 'log_sample',
  check: judgeSample,
}

function judgeSample(sample: Resource): Verdict | readonly Verdict[] {
  const [lines, malformed] = [attributeOf(sample, 'lines'), attributeOf(sample, 'malformed')]
  const lacking = attributeOf(sample, 'lacking')
  if (lines?.known !== true || malformed?.known !== true || lacking?.known !== true) {
    return judge.unknown(lines?.known === false ? lines.why : 'nobody looked at lines')
  }
  const total = Number(lines.value)
  if (total === 0) return judge.notApplicable('the log has no lines')
  const counts = childrenOf(sample, 'lacking').map(
    (path) => [path, `without ${lastSegmentOf(path)}`] as const,
  )
  const found = [['malformed', 'no JSON'] as const, ...counts].flatMap(([path, what]): Verdict[] => {
    const count = attributeOf(sample, path)
    if (count?.known !== true || Number(count.value) === 0) return []
    return [{ ...judge.fail(`${Number(count.value)} of ${total} lines are ${what}`), part: what }]
  })
  return found.length === 0 ? judge.pass(`${total} lines with all their fields`) : found
}
