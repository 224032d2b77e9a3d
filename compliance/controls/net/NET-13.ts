/** What the web application firewall sees is recorded. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { hasBlock } from '../read/block.ts'
import { referrersOf } from '../read/network.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'aws_wafv2_web_acl_logging_configuration is attached',
  'add a log group whose name begins with aws-waf-logs-, and aws_wafv2_web_acl_logging_configuration',
)

const acl = 'resource "aws_wafv2_web_acl" "main" {\n  name  = "campus"\n  scope = "REGIONAL"\n}\n'

export const control: Control = {
  id: 'NET-13',
  sources: ['terraform'],
  page: {
    why: 'A firewall that keeps no record cannot say who tried what, and nobody sees whom it blocks by mistake.',
    good: [
      {
        file: 'main.tf',
        text: `${acl}\nresource "aws_wafv2_web_acl_logging_configuration" "main" {\n  resource_arn            = aws_wafv2_web_acl.main.arn\n  log_destination_configs = ["arn:aws:logs:us-east-1:111122223333:log-group:aws-waf-logs-campus"]\n}\n`,
      },
    ],
    bad: [{ file: 'main.tf', text: acl }],
  },
  applies: ofType('aws_wafv2_web_acl', 'aws_waf_web_acl', 'aws_wafregional_web_acl'),
  check: judgeAcl,
}

function judgeAcl(resource: Resource, evidence: Evidence): Verdict {
  const hidden = attributeOf(resource, '')
  if (hidden?.known === false) return judge.unknown(hidden.why)
  if (resource.type !== 'aws_wafv2_web_acl') {
    const has = hasBlock(resource, 'logging_configuration')
    if (has === 'no') return judge.fail('logging_configuration is not set')
    const own = attributeOf(resource, 'logging_configuration')
    return has === 'yes'
      ? judge.pass('logging_configuration is set', own)
      : judge.unknown('logging_configuration may be there', own)
  }
  const type = 'aws_wafv2_web_acl_logging_configuration'
  const { certain, possible } = referrersOf(resource, evidence, { type, path: 'resource_arn' })
  if (certain[0] !== undefined) return judge.pass(`${certain[0].address} records it`, certain[0].position)
  return possible[0] === undefined
    ? judge.fail('nothing records what it sees')
    : judge.unknown(`${possible[0].address} may be for it`, possible[0].position)
}
