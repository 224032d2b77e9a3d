/** Rights are given to groups and roles, never to one person. */
import { attributeOf, childrenOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'policies are attached to groups and roles only',
  'attach the policy to a group or role, and put the user into it',
)
const isDirect = ofType(
  'aws_iam_user_policy',
  'aws_iam_user_policy_attachment',
  'aws_iam_user_policy_attachments_exclusive',
)

export const control: Control = {
  id: 'IAM-08',
  sources: ['terraform'],
  page: {
    why: 'Rights of single people are what nobody reviews, and they stay when the person changes the job.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_iam_group_policy_attachment" "staff" {\n  group      = "staff"\n  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_iam_user_policy_attachment" "one" {\n  user       = "registrar"\n  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"\n}\n',
      },
    ],
  },
  applies: (resource) =>
    isDirect(resource) ||
    ofType('aws_iam_policy_attachment', 'aws_iam_group_policy', 'aws_iam_group_policy_attachment')(resource),
  check: (resource) => {
    const whole = attributeOf(resource, '')
    if (whole?.known === false) return judge.unknown(whole.why)
    if (isDirect(resource)) return judge.fail('it gives rights to one user')
    return resource.type === 'aws_iam_policy_attachment'
      ? judgeUsers(resource)
      : judge.pass('it gives rights to a group')
  },
}

function judgeUsers(resource: Resource): Verdict {
  const users = attributeOf(resource, 'users')
  if (users === undefined || (users.known && users.value === null)) return judge.pass('it names no user')
  if (childrenOf(resource, 'users').length > 0) return judge.fail('it gives rights to users', users)
  if (!users.known) return judge.unknown(`users ${users.why}`, users)
  return Array.isArray(users.value) && users.value.length === 0
    ? judge.pass('it names no user', users)
    : judge.fail('it gives rights to users', users)
}
