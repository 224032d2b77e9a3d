/** Security Hub watches the account by the standards of AWS and CIS. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { missingInAccount } from '../read/aws-account.ts'
import { inRoot } from '../read/neighbours.ts'
import { ofType } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { isTrue, judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'Security Hub is on, with AWS Foundational Security Best Practices and CIS AWS Foundations',
  'add an aws_securityhub_standards_subscription for each of the two',
)

const standards = [
  ['AWS Foundational Security Best Practices', /aws-foundational-security-best-practices/],
  ['CIS AWS Foundations', /cis-aws-foundations-benchmark/],
] as const

const hub = 'resource "aws_securityhub_account" "main" {}\n'
const subscription = (name: string, standard: string) =>
  `\nresource "aws_securityhub_standards_subscription" "${name}" {\n  standards_arn = "arn:aws:securityhub:us-east-1::standards/${standard}"\n}\n`

export const control: Control = {
  id: 'LOG-16',
  sources: ['terraform'],
  page: {
    why: 'An account drifts between two reviews. Security Hub looks every day, by lists others keep up to date.',
    good: [
      {
        file: 'main.tf',
        text:
          hub +
          subscription('fsbp', 'aws-foundational-security-best-practices/v/1.0.0') +
          subscription('cis', 'cis-aws-foundations-benchmark/v/3.0.0'),
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_securityhub_account" "main" {\n  enable_default_standards = false\n}\n',
      },
    ],
  },
  applies: ofType('aws_securityhub_account'),
  check: judgeHub,
  missing: (evidence) =>
    missingInAccount(evidence, judge.fail('resources of AWS, and no aws_securityhub_account is made')),
}

function judgeHub(resource: Resource, evidence: Evidence): readonly Verdict[] {
  const whole = attributeOf(resource, '')
  if (whole?.known === false) return [judge.unknown(whole.why)]
  const arns = inRoot(evidence, resource, 'aws_securityhub_standards_subscription').map((each) =>
    attributeOf(each, 'standards_arn'),
  )
  const hasUnknown = arns.some((arn) => arn?.known === false && !isTold(arn.expression))
  return standards.map(([name, pattern], index): Verdict => {
    const isThere = arns.some((arn) =>
      pattern.test(arn?.known === true ? textOf(arn.value) : (arn?.expression ?? '')),
    )
    // The first is among those that the hub begins with; a newer CIS is not.
    const given = attributeOf(resource, 'enable_default_standards')
    const byDefault = index === 0 && (given === undefined || (given.known && isTrue(given.value ?? true)))
    const part = { part: name }
    if (isThere || byDefault) return { ...judge.pass(`${name} is subscribed`), ...part }
    if (hasUnknown || (index === 0 && given?.known === false))
      return { ...judge.unknown('which standards are subscribed is not known'), ...part }
    return { ...judge.fail(`${name} is not subscribed`), ...part }
  })
}

function isTold(expression: string | undefined): boolean {
  return standards.some(([, pattern]) => pattern.test(expression ?? ''))
}
