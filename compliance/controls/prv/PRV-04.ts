/** Who refused to be in the directory is in no list of it. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a column keeps the refusal of directory information',
  'add a column such as directory_opt_out and ask it wherever the directory is read',
)

const machine: Control = {
  id: 'PRV-04',
  sources: ['postgres'],
  page: {
    why: 'Some students must not be found: by a former partner, a debt collector, a state. Their refusal counts from the day they gave it, in every list (34 CFR 99.37).',
    good: [
      {
        kind: 'postgres',
        type: 'refusals',
        attributes: { columns: [{ table: 'academics.student', name: 'directory_opt_out' }] },
      },
    ],
    bad: [{ kind: 'postgres', type: 'refusals', attributes: { columns: [] } }],
  },
  applies: ({ kind, type }) => kind === 'postgres' && type === 'refusals',
  check: judgeColumns,
}

export const control = withStatement(
  machine,
  'a student who refused was looked for in every directory and list, and was not found',
)

/** A column of another name keeps the refusal as well: its absence proves nothing. */
function judgeColumns(resource: Resource): Verdict {
  const columns = attributeOf(resource, 'columns')
  if (columns?.known !== true) return judge.unknown(`the columns ${columns?.why ?? 'were not told'}`)
  const [first] = childrenOf(resource, 'columns')
  if (first === undefined) return judge.unknown('no column has a name that says it')
  const of = (name: string) => textOf(knownValueOf(resource, `${first}.${name}`))
  return judge.pass(`${of('table')} has ${of('name')}`)
}
