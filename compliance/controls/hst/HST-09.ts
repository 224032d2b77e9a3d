/** A host that is no gateway passes on nothing that is not meant for it. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { attachedTo, ofType, tagOf } from '../read/terraform.ts'
import { isFalse, isTrue, judgeBy, judgeValue } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'IP forwarding is off (can_ip_forward false, source_dest_check true), but for gateways',
  'remove can_ip_forward and source_dest_check = false',
)
const isAws = ofType('aws_instance', 'aws_network_interface')

export const control: Control = {
  id: 'HST-09',
  sources: ['terraform'],
  applies: ofType(
    'aws_instance',
    'aws_network_interface',
    'google_compute_instance',
    'google_compute_instance_template',
    'google_compute_region_instance_template',
  ),
  check: judgeHost,
  page: {
    why: 'A host that forwards is a way round the firewall between two networks for whoever holds it.',
    good: [
      { file: 'main.tf', text: 'resource "google_compute_instance" "tenant" {\n  name = "tenant-a"\n}\n' },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "google_compute_instance" "tenant" {\n  name           = "tenant-a"\n  can_ip_forward = true\n}\n',
      },
    ],
  },
}

function judgeHost(resource: Resource, evidence: Evidence): Verdict {
  const path = isAws(resource) ? 'source_dest_check' : 'can_ip_forward'
  const verdict = judgeValue(judge, resource, {
    path,
    accepts: isAws(resource) ? isTrue : isFalse,
    absent: 'pass',
  })
  if (verdict.status !== 'fail') return verdict
  return isGateway(resource, evidence)
    ? judge.notApplicable('it is a gateway', attributeOf(resource, path))
    : mended(verdict, { remove: path })
}

/** By its name, or because a route leads to it. */
function isGateway(resource: Resource, evidence: Evidence): boolean {
  const names = [
    resource.name,
    tagOf(resource, evidence, ['Name', 'name', 'role', 'Role']),
    textOf(knownValueOf(resource, 'name')),
  ]
  if (
    names.some((name) =>
      /(?:^|[-_])(?:nat|gateway|gw|router|vpn|wireguard|firewall|fck-nat)(?:$|[-_\d])/i.test(name ?? ''),
    )
  )
    return true
  return ['instance_id', 'network_interface_id', 'next_hop_instance'].some((path) =>
    ['aws_route', 'google_compute_route'].some(
      (type) => attachedTo(resource, evidence, { type, path }).certain.length > 0,
    ),
  )
}
