/** People who log in to the console have to show a second factor. */
import { attributeOf, childrenOf, lastSegmentOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { inFolder, inRoot } from '../read/neighbours.ts'
import { documentPath, policyOf, type Statement } from '../read/policy.ts'
import { attachedTo, ofType, refersTo } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'every group and every user with a password has a policy that asks for aws:MultiFactorAuthPresent',
  'deny everything but the registration of a second factor while aws:MultiFactorAuthPresent is false',
)
const isGroup = ofType('aws_iam_group')

export const control: Control = {
  id: 'IAM-03',
  sources: ['terraform'],
  page: {
    why: 'Passwords are guessed, reused and given away; a second factor makes that useless.',
    good: [{ file: 'main.tf', text: example('"aws:MultiFactorAuthPresent" = "false"') }],
    bad: [{ file: 'main.tf', text: 'resource "aws_iam_group" "staff" {\n  name = "staff"\n}\n' }],
  },
  applies: ofType('aws_iam_group', 'aws_iam_user_login_profile'),
  check: (resource, evidence) =>
    isGroup(resource) ? judgeGroup(resource, evidence) : judgeLogin(resource, evidence),
}

function judgeGroup(group: Resource, evidence: Evidence): Verdict {
  const whole = attributeOf(group, '')
  if (whole?.known === false) return judge.unknown(whole.why)
  const asked = asksIn(group, evidence)
  if (asked === 'yes') return judge.pass('a policy of the group asks for a second factor')
  return asked === 'maybe'
    ? judge.unknown('a policy of the group is not known')
    : judge.fail('no policy of the group asks for a second factor')
}

/** Evidence never changes: what a group asks for is found once, however many users there are. */
const found = new WeakMap<Resource, Asked>()

function asksIn(group: Resource, evidence: Evidence): Asked {
  const before = found.get(group)
  if (before !== undefined) return before
  const asked = findAsked(group, evidence)
  found.set(group, asked)
  return asked
}

/** Policies of the group itself, and managed ones that are made here and attached to it. */
function findAsked(group: Resource, evidence: Evidence): Asked {
  const path = { path: 'group', name: 'name' }
  const inline = attachedTo(group, evidence, { type: 'aws_iam_group_policy', ...path })
  const attached = attachedTo(group, evidence, { type: 'aws_iam_group_policy_attachment', ...path })
  const managed = attached.certain.map((attachment): Asked => {
    const arn = attributeOf(attachment, 'policy_arn')
    const policies = inRoot(evidence, group, 'aws_iam_policy')
    const policy = policies.find((each) => refersTo(arn, each) === 'yes')
    if (policy !== undefined) return asksOf(policy, evidence)
    // A policy that AWS wrote asks for no second factor.
    return arn?.known === true && textOf(arn.value).includes(':iam::aws:policy/') ? 'no' : 'maybe'
  })
  const answers = [...inline.certain.map((each) => asksOf(each, evidence)), ...managed]
  if (answers.includes('yes')) return 'yes'
  const isOpen = inline.possible.length > 0 || attached.possible.length > 0
  return isOpen || answers.includes('maybe') ? 'maybe' : 'no'
}

type Asked = 'yes' | 'no' | 'maybe'

function asksOf(policy: Resource, evidence: Evidence): Asked {
  const direct = policyOf(policy, documentPath(policy), evidence)
  const document = inFolder(evidence, policy).find(({ address }) => address === direct.elsewhere)
  const { statements, hidden } = document === undefined ? direct : policyOf(document, '', evidence)
  if (statements.some(asks)) return 'yes'
  return hidden === undefined ? 'no' : 'maybe'
}

/** `Condition = { Bool = { "aws:MultiFactorAuthPresent" = … } }`, or a block `condition { variable = … }`. */
function asks({ resource, condition, path }: Statement): boolean {
  const isKey = (text: unknown) => String(text).toLowerCase() === 'aws:multifactorauthpresent'
  const written = childrenOf(resource, condition).flatMap((each) => childrenOf(resource, each))
  const blocks = childrenOf(resource, `${path}.condition`).map((each) =>
    attributeOf(resource, `${each}.variable`),
  )
  return (
    written.some((each) => isKey(lastSegmentOf(each))) ||
    blocks.some((each) => each?.known === true && isKey(each.value))
  )
}

function judgeLogin(login: Resource, evidence: Evidence): Verdict {
  const whole = attributeOf(login, '')
  if (whole?.known === false) return judge.unknown(whole.why)
  const answers = inRoot(evidence, login, 'aws_iam_group').map((group) => asksIn(group, evidence))
  if (answers.length > 0 && answers.every((each) => each === 'yes')) {
    return judge.unknown('whether the user is in a group that asks for a second factor is not known')
  }
  const asked = inRoot(evidence, login, 'aws_iam_user_policy').map((each) => asksOf(each, evidence))
  if (asked.includes('yes')) return judge.pass('a policy of the user asks for a second factor')
  return [...answers, ...asked].some((each) => each !== 'no')
    ? judge.unknown('which policies hold for the user is not known')
    : judge.fail('a password, and no policy that asks for a second factor')
}

function example(condition: string): string {
  return `resource "aws_iam_group" "staff" {
  name = "staff"
}
resource "aws_iam_group_policy" "second_factor" {
  group = aws_iam_group.staff.name
  policy = jsonencode({
    Statement = [{
      Effect    = "Deny"
      NotAction = ["iam:EnableMFADevice", "iam:CreateVirtualMFADevice"]
      Resource  = "*"
      Condition = { BoolIfExists = { ${condition} } }
    }]
  })
}
`
}
