/** Load balancers speak TLS 1.2 and 1.3 only. */
import { attributeOf } from '../../evidence.ts'
import type { Control } from '../control.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy, judgeValue } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'ssl_policy is one that begins at TLS 1.2',
  'set ssl_policy to ELBSecurityPolicy-TLS13-1-2-2021-06',
)

/** Families that refuse TLS 1.0 and 1.1 (Elastic Load Balancing, "Security policies"). */
const modern = /^ELBSecurityPolicy-(TLS13-1-[23]-|TLS-1-2-|FS-1-2-)/

export const control: Control = {
  id: 'TLS-01',
  sources: ['terraform'],
  applies: ofType('aws_lb_listener', 'aws_alb_listener'),
  check: (resource) => {
    const protocol = attributeOf(resource, 'protocol')
    if (protocol?.known === true && !['HTTPS', 'TLS'].includes(textOf(protocol.value))) {
      return judge.notApplicable(`it speaks ${textOf(protocol.value)}`, protocol)
    }
    if (protocol?.known === false) return judge.unknown(`protocol ${protocol.why}`, protocol)
    // Without a policy the provider takes ELBSecurityPolicy-2016-08, which allows TLS 1.0.
    return judgeValue(judge, resource, {
      path: 'ssl_policy',
      accepts: (value) => typeof value === 'string' && modern.test(value),
      absent: 'fail',
    })
  },
}
