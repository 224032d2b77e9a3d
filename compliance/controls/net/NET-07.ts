/** Databases, caches and tasks stand in subnets that have no way to the internet. */
import { attributeOf, type Attribute, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { edgesOf, resourcesAt, wayOutOf, type Edge } from '../read/network.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, worstOf } from '../verdict.ts'

const judge = judgeBy(
  'every subnet it stands in has no route to an internet gateway and assigns no public address',
  'use subnets whose route table leads to a NAT gateway, to endpoints or nowhere',
)

const paths: Readonly<Record<string, string>> = {
  aws_db_subnet_group: 'subnet_ids',
  aws_elasticache_subnet_group: 'subnet_ids',
  aws_redshift_subnet_group: 'subnet_ids',
  aws_ecs_service: 'network_configuration.0.subnets',
}

const example = (target: string) => `resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "data" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route_table" "data" {
  vpc_id = aws_vpc.main.id

  route {
    cidr_block = "0.0.0.0/0"
    ${target}
  }
}

resource "aws_route_table_association" "data" {
  subnet_id      = aws_subnet.data.id
  route_table_id = aws_route_table.data.id
}

resource "aws_db_subnet_group" "main" {
  subnet_ids = [aws_subnet.data.id]
}
`

export const control: Control = {
  id: 'NET-07',
  sources: ['terraform'],
  page: {
    why: 'One careless security group is enough to open a database that stands where the internet can reach it; without a way in, it is not.',
    good: [{ file: 'main.tf', text: example('nat_gateway_id = "nat-0123"') }],
    bad: [{ file: 'main.tf', text: example('gateway_id = aws_internet_gateway.main.id') }],
  },
  applies: ofType(...Object.keys(paths)),
  check: (resource, evidence) => {
    const path = paths[resource.type] ?? ''
    const whole = attributeOf(resource, path)
    const edges = edgesOf(resource, path)
    if (edges.length > 0) {
      const verdicts = edges.map((edge) => judgeEdge(resource, edge, evidence))
      return {
        ...worstOf(verdicts, judge.unknown('no subnet')),
        ...(whole === undefined ? {} : { at: whole }),
      }
    }
    const hidden = attributeOf(resource, '')
    if (hidden?.known === false) return judge.unknown(hidden.why)
    return resource.type === 'aws_ecs_service' && whole === undefined
      ? judge.notApplicable('its tasks have no network of their own')
      : judge.unknown(`${path} names no subnet`, whole)
  },
}

function judgeEdge(resource: Resource, { address, attribute }: Edge, evidence: Evidence): Verdict {
  const subnets = address === undefined ? [] : resourcesAt(evidence, resource, address)
  if (subnets.length === 0) return judge.unknown(`a subnet ${whyOf(attribute)}`)
  return worstOf(
    subnets.map((subnet) => judgeSubnet(subnet, evidence)),
    judge.unknown('no subnet'),
  )
}

function whyOf(attribute: Attribute): string {
  return attribute.known ? 'is not here' : attribute.why
}

function judgeSubnet(subnet: Resource, evidence: Evidence): Verdict {
  if (subnet.type.startsWith('data.')) return judge.unknown(`${subnet.address} is made elsewhere`)
  const assigns = attributeOf(subnet, 'map_public_ip_on_launch')
  if (assigns?.known === true && isTrue(assigns.value))
    return judge.fail(`${subnet.address} assigns public addresses`)
  const way = wayOutOf(subnet, evidence)
  if (way.status === 'public') return judge.fail(`${subnet.address}: ${way.why}`)
  if (way.status === 'unknown') return judge.unknown(way.why)
  return assigns?.known === false
    ? judge.unknown(`map_public_ip_on_launch of ${subnet.address} ${assigns.why}`)
    : judge.pass(`${subnet.address}: ${way.why}`)
}
