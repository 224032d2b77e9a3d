/** A machine that does not answer is replaced. */
import { attributeOf, childrenOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'the group replaces a machine whose health check fails',
  'set health_check_type = "ELB"; add auto_healing_policies to the instance group manager',
)
const isGroup = ofType('aws_autoscaling_group')

export const control: Control = {
  id: 'HST-11',
  sources: ['terraform'],
  applies: ofType(
    'aws_autoscaling_group',
    'google_compute_instance_group_manager',
    'google_compute_region_instance_group_manager',
  ),
  check: (resource) => (isGroup(resource) ? judgeGroup(resource) : judgeManager(resource)),
  page: {
    why: 'A machine can run and its program hang: who only looks whether it runs keeps sending requests to it.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_autoscaling_group" "app" {\n  max_size          = 4\n  min_size          = 2\n  health_check_type = "ELB"\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_autoscaling_group" "app" {\n  max_size = 4\n  min_size = 2\n}\n',
      },
    ],
  },
}

/** EC2 by default, which only sees whether the machine runs; several may be named with commas. */
function judgeGroup(resource: Resource): Verdict {
  const path = 'health_check_type'
  const accepts = (value: unknown) => /(?:^|,)\s*(?:ELB|VPC_LATTICE)\b/.test(String(value))
  return mended(judgeValue(judge, resource, { path, accepts, absent: 'fail' }), { set: path, to: 'ELB' })
}

function judgeManager(resource: Resource): Verdict {
  const policies = attributeOf(resource, 'auto_healing_policies')
  const blocks = childrenOf(resource, 'auto_healing_policies')
  if (policies === undefined) return judge.fail('auto_healing_policies is not set')
  if (!policies.known && blocks.length === 0)
    return judge.unknown(`auto_healing_policies ${policies.why}`, policies)
  if (blocks.some((path) => path.endsWith('.*')))
    return judge.unknown('some policies are not known', policies)
  const check = attributeOf(resource, `${blocks[0] ?? 'auto_healing_policies.0'}.health_check`)
  return check === undefined
    ? judge.fail('auto_healing_policies names no health check', policies)
    : judge.pass('it replaces what does not answer', policies)
}
