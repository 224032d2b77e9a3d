/** No zone, and no machine, takes a service with it when it goes. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { scalingOf } from '../read/autoscaling.ts'
import type { Answer } from '../read/certainty.ts'
import { isReplicated, judgeReplicas } from '../read/replicas.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { environmentOf, ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
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
  const { answer, target } = scalingOf(service, evidence)
  const grown = Number(target === undefined ? 0 : (knownValueOf(target, 'min_capacity') ?? 0))
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
    { ...judgeGrowth(answer), part: 'scaling' },
  ]
}

function judgeGrowth(answer: Answer): Verdict {
  if (answer === 'yes') return judge.pass('it grows with the load')
  return answer === 'maybe'
    ? judge.unknown('something that is not known may scale it')
    : judge.fail('nothing scales it')
}
