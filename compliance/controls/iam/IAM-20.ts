/** AWS itself looks for what is open to others. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { missingInAws } from '../read/aws-account.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'an analyzer of external access is on',
  'add aws_accessanalyzer_analyzer of the type ACCOUNT or ORGANIZATION in every region that is used',
)
const analyzer = 'resource "aws_accessanalyzer_analyzer" "account" {\n  analyzer_name = "campus"\n}\n'

export const control: Control = {
  id: 'IAM-20',
  sources: ['terraform'],
  page: {
    why: 'A bucket or role that another account may use is found by the analyzer within minutes, and by people after the damage.',
    good: [{ file: 'main.tf', text: analyzer }],
    bad: [{ file: 'main.tf', text: 'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n' }],
  },
  applies: ofType('aws_accessanalyzer_analyzer'),
  check: judgeAnalyzer,
  missing: (evidence: Evidence) =>
    missingInAws(evidence, {
      ...judge.fail('resources of AWS, and no analyzer is made'),
      mend: [{ after: analyzer }],
    }),
}

function judgeAnalyzer(resource: Resource): Verdict {
  const whole = attributeOf(resource, '')
  if (whole?.known === false) return judge.unknown(whole.why)
  const type = attributeOf(resource, 'type')
  if (type === undefined) return judge.pass('it looks for external access, which is the default')
  if (!type.known) return judge.unknown(`type ${type.why}`, type)
  return /^(ACCOUNT|ORGANIZATION)$/.test(textOf(type.value))
    ? judge.pass('it looks for external access', type)
    : judge.fail(`it looks for ${textOf(type.value)}, not for external access`, type)
}
