/** Subnets, instances and tasks get no public address. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { ofType } from '../read/terraform.ts'
import { isFalse, judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'no public address is assigned',
  'set it to false and reach the internet through a NAT gateway or VPC endpoints',
)

export const control: Control = {
  id: 'NET-08',
  sources: ['terraform'],
  applies: ofType('aws_subnet', 'aws_instance', 'aws_ecs_service'),
  check: judgeAddress,
}

function judgeAddress(resource: Resource): Verdict {
  switch (resource.type) {
    case 'aws_subnet':
      return judgeValue(judge, resource, {
        path: 'map_public_ip_on_launch',
        accepts: isFalse,
        absent: 'pass',
      })
    case 'aws_instance': {
      const path = 'associate_public_ip_address'
      if (attributeOf(resource, path) === undefined)
        return judge.unknown(`${path} is not set: the subnet decides`)
      return judgeValue(judge, resource, { path, accepts: isFalse, absent: 'fail' })
    }
    default: {
      const network = attributeOf(resource, 'network_configuration')
      if (network === undefined) return judge.notApplicable('the tasks have no network of their own')
      const path = 'network_configuration.0.assign_public_ip'
      return judgeValue(judge, resource, { path, accepts: isFalse, absent: 'pass' })
    }
  }
}
