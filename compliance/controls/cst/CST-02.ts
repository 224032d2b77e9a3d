/** Costs that are not as usual are noticed. */
import { attributeOf, childrenOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { missingInAws } from '../read/aws-account.ts'
import { inRoot } from '../read/neighbours.ts'
import { ofType, refersTo } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a monitor of unusual costs has a subscription with somebody in it',
  'add aws_ce_anomaly_subscription with the monitor and a subscriber',
)

export const control: Control = {
  id: 'CST-02',
  sources: ['terraform'],
  page: {
    why: 'A stolen key is often seen first in the costs: machines start where nobody ever started one.',
    good: [
      {
        file: 'main.tf',
        text: `resource "aws_ce_anomaly_monitor" "services" {
  name              = "services"
  monitor_type      = "DIMENSIONAL"
  monitor_dimension = "SERVICE"
}
resource "aws_ce_anomaly_subscription" "platform" {
  name             = "platform"
  frequency        = "DAILY"
  monitor_arn_list = [aws_ce_anomaly_monitor.services.arn]
  subscriber {
    type    = "EMAIL"
    address = "platform@campus.example"
  }
}
`,
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_ce_anomaly_monitor" "services" {\n  name         = "services"\n  monitor_type = "DIMENSIONAL"\n}\n',
      },
    ],
  },
  applies: ofType('aws_ce_anomaly_monitor'),
  check: judgeMonitor,
  missing: (evidence: Evidence) =>
    missingInAws(evidence, judge.fail('resources of AWS, and no monitor is made')),
}

function judgeMonitor(monitor: Resource, evidence: Evidence): Verdict {
  const whole = attributeOf(monitor, '')
  if (whole?.known === false) return judge.unknown(whole.why)
  let isOpen = false
  for (const subscription of inRoot(evidence, monitor, 'aws_ce_anomaly_subscription')) {
    const list = attributeOf(subscription, 'monitor_arn_list')
    const entries = childrenOf(subscription, 'monitor_arn_list').map((path) =>
      attributeOf(subscription, path),
    )
    const answers = (entries.length === 0 ? [list] : entries).map((each) => refersTo(each, monitor))
    const subscribers = attributeOf(subscription, 'subscriber')
    const isHeard = subscribers !== undefined
    if (answers.includes('yes') && isHeard) return judge.pass(`${subscription.address} tells somebody`)
    if (answers.includes('maybe') && isHeard) isOpen = true
  }
  return isOpen ? judge.unknown('a subscription may be for it') : judge.fail('nobody subscribed to it')
}
