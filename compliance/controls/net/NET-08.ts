/** Subnets, instances and tasks get no public address. */
import { attributeOf, childrenOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { edgesOf, resourcesAt } from '../read/network.ts'
import { ofType } from '../read/terraform.ts'
import { isFalse, isTrue, judgeBy, judgeValue, worstOf } from '../verdict.ts'

const judge = judgeBy(
  'no public address is assigned',
  'set it to false and reach the internet through a NAT gateway or VPC endpoints',
)

const paths: Readonly<Record<string, string>> = {
  aws_subnet: 'map_public_ip_on_launch',
  aws_instance: 'associate_public_ip_address',
  aws_ecs_service: 'network_configuration.0.assign_public_ip',
  aws_launch_configuration: 'associate_public_ip_address',
}
const isTemplate = ofType('aws_launch_template')

const subnet = (isPublic: boolean) =>
  `resource "aws_subnet" "tasks" {\n  cidr_block              = "10.0.1.0/24"\n  map_public_ip_on_launch = ${isPublic}\n}\n`

export const control: Control = {
  id: 'NET-08',
  sources: ['terraform'],
  page: {
    why: 'A public address makes a machine reachable the moment a security group is too wide.',
    good: [{ file: 'main.tf', text: subnet(false) }],
    bad: [{ file: 'main.tf', text: subnet(true) }],
  },
  applies: ofType(...Object.keys(paths), 'aws_launch_template'),
  check: (resource, evidence) => {
    if (isTemplate(resource)) return judgeTemplate(resource)
    const path = paths[resource.type] ?? ''
    return mended(judgeAddress(resource, evidence), { set: path, to: false })
  },
}

function judgeAddress(resource: Resource, evidence: Evidence): Verdict {
  switch (resource.type) {
    case 'aws_subnet':
      return judgeValue(judge, resource, {
        path: 'map_public_ip_on_launch',
        accepts: isFalse,
        absent: 'pass',
      })
    case 'aws_instance': {
      const path = 'associate_public_ip_address'
      if (attributeOf(resource, path) === undefined) return judgeBySubnet(resource, evidence)
      return judgeValue(judge, resource, { path, accepts: isFalse, absent: 'fail' })
    }
    case 'aws_launch_configuration': {
      const path = 'associate_public_ip_address'
      return judgeValue(judge, resource, { path, accepts: isFalse, absent: 'not-applicable' })
    }
    default: {
      const network = attributeOf(resource, 'network_configuration')
      if (network === undefined) return judge.notApplicable('the tasks have no network of their own')
      const path = 'network_configuration.0.assign_public_ip'
      return judgeValue(judge, resource, { path, accepts: isFalse, absent: 'pass' })
    }
  }
}

/** What a template says holds for every machine made of it; where it says nothing the subnet decides. */
function judgeTemplate(template: Resource): Verdict | readonly Verdict[] {
  const blocks = 'network_interfaces'
  const whole = attributeOf(template, blocks)
  const interfaces = childrenOf(template, blocks)
  if (interfaces.length === 0) {
    return whole?.known === false
      ? judge.unknown(`${blocks} ${whole.why}`, whole)
      : judge.notApplicable('the subnet of its machines decides')
  }
  return interfaces.map((block) => {
    const path = `${block}.associate_public_ip_address`
    const verdict = judgeValue(judge, template, { path, accepts: isFalse, absent: 'not-applicable' })
    return { ...mended(verdict, { set: path, to: false }), part: block }
  })
}

/** An instance that says nothing gets what its subnet gives. */
function judgeBySubnet(instance: Resource, evidence: Evidence): Verdict {
  const [edge] = edgesOf(instance, 'subnet_id')
  const subnets = edge?.address === undefined ? [] : resourcesAt(evidence, instance, edge.address)
  const verdicts = subnets.map((subnet): Verdict => {
    const assigns = attributeOf(subnet, 'map_public_ip_on_launch')
    if (subnet.type !== 'aws_subnet') return judge.unknown(`${subnet.address} is made elsewhere`)
    if (assigns?.known === false) return judge.unknown(`map_public_ip_on_launch ${assigns.why}`)
    return assigns !== undefined && isTrue(assigns.value)
      ? judge.fail(`${subnet.address} assigns a public address`)
      : judge.pass(`${subnet.address} assigns no public address`)
  })
  return worstOf(verdicts, judge.unknown('it is not set, and its subnet is not known'))
}
