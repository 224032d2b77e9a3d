/** What is for trying out sleeps at night, and has no gateway more than it needs. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { inRoot, oncePerRoot } from '../read/neighbours.ts'
import { attachedTo, environmentOf, ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'outside of production a schedule scales down, and there is one NAT gateway',
  'add aws_autoscaling_schedule or aws_appautoscaling_scheduled_action, and share one NAT gateway',
)
/** Schedules by what they scale, with the attribute that names it. */
const schedules: Readonly<Record<string, readonly [type: string, path: string, name: string]>> = {
  aws_autoscaling_group: ['aws_autoscaling_schedule', 'autoscaling_group_name', 'name'],
  aws_appautoscaling_target: ['aws_appautoscaling_scheduled_action', 'resource_id', 'resource_id'],
}
const isGateway = ofType('aws_nat_gateway')

const group = `resource "aws_autoscaling_group" "workers" {
  name     = "workers"
  max_size = 2
  tags     = { Environment = "staging" }
}
`
const schedule = `resource "aws_autoscaling_schedule" "night" {
  scheduled_action_name  = "night"
  autoscaling_group_name = aws_autoscaling_group.workers.name
  recurrence             = "0 18 * * 1-5"
  desired_capacity       = 0
}
`

export const control: Control = {
  id: 'CST-05',
  sources: ['terraform'],
  page: {
    why: 'A copy of production that nobody uses from six to eight costs two thirds of its money for nothing.',
    good: [{ file: 'main.tf', text: `${group}${schedule}` }],
    bad: [{ file: 'main.tf', text: group }],
  },
  applies: (resource) => isGateway(resource) || ofType(...Object.keys(schedules))(resource),
  check: (resource, evidence) => {
    const whole = attributeOf(resource, '')
    if (whole?.known === false) return judge.unknown(whole.why)
    const tags = attributeOf(resource, 'tags')
    const environment = environmentOf(resource, evidence)
    if (environment === 'production') {
      return tags?.known === false && resource.environment === undefined
        ? judge.unknown(`which environment it is: ${tags.why}`, tags)
        : judge.notApplicable('it is production')
    }
    return isGateway(resource) ? judgeGateways(resource, evidence) : judgeSchedule(resource, evidence)
  },
}

const gatewaysOf = oncePerRoot((of, evidence) => {
  const all = inRoot(evidence, of, 'aws_nat_gateway')
  const open = all.find((each) => {
    const many = attributeOf(each, 'count') ?? attributeOf(each, 'for_each')
    return many?.known === false
  })
  return { all, open }
})

function judgeGateways(resource: Resource, evidence: Evidence): Verdict {
  const most = parameterOf('CST-05.gateways', environmentOf(resource, evidence), evidence.parameters)
  const { all, open } = gatewaysOf(resource, evidence)
  if (open !== undefined) return judge.unknown(`how many there are of ${open.address} is not known`)
  return all.length <= most
    ? judge.pass(`${all.length} NAT gateway`)
    : judge.fail(`${all.length} NAT gateways, expected ${most}`)
}

function judgeSchedule(resource: Resource, evidence: Evidence): Verdict {
  const [type, path, name] = schedules[resource.type] ?? ['', '', '']
  const { certain, possible } = attachedTo(resource, evidence, { type, path, name })
  if (certain.length > 0) return judge.pass(`${certain[0]?.address ?? type} scales it`)
  return possible.length > 0
    ? judge.unknown(`${possible[0]?.address ?? type} may scale it`)
    : judge.fail('nothing scales it down at night')
}
