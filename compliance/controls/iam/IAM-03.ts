/** People who log in to the console have to show a second factor. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { inRoot, rootOf } from '../read/neighbours.ts'
import { edgesOf, resourcesAt } from '../read/network.ts'
import { oncePerScan } from '../read/once.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { asksOf, type Asked } from './second-factor.ts'

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
  const asked = groupAsks(group, evidence)
  if (asked === 'yes') return judge.pass('a policy of the group asks for a second factor')
  return asked === 'maybe'
    ? judge.unknown('a policy of the group is not known')
    : judge.fail('no policy of the group asks for a second factor')
}

function groupAsks(group: Resource, evidence: Evidence): Asked {
  return asksOf(group, evidence, { kind: 'group', name: 'name' })
}

/** What the groups of a root ask for, found once however many users there are. */
const askedByRoot = oncePerScan(() => new Map<string, ReadonlySet<Asked>>())

function groupsAsk(near: Resource, evidence: Evidence): ReadonlySet<Asked> {
  const byRoot = askedByRoot(evidence)
  const root = rootOf(near)
  const found =
    byRoot.get(root) ??
    new Set(inRoot(evidence, near, 'aws_iam_group').map((group) => groupAsks(group, evidence)))
  byRoot.set(root, found)
  return found
}

function judgeLogin(login: Resource, evidence: Evidence): Verdict {
  const whole = attributeOf(login, '')
  if (whole?.known === false) return judge.unknown(whole.why)
  const [edge] = edgesOf(login, 'user')
  const [user] = edge?.address === undefined ? [] : resourcesAt(evidence, login, edge.address)
  const asked =
    user === undefined
      ? asksOf(login, evidence, { kind: 'user', name: 'user' })
      : asksOf(user, evidence, { kind: 'user', name: 'name' })
  if (asked === 'yes') return judge.pass('a policy of the user asks for a second factor')
  const groups = groupsAsk(login, evidence)
  if (groups.size === 1 && groups.has('yes'))
    return judge.unknown('whether the user is in a group that asks for a second factor is not known')
  return asked === 'maybe' || groups.has('yes') || groups.has('maybe')
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
