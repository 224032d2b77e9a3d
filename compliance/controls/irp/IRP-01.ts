/** What is done in an incident, and by whom, is written down and read again every year. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'the repository holds a plan for incidents (runbooks/incident-response.md)',
  'write docs/runbooks/incident-response.md: roles, first hour, who is told, where evidence is kept',
)

const plan = /(?:^|\/)incident[-_ ]?(?:response|management)(?:[-_ ]?plan)?\.(?:md|adoc|rst|txt|pdf)$/i

const written: Control = {
  id: 'IRP-01',
  sources: ['repository'],
  page: {
    why: 'In the first hour nobody can agree on who decides. A plan that nobody has read for a year names people who have left.',
    good: [
      {
        kind: 'repository',
        type: 'file',
        attributes: { name: 'docs/runbooks/incident-response.md', present: true },
      },
    ],
    bad: [
      {
        kind: 'repository',
        type: 'file',
        attributes: { name: 'docs/runbooks/incident-response.md', present: false },
      },
    ],
  },
  applies: isPlan,
  check: judgePlan,
  missing: missingPlan,
}

export const control = withStatement(
  written,
  'the plan for incidents names roles and was reviewed within a year',
)

function isPlan({ kind, type, name, attributes }: Resource): boolean {
  if (kind !== 'repository' || type !== 'file') return false
  const written = attributes.get('name')
  return (
    plan.test(name) ||
    (written?.known === true && typeof written.value === 'string' && plan.test(written.value))
  )
}

function judgePlan(file: Resource): Verdict {
  const present = attributeOf(file, 'present')
  if (present?.known === false) return judge.unknown(present.why)
  return present?.value === false
    ? judge.fail('there is no plan for incidents')
    : judge.pass('the plan is there')
}

/** Only where a whole repository was looked at is what was not found not there. */
function missingPlan({ resources }: Evidence): ReturnType<NonNullable<Control['missing']>> {
  const tree = resources.find(({ kind, type }) => kind === 'repository' && type === 'tree')
  return tree === undefined
    ? undefined
    : { resource: tree, verdict: judge.fail('there is no plan for incidents') }
}
