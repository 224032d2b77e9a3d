/** Passwords of the account are long and do not come back. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { environmentOf, ofType } from '../read/terraform.ts'
import { judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'passwords have 14 characters or more, and none of the last 24 comes back',
  'set minimum_password_length = 14 and password_reuse_prevention = 24',
)

export const control: Control = {
  id: 'IAM-12',
  sources: ['terraform'],
  page: {
    why: 'Short passwords are guessed, and old ones are already in the lists people try.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_iam_account_password_policy" "strict" {\n  minimum_password_length   = 14\n  password_reuse_prevention = 24\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_iam_account_password_policy" "strict" {\n  minimum_password_length = 8\n}\n',
      },
    ],
  },
  applies: ofType('aws_iam_account_password_policy'),
  check: (resource, evidence) => [
    atLeast(resource, evidence, { path: 'minimum_password_length', name: 'IAM-12.length' }),
    atLeast(resource, evidence, { path: 'password_reuse_prevention', name: 'IAM-12.remembered' }),
  ],
}

/** Without a value AWS asks for 6 characters, and remembers none (IAM API reference, UpdateAccountPasswordPolicy). */
function atLeast(
  resource: Resource,
  evidence: Evidence,
  { path, name }: { readonly path: string; readonly name: 'IAM-12.length' | 'IAM-12.remembered' },
): Verdict {
  const least = parameterOf(name, environmentOf(resource, evidence), evidence.parameters)
  const verdict = judgeValue(judge, resource, {
    path,
    accepts: (value) => Number(value) >= least,
    absent: attributeOf(resource, '')?.known === false ? 'not-applicable' : 'fail',
  })
  return verdict.status === 'fail'
    ? { ...verdict, part: path, mend: [{ set: path, to: least }] }
    : { ...verdict, part: path }
}
