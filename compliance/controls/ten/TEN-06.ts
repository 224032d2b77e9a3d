/** Networks of different tenants share no address and no way to each other. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { rangeOf } from '../read/cidr.ts'
import { rootOf } from '../read/neighbours.ts'
import { oncePerScan } from '../read/once.ts'
import { overlapsOf, type Owned } from '../read/overlaps.ts'
import { referredTo } from '../read/referred.ts'
import { hasTenants, tenantOf } from '../read/tenants.ts'
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
const isSubnet = ofType(...Object.keys(ranges))

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

interface Part extends Owned {
  readonly resource: Resource
  readonly text: string
}

/** Ranges of a subnet: its own, and those of its pods and services. */
function rangesOf(subnet: Resource): readonly (Attribute | undefined)[] {
  const more = childrenOf(subnet, 'secondary_ip_range').map((path) =>
    attributeOf(subnet, `${path}.ip_cidr_range`),
  )
  return [attributeOf(subnet, ranges[subnet.type] ?? ''), ...more]
}

function partsOf(subnet: Resource, owner: string | undefined): readonly Part[] {
  if (owner === undefined) return []
  return rangesOf(subnet).flatMap((attribute): Part[] => {
    const text = attribute?.known === true ? textOf(attribute.value) : ''
    const range = rangeOf(text)
    return range === undefined ? [] : [{ resource: subnet, range, owner, text }]
  })
}

/** What ranges of the subnets of one tenant share with those of another, by root and subnet. */
const conflicts = oncePerScan((evidence) => {
  const subnets = evidence.resources.filter((each) => isSubnet(each) && !isNeverMade(each))
  const found = new Map<Resource, { readonly own: Part; readonly other: Part }>()
  for (const members of Map.groupBy(subnets, rootOf).values()) {
    const parts = members.flatMap((each) => partsOf(each, tenantOf(each, evidence)))
    for (const [own, other] of overlapsOf(parts)) {
      if (!found.has(own.resource)) found.set(own.resource, { own, other })
    }
  }
  return found
})

function isNeverMade(resource: Resource): boolean {
  return Number(knownValueOf(resource, 'count') ?? 1) === 0
}

function judgeSubnet(resource: Resource, evidence: Evidence): Verdict {
  const tenant = tenantOf(resource, evidence)
  const [written] = rangesOf(resource)
  if (tenant === undefined) {
    return resource.attributes.has('')
      ? judge.unknown('nothing is known of it')
      : judge.notApplicable('it is no tenant’s')
  }
  const conflict = conflicts(evidence).get(resource)
  if (conflict !== undefined) {
    const { own, other } = conflict
    return judge.fail(`${own.text} overlaps ${other.resource.address} of ${other.owner}`, written)
  }
  if (written?.known !== true) return judge.unknown(`its range ${written?.why ?? 'is not written'}`, written)
  const whole = attributeOf(resource, 'secondary_ip_range')
  const open = rangesOf(resource).find((each) => each?.known === false) ?? whole
  if (open?.known === false) return judge.unknown(`a range of it ${open.why}`, open)
  return rangeOf(textOf(written.value)) === undefined
    ? judge.unknown('its range cannot be read', written)
    : judge.pass(`${textOf(written.value)} is ${tenant}’s alone`, written)
}

function judgePeering(resource: Resource, evidence: Evidence): Verdict {
  if (resource.attributes.has('')) return judge.unknown('nothing is known of it')
  const [left, right] = (peerings[resource.type] ?? ['', '']).map((path) =>
    referredTo(resource, path, evidence, { types: networks }),
  )
  const [first, second] = [left, right].map((end) =>
    end === undefined ? undefined : tenantOf(end, evidence),
  )
  if (first !== undefined && second !== undefined) {
    return first === second
      ? judge.pass(`both ends are ${first}’s`)
      : judge.fail(`it joins ${first} and ${second}`)
  }
  const isNamed = [left, right].some((end) => /tenant/i.test(end?.address ?? ''))
  return isNamed || hasTenants(evidence, resource)
    ? judge.unknown('whose the networks are that it joins is not told')
    : judge.notApplicable('nothing here is a tenant’s')
}
