/** No zone, and no machine, takes a service with it when it goes. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { inRoot } from '../read/neighbours.ts'
import { isReplicated, judgeReplicas } from '../read/replicas.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { environmentOf, ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { judgeZones } from '../read/zones.ts'

const judge = judgeBy(
  'at least two copies, in at least two zones, that grow with the load; in Kubernetes apart from each other and with a PodDisruptionBudget',
  'set desired_count = 2 with subnets of two zones and add aws_appautoscaling_target',
)

const isGroup = ofType('aws_autoscaling_group')
const group = (least: number) => ({
  file: 'main.tf',
  text: `resource "aws_autoscaling_group" "api" {\n  min_size           = ${least}\n  max_size           = 6\n  availability_zones = ["us-east-1a", "us-east-1b"]\n}\n`,
})

export const control: Control = {
  id: 'BDR-11',
  page: {
    why: 'One copy in one zone is down for every update, every crash and every bad day of that zone.',
    good: [group(2)],
    bad: [group(1)],
  },
  sources: ['terraform', 'kubernetes'],
  applies: (resource) => isGroup(resource) || ofType('aws_ecs_service')(resource) || isReplicated(resource),
  check: (resource, evidence) => {
    const least = parameterOf('BDR-11.copies', environmentOf(resource, evidence), evidence.parameters)
    if (isReplicated(resource)) return judgeReplicas(judge, resource, { evidence, least })
    const environment = environmentOf(resource, evidence)
    if (environment !== 'production') return judge.notApplicable(`it belongs to ${environment}`)
    return isGroup(resource) ? judgeGroup(resource, evidence, least) : judgeService(resource, evidence, least)
  },
}

function judgeGroup(group: Resource, evidence: Evidence, least: number): readonly Verdict[] {
  const path =
    attributeOf(group, 'availability_zones') === undefined ? 'vpc_zone_identifier' : 'availability_zones'
  return [
    judgeSettingOf(judge, group, {
      path: 'min_size',
      accepts: (value) => Number(value) >= least,
      absent: 'fail',
      to: least,
    }),
    judgeZones(judge, group, { path, evidence }),
  ]
}

function judgeService(service: Resource, evidence: Evidence, least: number): readonly Verdict[] {
  if (knownValueOf(service, 'scheduling_strategy') === 'DAEMON') {
    return [judge.notApplicable('one runs on every machine')]
  }
  const targets = inRoot(evidence, service, 'aws_appautoscaling_target').map((target) => ({
    target,
    answer: scales(target, service),
  }))
  const own = targets.find(({ answer }) => answer === 'yes')
  const grown = Number(own === undefined ? 0 : (knownValueOf(own.target, 'min_capacity') ?? 0))
  const copies = judgeSettingOf(judge, service, {
    path: 'desired_count',
    accepts: (value) => Number(value) >= least || grown >= least,
    absent: grown >= least ? 'pass' : 'fail',
    to: least,
  })
  const network = 'network_configuration.0.subnets'
  return [
    copies,
    ...(attributeOf(service, network) === undefined
      ? []
      : [judgeZones(judge, service, { path: network, evidence })]),
    {
      ...judgeGrowth(
        own !== undefined,
        targets.some(({ answer }) => answer === 'maybe'),
      ),
      part: 'scaling',
    },
  ]
}

function judgeGrowth(isScaled: boolean, mayBe: boolean): Verdict {
  if (isScaled) return judge.pass('it grows with the load')
  return mayBe ? judge.unknown('something that is not known may scale it') : judge.fail('nothing scales it')
}

/** A target names its service as `service/<cluster>/<service>`. */
function scales(target: Resource, service: Resource): 'yes' | 'no' | 'maybe' {
  const id = attributeOf(target, 'resource_id')
  if (id?.known === true) {
    const name = textOf(knownValueOf(service, 'name'))
    return name !== '' && textOf(id.value).endsWith(`/${name}`) ? 'yes' : 'no'
  }
  const expression = id?.expression ?? ''
  if (expression.includes(`${service.address}.name`)) return 'yes'
  return /\baws_ecs_service\./.test(expression) ? 'no' : 'maybe'
}
