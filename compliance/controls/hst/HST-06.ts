/** Something watches the account for what attackers do. */
import type { Evidence, Resource } from '../../evidence.ts'
import type { Control } from '../control.ts'
import { firstMade } from '../read/made.ts'
import { mended } from '../read/mend.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'aws_guardduty_detector is enabled',
  'add resource "aws_guardduty_detector" "main" { enable = true }',
)

export const control: Control = {
  id: 'HST-06',
  sources: ['terraform'],
  applies: ofType('aws_guardduty_detector'),
  check: (resource) =>
    // On by default.
    mended(judgeValue(judge, resource, { path: 'enable', accepts: isTrue, absent: 'pass' }), {
      set: 'enable',
      to: true,
    }),
  missing: (evidence) => {
    const first = firstOf(evidence, 'aws_')
    if (first !== undefined)
      return {
        resource: first,
        verdict: judge.fail('resources of AWS, and no aws_guardduty_detector is made'),
      }
    const google = firstOf(evidence, 'google_')
    return google === undefined
      ? undefined
      : { resource: google, verdict: judge.unknown('Security Command Center is set for the organisation') }
  },
  page: {
    why: 'Keys used from another country, a host that talks to a network of bots: nobody sees either in a dashboard of requests.',
    good: [{ file: 'main.tf', text: 'resource "aws_guardduty_detector" "main" {\n  enable = true\n}\n' }],
    bad: [{ file: 'main.tf', text: 'resource "aws_guardduty_detector" "main" {\n  enable = false\n}\n' }],
  },
}

function firstOf(evidence: Evidence, provider: string): Resource | undefined {
  return firstMade(evidence, ({ kind, type }) => kind === 'terraform' && type.startsWith(provider))
}
