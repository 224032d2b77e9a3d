/** Tasks reach the services of AWS they need through endpoints inside their network. */
import { attributeOf, type Attribute, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { edgesOf, referrersOf, resourcesAt } from '../read/network.ts'
import { inRoot } from '../read/neighbours.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'a VPC that hosts tasks has endpoints for S3, ECR, Secrets Manager and logs',
  'add aws_vpc_endpoint for s3, ecr.api, ecr.dkr, secretsmanager and logs',
)

const services = ['s3', 'ecr.api', 'ecr.dkr', 'secretsmanager', 'logs'] as const

const network = `resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "tasks" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_ecs_service" "api" {
  network_configuration {
    subnets = [aws_subnet.tasks.id]
  }
}
`
const endpoint = (service: string) =>
  `\nresource "aws_vpc_endpoint" "${service.replace('.', '_')}" {\n  vpc_id       = aws_vpc.main.id\n  service_name = "com.amazonaws.us-east-1.${service}"\n}\n`

export const control: Control = {
  id: 'NET-14',
  sources: ['terraform'],
  page: {
    why: 'Without endpoints tasks need a way out to the internet just to fetch their image and their secrets.',
    good: [{ file: 'main.tf', text: network + services.map(endpoint).join('') }],
    bad: [{ file: 'main.tf', text: network }],
  },
  applies: ofType('aws_vpc', 'aws_default_vpc'),
  check: judgeNetwork,
}

function judgeNetwork(resource: Resource, evidence: Evidence): Verdict {
  const hidden = attributeOf(resource, '')
  if (hidden?.known === false) return judge.unknown(hidden.why)
  const hosts = hostsTasks(resource, evidence)
  if (hosts === 'no') return judge.notApplicable('it hosts no tasks')
  const { certain, possible } = referrersOf(resource, evidence, { type: 'aws_vpc_endpoint', path: 'vpc_id' })
  const names = certain.map((each) => attributeOf(each, 'service_name'))
  const missing = services.filter((service) => !names.some((name) => isFor(name, service)))
  if (missing.length === 0) return judge.pass('endpoints are there for all of them')
  const open = names.find((name) => name?.known === false && serviceIn(name) === undefined)
  if (hosts === 'unknown') return judge.unknown('where its tasks stand is not known')
  if (open !== undefined || possible.length > 0)
    return judge.unknown(`whether there are endpoints for ${missing.join(', ')} is not known`)
  return mended(judge.fail(`there are no endpoints for ${missing.join(', ')}`), ...gateway(resource, missing))
}

/** The endpoint for S3 needs no subnet and no group; the others need both. */
function gateway({ address }: Resource, missing: readonly string[]): readonly Mend[] {
  return missing.length === 1 && missing[0] === 's3' && /^aws_vpc\.[\w-]+$/.test(address)
    ? [
        {
          after: `\ndata "aws_region" "endpoints" {}\n\nresource "aws_vpc_endpoint" "s3" {\n  vpc_id       = ${address}.id\n  service_name = "com.amazonaws.\${data.aws_region.endpoints.name}.s3"\n}\n`,
        },
      ]
    : []
}

function isFor(name: Attribute | undefined, service: string): boolean {
  return name !== undefined && serviceIn(name) === service
}

/** `com.amazonaws.REGION.logs`; the region may be unknown, the end is written. */
function serviceIn(name: Attribute): string | undefined {
  const text = name.known ? textOf(name.value) : (name.expression ?? '')
  return services.find((service) => new RegExp(`\\.${service.replace('.', '\\.')}"?$`).test(text))
}

interface Hosts {
  /** Addresses of the networks that tasks stand in. */
  readonly networks: ReadonlySet<string>
  /** True where tasks stand in subnets that are not known. */
  readonly isOpen: boolean
}

/** Found once per root: evidence never changes. */
const known = new WeakMap<Evidence, Map<string, Hosts>>()

function hostsTasks(network: Resource, evidence: Evidence): 'yes' | 'no' | 'unknown' {
  const ofScan = known.get(evidence) ?? new Map<string, Hosts>()
  known.set(evidence, ofScan)
  const root = network.scope?.root ?? network.position.file
  const hosts = ofScan.get(root) ?? hostsIn(network, evidence)
  ofScan.set(root, hosts)
  if (hosts.networks.has(network.address)) return 'yes'
  return hosts.isOpen ? 'unknown' : 'no'
}

function hostsIn(near: Resource, evidence: Evidence): Hosts {
  const networks = new Set<string>()
  let isOpen = false
  for (const service of inRoot(evidence, near, 'aws_ecs_service')) {
    const edges = edgesOf(service, 'network_configuration.0.subnets')
    const found = edges.map(({ address }) =>
      address === undefined ? [] : resourcesAt(evidence, service, address),
    )
    isOpen ||= edges.some(({ attribute }, index) => !attribute.known && found[index]?.length === 0)
    const homes = [...new Set(found.flat())].flatMap((subnet) => edgesOf(subnet, 'vpc_id'))
    for (const { address } of homes) if (address !== undefined) networks.add(address)
  }
  return { networks, isOpen }
}
