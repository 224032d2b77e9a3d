/** Load balancers, CDN and gateways write down who asked for what. */
import { attributeOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { judgeGiven } from '../read/given.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'requests are logged: access_logs, logging_config, access_log_settings or log_config',
  'name a bucket or log group for the access logs and switch them on',
)

export const control: Control = {
  id: 'LOG-07',
  sources: ['terraform'],
  page: {
    why: 'The edge is the only place that sees every request, also those no service answered. An attack is reconstructed there or nowhere.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_lb" "main" {\n  name = "main"\n\n  access_logs {\n    bucket  = "logs-of-campus"\n    enabled = true\n  }\n}\n',
      },
    ],
    bad: [{ file: 'main.tf', text: 'resource "aws_lb" "main" {\n  name = "main"\n}\n' }],
  },
  applies: ofType(
    'aws_lb',
    'aws_alb',
    'aws_elb',
    'aws_cloudfront_distribution',
    'aws_api_gateway_stage',
    'aws_apigatewayv2_stage',
    'google_compute_backend_service',
  ),
  check: judgeLogs,
}

function judgeLogs(resource: Resource): Verdict {
  switch (resource.type) {
    case 'aws_lb':
    case 'aws_alb':
      if (knownValueOf(resource, 'load_balancer_type') === 'gateway')
        return judge.notApplicable('gateway load balancers write no access logs')
      return judgeSwitch(resource, { block: 'access_logs', key: 'enabled', absent: 'fail' })
    case 'aws_elb':
      return judgeSwitch(resource, { block: 'access_logs', key: 'enabled', absent: 'pass' })
    case 'aws_cloudfront_distribution':
      return judgeGiven(judge, resource, 'logging_config.0.bucket')
    case 'google_compute_backend_service':
      return judgeSwitch(resource, { block: 'log_config', key: 'enable', absent: 'fail' })
    default:
      return judgeGiven(judge, resource, 'access_log_settings.0.destination_arn')
  }
}

interface LogSwitch {
  readonly block: string
  readonly key: string
  /** What a block without the key means. */
  readonly absent: 'pass' | 'fail'
}

function judgeSwitch(resource: Resource, { block, key, absent }: LogSwitch): Verdict {
  const whole = attributeOf(resource, `${block}.0`) ?? attributeOf(resource, block)
  if (whole === undefined) return judge.fail(`${block} is not set`)
  const verdict = judgeValue(judge, resource, { path: `${block}.0.${key}`, accepts: isTrue, absent })
  return verdict.status === 'fail' ? { ...verdict, mend: [{ set: `${block}.0.${key}`, to: true }] } : verdict
}
