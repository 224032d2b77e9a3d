/** Networks of different tenants share no address and no way to each other. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { overlap, rangeOf, type Range } from '../read/cidr.ts'
import { inRoot } from '../read/neighbours.ts'
import { hasTenants, referredBy, tenantOf } from '../read/tenants.ts'
import { ofType } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'subnets of different tenants do not overlap, and no peering joins the networks of two tenants',
  'give every tenant a range of its own, for example by cidrsubnet(), and take the peering away',
)

/** Attribute that holds the range, by type. */
const ranges: Readonly<Record<string, string>> = {
  google_compute_subnetwork: 'ip_cidr_range',
  aws_subnet: 'cidr_block',
}
/** The two ends of a peering, and what they may be. */
const peerings: Readonly<Record<string, readonly [string, string]>> = {
  google_compute_network_peering: ['network', 'peer_network'],
  aws_vpc_peering_connection: ['vpc_id', 'peer_vpc_id'],
}
const networks = ['google_compute_network', 'aws_vpc']

const subnets = (north: string, south: string) => `locals {
  tenants = { north = "${north}", south = "${south}" }
}

resource "google_compute_network" "campus" {
  name = "campus"
}

resource "google_compute_subnetwork" "tenant" {
  for_each      = local.tenants
  name          = each.key
  ip_cidr_range = each.value
  region        = "us-east4"
  network       = google_compute_network.campus.id
}
`

export const control: Control = {
  id: 'TEN-06',
  sources: ['terraform'],
  page: {
    why: 'Where the networks of two schools overlap or are joined, a rule written for one admits the other, and a single machine that is taken over reaches both.',
    good: [{ file: 'main.tf', text: subnets('10.20.0.0/20', '10.20.16.0/20') }],
    bad: [{ file: 'main.tf', text: subnets('10.20.0.0/16', '10.20.16.0/20') }],
  },
  applies: ofType(...Object.keys(ranges), ...Object.keys(peerings)),
  check: (resource, evidence) =>
    resource.type in peerings ? judgePeering(resource, evidence) : judgeSubnet(resource, evidence),
}

interface Subnet {
  readonly resource: Resource
  readonly range: Range
  readonly tenant: string
}

const known = new WeakMap<Evidence, Map<string, readonly Subnet[]>>()

/** Subnets of tenants of one root, in order of their first address. */
function tenantSubnets(evidence: Evidence, resource: Resource): readonly Subnet[] {
  const roots = known.get(evidence) ?? new Map<string, readonly Subnet[]>()
  known.set(evidence, roots)
  const root = resource.scope?.root ?? resource.position.file
  const before = roots.get(root)
  if (before !== undefined) return before
  const found = Object.keys(ranges)
    .flatMap((type) => inRoot(evidence, resource, type))
    .flatMap((each): Subnet[] => {
      const range = rangeOf(textOf(knownValueOf(each, ranges[each.type] ?? '')))
      const tenant = tenantOf(each, evidence)
      return range === undefined || tenant === undefined ? [] : [{ resource: each, range, tenant }]
    })
    .sort(
      (left, right) =>
        Number(left.range.first > right.range.first) - Number(left.range.first < right.range.first),
    )
  roots.set(root, found)
  return found
}

function judgeSubnet(resource: Resource, evidence: Evidence): Verdict {
  const tenant = tenantOf(resource, evidence)
  const written = attributeOf(resource, ranges[resource.type] ?? '')
  if (tenant === undefined) {
    return hasTenants(evidence, resource) && resource.attributes.has('')
      ? judge.unknown('nothing is known of it')
      : resource.attributes.has('')
        ? judge.unknown(`its range ${written?.known === false ? written.why : 'is not known'}`)
        : judge.notApplicable('it is no tenant’s')
  }
  if (written?.known !== true) return judge.unknown(`its range ${written?.why ?? 'is not written'}`, written)
  const range = rangeOf(textOf(written.value))
  if (range === undefined) return judge.unknown('its range cannot be read', written)
  const other = tenantSubnets(evidence, resource).find(
    (each) => each.tenant !== tenant && overlap(each.range, range),
  )
  return other === undefined
    ? judge.pass(`${textOf(written.value)} is ${tenant}’s alone`, written)
    : judge.fail(`${textOf(written.value)} overlaps ${other.resource.address} of ${other.tenant}`, written)
}

function judgePeering(resource: Resource, evidence: Evidence): Verdict {
  const candidates = networks.flatMap((type) => inRoot(evidence, resource, type))
  const [left, right] = (peerings[resource.type] ?? ['', '']).map((path) =>
    referredBy(resource, path, candidates),
  )
  if (left === undefined || right === undefined) {
    return hasTenants(evidence, resource) || resource.attributes.has('')
      ? judge.unknown('what it joins is not known')
      : judge.notApplicable('nothing here is a tenant’s')
  }
  const [first, second] = [tenantOf(left, evidence), tenantOf(right, evidence)]
  return first !== undefined && second !== undefined && first !== second
    ? judge.fail(`it joins ${first} and ${second}`)
    : judge.pass('it does not join two tenants')
}
