/** Nobody can make himself an administrator, or make credentials of others. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { holdsDocument, policiesOf } from '../read/grants.ts'
import { textsAt, type Policy, type Statement } from '../read/policy.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { escalations, exposures, passing, starting } from './escalations.ts'

const judge = judgeBy(
  'no permission that gives more permissions, or credentials, on everything',
  'take the action out, name the resources it is used on, or hold it to a condition',
)

export const control: Control = {
  id: 'IAM-06',
  sources: ['terraform'],
  page: {
    why: 'Some permissions are all permissions in disguise: whoever may write policies, or pass any role to a machine he starts, is an administrator.',
    good: [
      {
        file: 'main.tf',
        text: `resource "aws_iam_policy" "deploy" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "iam:PassRole", Resource = "arn:aws:iam::111122223333:role/campus-task" }]
  })
}
`,
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: `resource "aws_iam_policy" "deploy" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = ["iam:PassRole", "ecs:RunTask"], Resource = "*" }]
  })
}
`,
      },
    ],
  },
  applies: holdsDocument,
  check: (resource, evidence) => judgeGrants(resource, evidence),
}

function judgeGrants(resource: Resource, evidence: Evidence): Verdict {
  const verdicts = policiesOf(resource, evidence).map(judgePolicy)
  return worstOf(verdicts, judge.notApplicable('it is given nothing here'))
}

function judgePolicy({ statements, hidden, elsewhere }: Policy): Verdict {
  if (elsewhere !== undefined) return judge.notApplicable(`written and judged in ${elsewhere}`)
  const grants = statements.filter(({ allows }) => allows !== 'no').map(grantOf)
  const verdicts = grants.map(judgeGrant)
  const wide = grants.filter(({ isWide }) => isWide === 'yes')
  const passer = wide.find((grant) => actionIn(grant, passing) !== undefined)
  const starter = grants.map((grant) => actionIn(grant, starting)).find((each) => each !== undefined)
  if (passer !== undefined && starter !== undefined) {
    verdicts.push(said(passer, `any role may be passed to ${starter}`))
  }
  if (hidden !== undefined) verdicts.push(judge.unknown(hidden))
  if (verdicts.length === 0 && statements.length > 0) verdicts.push(judge.pass('it denies'))
  return worstOf(verdicts, judge.notApplicable('it has no statement'))
}

interface Grant {
  readonly statement: Statement
  readonly actions: ReturnType<typeof textsAt>
  readonly isWide: 'yes' | 'no' | 'maybe'
}

function grantOf(statement: Statement): Grant {
  const { resource, condition } = statement
  const resources = textsAt(statement, statement.resources)
  // A condition holds it to something; whether to enough is for people to say.
  const isHeld = attributeOf(resource, condition) !== undefined
  const isEverything = resources.values.some((each) =>
    /^(?:\*|arn:aws[\w-]*:(?:iam|sts)::[\d*]*:(?:[a-z]+\/)?\*)$/.test(each),
  )
  const isWide = isHeld
    ? 'no'
    : isEverything
      ? 'yes'
      : resources.isOpen && resources.values.length === 0
        ? 'maybe'
        : 'no'
  return { statement, actions: textsAt(statement, statement.actions), isWide }
}

function judgeGrant(grant: Grant): Verdict {
  const { statement, actions, isWide } = grant
  const { resource } = statement
  const at = attributeOf(resource, statement.actions) ?? attributeOf(resource, statement.path)
  const found = actionIn(grant, [...escalations, ...exposures])
  if (found !== undefined && isWide === 'yes') return said(grant, `${found} on every resource`)
  if (actions.isOpen && isWide !== 'no') return judge.unknown('its actions are not all known', at)
  // A reference to one resource of this module is a resource that is named.
  return judge.pass('it gives no rights and no credentials', at)
}

function said({ statement }: Grant, found: string): Verdict {
  const { resource, actions, path, allows } = statement
  const at = attributeOf(resource, actions) ?? attributeOf(resource, path)
  return allows === 'unknown' ? judge.unknown('its effect is not known', at) : judge.fail(found, at)
}

/** Finds one of the actions among those that are allowed, which may hold wildcards: `iam:Put*`. */
function actionIn({ actions }: Grant, wanted: readonly string[]): string | undefined {
  return wanted.find((action) => actions.values.some((pattern) => covers(pattern, action)))
}

/** One star at the end, as everybody writes it, or one anywhere else. */
function covers(pattern: string, action: string): boolean {
  const [before = '', after, ...more] = pattern.toLowerCase().split('*')
  const name = action.toLowerCase()
  if (after === undefined) return before === name
  if (more.length > 0) return name.startsWith(before)
  return name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after)
}
