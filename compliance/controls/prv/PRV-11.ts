/** Numbers about people never stand for a handful of them. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a view for statistics leaves out groups of fewer than 10',
  'add HAVING count(*) >= 10 to the view',
)
const view = (having: string) =>
  ({
    kind: 'postgres',
    type: 'statistic',
    attributes: {
      schema: 'analytics',
      name: 'grades_by_course',
      definition: ` SELECT course,\n    count(*) AS people\n   FROM grade\n  GROUP BY course${having};`,
    },
  }) as const

const machine: Control = {
  id: 'PRV-11',
  sources: ['postgres'],
  page: {
    why: 'The average of a group of one is that student’s grade. Groups that are too small are left out, or the numbers are records after all (34 CFR 99.31(b)).',
    good: [view('\n HAVING (count(*) >= 10)')],
    bad: [view('')],
  },
  applies: ({ kind, type }) => kind === 'postgres' && type === 'statistic',
  check: judgeView,
}

export const control = withStatement(
  machine,
  'dashboards and exports for others than the school read such views only',
)

function judgeView(view: Resource, { parameters }: Evidence): Verdict {
  const definition = attributeOf(view, 'definition')
  if (definition?.known !== true) return judge.unknown(`its definition ${definition?.why ?? 'was not told'}`)
  const text = textOf(definition.value)
  if (!/\bGROUP BY\b/i.test(text)) {
    return /\b(?:count|sum|avg)\s*\(/i.test(text)
      ? judge.notApplicable('it makes one group of all')
      : judge.fail('it shows rows, not groups')
  }
  const smallest = parameterOf('PRV-11.people', 'production', parameters)
  const found = /\bHAVING\b[^;]*?count\s*\([^)]*\)\s*(>=?)\s*(\d+)/i.exec(text)
  const least = found === null ? undefined : Number(found[2]) + (found[1] === '>' ? 1 : 0)
  if (least === undefined) {
    return /\bHAVING\b/i.test(text)
      ? judge.unknown('what its HAVING leaves out cannot be told')
      : judge.fail('it leaves no group out')
  }
  const said = `it leaves out groups of fewer than ${least}`
  return least >= smallest ? judge.pass(said) : judge.fail(said)
}
