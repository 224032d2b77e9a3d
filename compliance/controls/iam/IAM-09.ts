/** People come in through the directory of the campus, not with users and keys of the cloud. */
import { attributeOf, knownValueOf, type Resource } from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'people log in through a directory; IAM users are for breaking glass only',
  'give people roles through IAM Identity Center, and workloads a role of their own',
)
const isLongLived = ofType('aws_iam_user', 'aws_iam_access_key', 'aws_iam_user_login_profile')

export const control: Control = withStatement(
  {
    id: 'IAM-09',
    sources: ['terraform'],
    page: {
      why: 'Who leaves the campus leaves its directory on the same day; a user of the cloud stays until somebody remembers.',
      good: [
        {
          file: 'main.tf',
          text: 'resource "aws_iam_saml_provider" "campus" {\n  name                   = "campus"\n  saml_metadata_document = "<xml/>"\n}\n',
        },
      ],
      bad: [{ file: 'main.tf', text: 'resource "aws_iam_user" "registrar" {\n  name = "registrar"\n}\n' }],
    },
    applies: (resource) =>
      isLongLived(resource) ||
      ofType(
        'aws_iam_saml_provider',
        'aws_iam_openid_connect_provider',
        'aws_ssoadmin_permission_set',
        'aws_ssoadmin_account_assignment',
      )(resource),
    check: judgeUser,
  },
  'everybody who administers the cloud logs in through the directory of the campus',
)

function judgeUser(resource: Resource): Verdict {
  const whole = attributeOf(resource, '')
  if (whole?.known === false) return judge.unknown(whole.why)
  if (!isLongLived(resource)) return judge.pass('people come in through a directory')
  const names = [resource.name, resource.scope?.module, textOf(knownValueOf(resource, 'name'))]
  return names.some((name) => /break[-_ ]?glass|emergency/i.test(name ?? ''))
    ? judge.pass('it is for breaking glass')
    : judge.fail('a user or key of the cloud itself')
}
