import { expect } from 'chai'
import { wayOutOf } from '../../../../compliance/controls/read/network.ts'
import { gatherStacks } from '../../../../compliance/gather/terraform.ts'
import { evidenceOf } from '../cases.ts'

const network = (route: string) => `
variable "gateway" {
  default = "none"
}
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}
resource "aws_subnet" "each" {
  for_each   = toset(["a", "b"])
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_route_table" "each" {
  for_each = toset(["a", "b"])
  vpc_id   = aws_vpc.main.id
}
resource "aws_route_table_association" "each" {
  for_each       = aws_subnet.each
  subnet_id      = each.value.id
  route_table_id = aws_route_table.each[each.key].id
}
${route}
`
const out = (gateway: string) => `resource "aws_route" "out" {
  route_table_id         = aws_route_table.each["a"].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = ${gateway}
}`

/** The way out of each subnet of a module, by its key. */
function ways(route: string): Record<string, string> {
  const root = 'module "network" {\n  source = "./network"\n}\n'
  const files = Object.entries({ 'main.tf': root, 'network/main.tf': network(route) }).map(
    ([file, text]) => ({
      file,
      bytes: new TextEncoder().encode(text),
    }),
  )
  const { resources } = gatherStacks({ files })
  const evidence = evidenceOf(resources)
  const subnets = resources.filter(({ type }) => type === 'aws_subnet')
  return Object.fromEntries(subnets.map((each) => [each.address, wayOutOf(each, evidence).status]))
}

const a = 'module.network.aws_subnet.each["a"]'
const b = 'module.network.aws_subnet.each["b"]'

describe('the way out of a subnet', () => {
  it('leads to the internet where its own route table does, and not where that of its neighbour does', () => {
    expect(ways(out('aws_internet_gateway.main.id'))).to.deep.equal({ [a]: 'public', [b]: 'private' })
  })

  it('ends inside without a route', () => {
    expect(ways('')).to.deep.equal({ [a]: 'private', [b]: 'private' })
  })

  it('is not known where the gateway is not', () => {
    const route = `variable "way" {}\n${out('var.way')}`
    expect(ways(route)).to.deep.equal({ [a]: 'unknown', [b]: 'private' })
  })
})
