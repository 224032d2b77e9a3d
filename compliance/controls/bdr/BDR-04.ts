/** Somebody brought a backup back lately, and it took no longer than was promised. */
import { knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import { withStatement } from '../attested.ts'
import type { Verdict } from '../control.ts'
import { isAnswer, valueOfAnswer } from '../read/answer.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a backup was restored and its rows counted in the last 90 days, within an hour',
  'restore the newest backup into an empty database, count its rows, and record when it began and ended',
)

const secondsOfDay = 86_400
const isAge = isAnswer('BDR-04.age')
const drill = (seconds: number) => ({
  kind: 'metrics' as const,
  type: 'answer',
  attributes: { name: 'BDR-04.age', samples: [{ labels: {}, value: seconds }] },
})

export const control = withStatement(
  {
    id: 'BDR-04',
    page: {
      why: 'Backups that were never restored fail on the day they are needed: a key is lost, a table is missing, or it takes a week.',
      good: [drill(20 * secondsOfDay)],
      bad: [drill(200 * secondsOfDay)],
    },
    sources: ['metrics'],
    applies: isAnswer('BDR-04.age', 'BDR-04.duration'),
    check: judgeDrill,
  },
  'a restore drill with start, end and a count of rows was made in the last 90 days and met its objective',
)

function judgeDrill(answer: Resource, evidence: Evidence): Verdict {
  const value = valueOfAnswer(answer)
  if (value?.known === false) return judge.unknown(`the drill ${value.why}`)
  if (value === undefined || value.value === null) {
    return isSigned(evidence)
      ? judge.notApplicable('no drill is measured here, and somebody signed for one')
      : judge.fail('no restore is recorded')
  }
  const seconds = Math.round(Number(value.value))
  if (!isAge(answer)) {
    const most = parameterOf('BDR-04.seconds', 'production', evidence.parameters)
    const found = `the last restore took ${seconds} seconds`
    return seconds <= most ? judge.pass(found) : judge.fail(found)
  }
  const days = Math.floor(seconds / secondsOfDay)
  const found = `the last restore was ${days} days ago`
  return days <= parameterOf('BDR-04.days', 'production', evidence.parameters)
    ? judge.pass(found)
    : judge.fail(found)
}

function isSigned({ resources }: Evidence): boolean {
  return resources.some(
    (each) =>
      each.kind === 'attestation' && each.name === 'BDR-04' && knownValueOf(each, 'state') === 'current',
  )
}
