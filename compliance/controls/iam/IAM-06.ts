/** Nobody can make himself an administrator, or make credentials of others. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { holdsDocument, policiesOf } from '../read/grants.ts'
import { testsOf } from '../read/conditions.ts'
import { textsAt, type Policy, type Statement } from '../read/policy.ts'
import { actionExtent, resourceExtent } from '../read/statement-reach.ts'
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

interface Wanted {
  readonly action: string
  /** In lower case, as AWS compares them. */
  readonly name: string
}

function wantedOf(actions: readonly string[]): readonly Wanted[] {
  return actions.map((action) => ({ action, name: action.toLowerCase() }))
}

const giving = wantedOf([...escalations, ...exposures])
const passers = wantedOf(passing)
const starters = wantedOf(starting)

function judgeGrants(resource: Resource, evidence: Evidence): Verdict {
  const verdicts = policiesOf(resource, evidence).map(judgePolicy)
  return worstOf(verdicts, judge.notApplicable('it is given nothing here'))
}

function judgePolicy({ statements, hidden, elsewhere }: Policy): Verdict {
  if (elsewhere !== undefined) return judge.notApplicable(`written and judged in ${elsewhere}`)
  const grants = statements.filter(({ allows }) => allows !== 'no').map(grantOf)
  const verdicts = grants.map(judgeGrant)
  const wide = grants.filter(({ isWide }) => isWide === 'yes')
  const passer = wide.find((grant) => actionIn(grant, passers) !== undefined)
  const starter = grants.map((grant) => actionIn(grant, starters)).find((each) => each !== undefined)
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
  /** True for `*`, and where only those are named that it is not for. */
  readonly isEveryAction: boolean
  /** One for each action that is allowed: is this one covered by it? */
  readonly covers: readonly ((name: string) => boolean)[]
  readonly isWide: 'yes' | 'no' | 'maybe'
}

/** `*`, and the ARN of every role, user or key of an account. */
const everyIdentity = /^(?:\*+|arn:[^:]*:(?:\*|iam|sts):[^:]*:[^:]*:(?:[a-z*]+\/)?\*+)$/

function grantOf(statement: Statement): Grant {
  const extent = resourceExtent(statement, everyIdentity)
  const held = heldBy(statement)
  const isWide =
    extent === 'some' || held === 'yes' ? 'no' : extent === 'all' && held === 'no' ? 'yes' : 'maybe'
  const actions = textsAt(statement, statement.actions)
  return {
    statement,
    actions,
    covers: actions.values.map(coverOf),
    isEveryAction: actionExtent(statement) === 'all',
    isWide,
  }
}

/** These say nothing about which rights are given to whom. */
const idle =
  /^aws:(securetransport|multifactorauth(present|age)|currenttime|epochtime|requestedregion|sourceip|useragent|referer)$/
/** These hold a right to some roles, policies, services or callers. */
const holding =
  /^(iam:|sts:|aws:(principal|source(arn|account|vpce?|org)|resource(tag|account|org)|calledvia|userid|username|viaawsservice)|[\w-]+:resourcetag\/)/

/** Tells whether a condition holds a statement to something. */
function heldBy(statement: Statement): 'yes' | 'no' | 'maybe' {
  const whole = attributeOf(statement.resource, statement.condition)
  if (whole === undefined) return 'no'
  const keys = testsOf(statement).map(({ key }) => key)
  if (keys.some((key) => holding.test(key))) return 'yes'
  return whole.known && keys.length > 0 && keys.every((key) => idle.test(key)) ? 'no' : 'maybe'
}

function judgeGrant(grant: Grant): Verdict {
  const { statement, actions, isWide } = grant
  const { resource } = statement
  const at = attributeOf(resource, statement.actions) ?? attributeOf(resource, statement.path)
  const found = actionIn(grant, giving)
  if (found !== undefined && isWide === 'yes') return said(grant, `${found} on every resource`)
  if (found !== undefined && isWide === 'maybe')
    return judge.unknown(`on what ${found} is allowed is not known`, at)
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
function actionIn(
  { statement, covers, isEveryAction }: Grant,
  wanted: readonly Wanted[],
): string | undefined {
  const but = isEveryAction ? textsAt(statement, statement.notActions).values.map(coverOf) : []
  const isGiven = (name: string) =>
    but.length > 0 ? !but.some((isCovered) => isCovered(name)) : covers.some((isCovered) => isCovered(name))
  return wanted.find(({ name }) => isGiven(name))?.action
}

/** One star at the end, as everybody writes it, or one anywhere else. */
function coverOf(pattern: string): (name: string) => boolean {
  const [before = '', after, ...more] = pattern.toLowerCase().split('*')
  if (after === undefined) return (name) => before === name
  if (more.length > 0) return (name) => name.startsWith(before)
  return (name) =>
    name.length >= before.length + after.length && name.startsWith(before) && name.endsWith(after)
}
