/** Hosts are reached through a door that knows who comes: Session Manager, Identity-Aware Proxy, a VPN. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { inRoot } from '../read/neighbours.ts'
import { ofType, refersTo } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'SSH comes from the proxy or a private network only; a host has the rights of Session Manager',
  'set source_ranges = ["35.235.240.0/20"]; attach AmazonSSMManagedInstanceCore to the role of the host',
)
const isHost = ofType('aws_instance')
const isFirewall = ofType('google_compute_firewall')
const manager = /AmazonSSMManagedInstanceCore|AmazonEC2RoleforSSM/
/** Identity-Aware Proxy, and networks of RFC 1918. */
const inside = /^(?:35\.235\.240\.0\/(?:2[0-9]|3[0-2])|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/

const machine: Control = {
  id: 'HST-04',
  sources: ['terraform'],
  applies: (resource) => isHost(resource) || isFirewall(resource),
  check: (resource, evidence) => (isHost(resource) ? judgeHost(resource, evidence) : judgeFirewall(resource)),
  page: {
    why: 'A port for SSH is knocked at within minutes; a door that asks for the account of the house also writes down who came.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "google_compute_firewall" "ssh" {\n  name          = "ssh"\n  network       = "campus"\n  source_ranges = ["35.235.240.0/20"]\n\n  allow {\n    protocol = "tcp"\n    ports    = ["22"]\n  }\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "google_compute_firewall" "ssh" {\n  name          = "ssh"\n  network       = "campus"\n  source_ranges = ["0.0.0.0/0"]\n\n  allow {\n    protocol = "tcp"\n    ports    = ["22"]\n  }\n}\n',
      },
    ],
  },
}

export const control = withStatement(
  machine,
  'hosts are reached through Session Manager, Identity-Aware Proxy or a VPN, and each session is kept',
)

function judgeFirewall(resource: Resource): Verdict {
  const direction = attributeOf(resource, 'direction')
  if (direction?.known === true && direction.value === 'EGRESS')
    return judge.notApplicable('it is about traffic out', direction)
  const rules = childrenOf(resource, 'allow')
  const whole = attributeOf(resource, 'allow')
  if (whole?.known === false && rules.length === 0) return judge.unknown(`allow ${whole.why}`, whole)
  const covers = rules.map((rule) => coversSsh(resource, rule))
  if (!covers.includes('yes')) {
    return covers.includes('maybe')
      ? judge.unknown('the ports are not known', whole)
      : judge.notApplicable('it is not about SSH')
  }
  const ranges = attributeOf(resource, 'source_ranges')
  if (ranges === undefined) return judge.notApplicable('it lets in by tag or account')
  if (!ranges.known) return judge.unknown(`source_ranges ${ranges.why}`, ranges)
  const wide = [ranges.value]
    .flat()
    .map((value) => textOf(value))
    .find((range) => !inside.test(range))
  return wide === undefined
    ? judge.pass('SSH comes from inside', ranges)
    : judge.fail(`SSH comes from ${wide}`, ranges)
}

function coversSsh(resource: Resource, rule: string): 'yes' | 'no' | 'maybe' {
  const [protocol, ports] = [
    attributeOf(resource, `${rule}.protocol`),
    attributeOf(resource, `${rule}.ports`),
  ]
  if (protocol?.known === false || ports?.known === false) return 'maybe'
  if (!/^(?:tcp|6|all)$/i.test(textOf(protocol?.value))) return 'no'
  if (ports === undefined) return 'yes'
  const covered = [ports.value].flat().some((port) => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(textOf(port)) ?? []
    return first !== undefined && Number(first) <= 22 && 22 <= Number(last)
  })
  return covered ? 'yes' : 'no'
}

function judgeHost(host: Resource, evidence: Evidence): Verdict {
  const [profile, key] = [attributeOf(host, 'iam_instance_profile'), attributeOf(host, 'key_name')]
  if (profile === undefined) {
    return key === undefined
      ? judge.notApplicable('nobody logs in: it has neither key nor profile')
      : judge.fail('it has a key for SSH and no profile for Session Manager', key)
  }
  const found = inRoot(evidence, host, 'aws_iam_instance_profile').find(
    (each) => refersTo(profile, each, knownValueOf(each, 'name')) === 'yes',
  )
  const role = found === undefined ? undefined : attributeOf(found, 'role')
  if (found === undefined || role === undefined)
    return judge.unknown('what its profile may do is not here', profile)
  const answers = attachments(host, evidence).map((attachment) => {
    const name = attributeOf(attachment, 'role')
    const isSame =
      (name?.known === true && role.known && name.value === role.value) ||
      (name?.identity !== undefined && name.identity === role.identity) ||
      name?.expression === role.expression
    const policy = attributeOf(attachment, 'policy_arn')
    if (!isSame) return 'no'
    return policy?.known === true ? (manager.test(textOf(policy.value)) ? 'yes' : 'no') : 'maybe'
  })
  if (answers.includes('yes')) return judge.pass('its profile has the rights of Session Manager', profile)
  return answers.includes('maybe')
    ? judge.unknown('some of its rights are not known', profile)
    : judge.fail('its profile lacks AmazonSSMManagedInstanceCore', profile)
}

function attachments(host: Resource, evidence: Evidence): readonly Resource[] {
  return inRoot(evidence, host, 'aws_iam_role_policy_attachment')
}
