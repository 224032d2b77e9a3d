/** Hosts are reached through a door that knows who comes: Session Manager, Identity-Aware Proxy, a VPN. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import type { Answer } from '../read/certainty.ts'
import { rangeOf } from '../read/cidr.ts'
import { inRoot, inRootAt, oncePerRoot } from '../read/neighbours.ts'
import { wholePolicyOf } from '../read/policy.ts'
import { allGiven, givenBy, type Given } from '../read/policy-answer.ts'
import { addressOf, ofType } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'SSH comes from the proxy or a private network only; a host has the rights of Session Manager',
  'set source_ranges = ["35.235.240.0/20"]; attach AmazonSSMManagedInstanceCore to the role of the host',
)
const isTemplate = ofType('aws_launch_template')
const isHost = ofType('aws_instance', 'aws_launch_template', 'aws_launch_configuration')
const isFirewall = ofType('google_compute_firewall')
const manager = /AmazonSSMManagedInstanceCore|AmazonEC2RoleforSSM/
/** Identity-Aware Proxy, and networks of RFC 1918 and RFC 4193. */
const inside = ['35.235.240.0/20', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'].flatMap(
  (network) => rangeOf(network) ?? [],
)

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
  const disabled = attributeOf(resource, 'disabled')
  if (disabled?.known === true && isTrue(disabled.value))
    return judge.notApplicable('it is switched off', disabled)
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
  if (ranges === undefined) return judgeWithoutRanges(resource)
  if (!ranges.known) return judge.unknown(`source_ranges ${ranges.why}`, ranges)
  const wide = [ranges.value]
    .flat()
    .map((value) => textOf(value))
    .find((range) => !isInside(range))
  return wide === undefined
    ? judge.pass('SSH comes from inside', ranges)
    : judge.fail(`SSH comes from ${wide}`, ranges)
}

/** Without any source the provider takes every address. */
function judgeWithoutRanges(resource: Resource): Verdict {
  const sources = ['source_tags', 'source_service_accounts'].map((path) => attributeOf(resource, path))
  if (sources.some((each) => each?.known === true && each.value !== null))
    return judge.notApplicable('it lets in by tag or account')
  const hidden = sources.find((each) => each?.known === false)
  return hidden?.known === false
    ? judge.unknown(`whom it lets in ${hidden.why}`, hidden)
    : judge.fail('SSH comes from everywhere: no source is named')
}

/** A single address is a network of one. */
function isInside(text: string): boolean {
  const range = rangeOf(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`)
  return (
    range !== undefined &&
    inside.some(
      ({ family, first, last }) => family === range.family && first <= range.first && range.last <= last,
    )
  )
}

function coversSsh(resource: Resource, rule: string): Answer {
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
  const block = 'iam_instance_profile.0'
  const profile = isTemplate(host)
    ? (attributeOf(host, `${block}.name`) ?? attributeOf(host, `${block}.arn`))
    : attributeOf(host, 'iam_instance_profile')
  const key = attributeOf(host, 'key_name')
  if (profile === undefined) {
    return key === undefined
      ? judge.notApplicable('nobody logs in: it has neither key nor profile')
      : judge.fail('it has a key for SSH and no profile for Session Manager', key)
  }
  const found = profileOf(host, profile, evidence)
  const role = found === undefined ? undefined : attributeOf(found, 'role')
  if (role === undefined) return judge.unknown('what its profile may do is not here', profile)
  const answer = allGiven([...attachedRights(role, host, evidence), ...ownRights(role, host, evidence)])
  if (answer === 'yes') return judge.pass('its profile has the rights of Session Manager', profile)
  return answer === 'maybe'
    ? judge.unknown('some of its rights are not known', profile)
    : judge.fail('its profile lacks AmazonSSMManagedInstanceCore', profile)
}

/** What resources of their own give the role. */
function attachedRights(role: Attribute, host: Resource, evidence: Evidence): readonly Given[] {
  const { byRole, open } = grantsIn(host, evidence)
  const own = new Set(namesOf(role).flatMap((name) => byRole.get(name) ?? []))
  return [
    ...[...own].map((each) =>
      each.type === 'aws_iam_role_policy'
        ? inlineRights(each, 'policy', evidence)
        : managedRights(attributeOf(each, 'policy_arn')),
    ),
    ...(open ? [notKnown] : []),
  ]
}

/** What the role says itself. */
function ownRights(role: Attribute, host: Resource, evidence: Evidence): readonly Given[] {
  const found = inRootAt(evidence, host, addressOf(role))
  if (found === undefined) return []
  const managed = attributeOf(found, 'managed_policy_arns')
  const arns = childrenOf(found, 'managed_policy_arns').map((path) => managedRights(attributeOf(found, path)))
  const isHidden = managed?.known === false && arns.length === 0
  const inline = childrenOf(found, 'inline_policy').map((path) =>
    inlineRights(found, `${path}.policy`, evidence),
  )
  return [...arns, ...inline, ...(isHidden ? [notKnown] : [])]
}

const notKnown: Given = { gives: 'maybe', takes: 'no' }

function managedRights(arn: Attribute | undefined): Given {
  if (arn?.known !== true) return notKnown
  return { gives: manager.test(textOf(arn.value)) ? 'yes' : 'no', takes: 'no' }
}

/** Session Manager speaks through channels of `ssmmessages`. */
function inlineRights(holder: Resource, path: string, evidence: Evidence): Given {
  if (attributeOf(holder, path) === undefined) return notKnown
  return givenBy(wholePolicyOf(holder, path, evidence), 'ssmmessages:CreateControlChannel')
}

/** What a reference stands for, in any of the ways to write it: a known name, the address of a resource. */
function namesOf(attribute: Attribute): readonly string[] {
  const address = addressOf(attribute)
  return [
    ...(attribute.known ? [`name ${textOf(attribute.value)}`] : []),
    ...(address === undefined ? [] : [`address ${address}`]),
  ]
}

const profilesByName = oncePerRoot((of, evidence) => {
  const all = inRoot(evidence, of, 'aws_iam_instance_profile')
  return new Map(all.map((each) => [textOf(knownValueOf(each, 'name')), each]))
})

function profileOf(host: Resource, profile: Attribute, evidence: Evidence): Resource | undefined {
  const named = profile.known ? profilesByName(host, evidence).get(textOf(profile.value)) : undefined
  return inRootAt(evidence, host, addressOf(profile)) ?? named
}

/** What gives a role its rights, and where the role stands in it. */
const grants = [
  ['aws_iam_role_policy_attachment', 'role'],
  ['aws_iam_role_policy', 'role'],
  ['aws_iam_policy_attachment', 'roles'],
] as const

const grantsIn = oncePerRoot((of, evidence) => {
  const byRole = new Map<string, Resource[]>()
  let open = false
  for (const [type, path] of grants) {
    for (const each of inRoot(evidence, of, type)) {
      const names = rolesOf(each, path).flatMap(namesOf)
      open ||= names.length === 0
      for (const name of names) {
        const same = byRole.get(name) ?? []
        byRole.set(name, same)
        same.push(each)
      }
    }
  }
  return { byRole, open }
})

function rolesOf(grant: Resource, path: string): readonly Attribute[] {
  const children = childrenOf(grant, path)
  return (children.length === 0 ? [path] : children).flatMap((each) => attributeOf(grant, each) ?? [])
}
