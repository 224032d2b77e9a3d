/** A key of the key service is used by those it is for, and cannot be destroyed overnight. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { judgeStatements } from '../read/lets-in.ts'
import { environmentOf, ofType } from '../read/terraform.ts'
import { judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'the key policy names principals, and the key can be saved for a week after somebody deletes it',
  'name the principals of the key policy, or hold it to an account; set deletion_window_in_days to 7 or more',
)
const isKey = ofType('aws_kms_key', 'aws_kms_replica_key')

export const control: Control = {
  id: 'SEC-08',
  sources: ['terraform'],
  page: {
    why: 'A key that anybody may use protects nothing, and data under a key that is gone are gone with it.',
    good: [{ file: 'main.tf', text: 'resource "aws_kms_key" "data" {\n  deletion_window_in_days = 30\n}\n' }],
    bad: [
      {
        file: 'main.tf',
        text: `resource "aws_kms_key" "data" {
  deletion_window_in_days = 3
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = "*", Action = "kms:*", Resource = "*" }]
  })
}
`,
      },
    ],
  },
  applies: (resource) => isKey(resource) || ofType('aws_kms_key_policy')(resource),
  check: (resource, evidence) => [
    ...judgePolicy(resource, evidence),
    ...(isKey(resource) ? [judgeWindow(resource, evidence)] : []),
  ],
}

function judgePolicy(resource: Resource, evidence: Evidence): readonly Verdict[] {
  if (attributeOf(resource, 'policy') === undefined) {
    // AWS writes a policy that gives the key to its own account.
    return isKey(resource)
      ? [{ ...judge.pass('without a policy the key belongs to its account'), part: 'policy' }]
      : [{ ...judge.unknown('policy is not set'), part: 'policy' }]
  }
  const verdicts = judgeStatements(judge, resource, evidence)
  return verdicts.length > 0 ? verdicts : [{ ...judge.unknown('policy has no statement'), part: 'policy' }]
}

function judgeWindow(resource: Resource, evidence: Evidence): Verdict {
  const days = parameterOf('SEC-08.days', environmentOf(resource, evidence), evidence.parameters)
  const verdict = judgeValue(judge, resource, {
    path: 'deletion_window_in_days',
    accepts: (value) => Number(value) >= days,
    absent: 'pass', // 30 days (registry.terraform.io, aws_kms_key).
  })
  const mend = [{ set: 'deletion_window_in_days', to: 30 }]
  const part = 'deletion_window_in_days'
  return verdict.status === 'fail' ? { ...verdict, part, mend } : { ...verdict, part }
}
