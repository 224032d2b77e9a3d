/** What may leave is named: destinations or ports, never everything to everywhere. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isNetworkPolicy, peersOf } from '../read/manifest.ts'
import { mended } from '../read/mend.ts'
import { edgesOf, isLoadBalancer, resourcesAt, usersOf } from '../read/network.ts'
import { ofType } from '../read/terraform.ts'
import { isWorld } from '../read/cidr.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'no rule lets every protocol and port out to everywhere',
  'name the ports and networks that are needed: the database, the endpoints, port 443',
)

const isGroup = ofType('aws_security_group', 'aws_default_security_group')
const isRule = ofType('aws_security_group_rule', 'aws_vpc_security_group_egress_rule')
const isFirewall = ofType('google_compute_firewall')
const group = (rule: string) =>
  `resource "aws_security_group" "tasks" {\n  egress {\n${rule}\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\n`

export const control: Control = {
  id: 'NET-06',
  sources: ['terraform', 'kubernetes'],
  page: {
    why: 'Whoever got in can carry records out to anywhere, and call for more tools.',
    good: [
      {
        file: 'main.tf',
        text: group('    from_port   = 443\n    to_port     = 443\n    protocol    = "tcp"'),
      },
    ],
    bad: [
      { file: 'main.tf', text: group('    from_port   = 0\n    to_port     = 0\n    protocol    = "-1"') },
    ],
  },
  applies: (resource) =>
    isGroup(resource) || isRule(resource) || isFirewall(resource) || isNetworkPolicy(resource),
  check: (resource, evidence) => {
    const hidden = attributeOf(resource, '')
    if (hidden?.known === false) return judge.unknown(hidden.why)
    if (isNetworkPolicy(resource)) return judgePolicy(resource)
    if (isFirewall(resource)) return judgeFirewall(resource)
    if (isRule(resource))
      return unlessForBalancers(judgeRule(resource, ''), groupOf(resource, evidence), evidence)
    return judgeGroup(resource, evidence)
  },
}

/** Terraform takes the rule away that AWS makes by itself: without egress nothing gets out. */
function judgeGroup(resource: Resource, evidence: Evidence): Verdict {
  const rules = childrenOf(resource, 'egress')
  const whole = attributeOf(resource, 'egress')
  const verdicts = rules.map((path) =>
    path.endsWith('.*') ? judge.unknown('some egress rules are not known') : judgeRule(resource, `${path}.`),
  )
  if (rules.length === 0 && whole?.known === false) return judge.unknown(`egress ${whole.why}`, whole)
  const verdict = worstOf(verdicts, judge.pass('nothing is let out here'))
  return unlessForBalancers(verdict, resource, evidence)
}

/** What a load balancer sends goes to its targets. */
function unlessForBalancers(verdict: Verdict, group: Resource | undefined, evidence: Evidence): Verdict {
  if (verdict.status !== 'fail' || group === undefined) return verdict
  const { certain, possible } = usersOf(group, evidence)
  return certain.length > 0 && possible.length === 0 && certain.every(isLoadBalancer)
    ? judge.notApplicable('only load balancers use it', verdict.at)
    : verdict
}

/** The group that a rule with a resource of its own belongs to. */
function groupOf(rule: Resource, evidence: Evidence): Resource | undefined {
  const [edge] = edgesOf(rule, 'security_group_id')
  return edge?.address === undefined ? undefined : resourcesAt(evidence, rule, edge.address)[0]
}

function judgeRule(resource: Resource, prefix: string): Verdict {
  const type = knownValueOf(resource, 'type')
  if (resource.type === 'aws_security_group_rule' && type === 'ingress')
    return judge.notApplicable('it lets in')
  const name = resource.type === 'aws_vpc_security_group_egress_rule' ? 'ip_protocol' : 'protocol'
  const protocol = attributeOf(resource, `${prefix}${name}`)
  if (protocol?.known === false) return judge.unknown(`${name} ${protocol.why}`, protocol)
  const isAny = /^(-1|all)$/i.test(textOf(protocol?.value))
  if (isAny) return judgeDestination(resource, prefix)
  const ports = ['from_port', 'to_port'].map((each) => attributeOf(resource, `${prefix}${each}`))
  const hidden = ports.find((each) => each?.known === false)
  if (hidden?.known === false) {
    const destination = judgeDestination(resource, prefix)
    return destination.status === 'pass'
      ? destination
      : judge.unknown(`its range of ports ${hidden.why}`, hidden)
  }
  const [first = 1, last = 0] = ports.map((each) => (each?.known === true ? Number(each.value) : undefined))
  return first <= 1 && last >= 65_535
    ? judgeDestination(resource, prefix)
    : judge.pass('its ports are named', protocol)
}

function judgeDestination(resource: Resource, prefix: string): Verdict {
  const paths = ['cidr_blocks', 'ipv6_cidr_blocks', 'cidr_ipv4', 'cidr_ipv6', 'destination_ranges']
  for (const path of paths.map((each) => `${prefix}${each}`)) {
    const whole = attributeOf(resource, path)
    if (whole === undefined) continue
    const children = childrenOf(resource, path)
    const values = (children.length === 0 ? [path] : children).map((each) => attributeOf(resource, each))
    if (values.some((each) => each?.known === true && isWorld(each.value)))
      return judge.fail('every protocol and port is let out to everywhere', whole)
    if (!whole.known) return judge.unknown(`${path} ${whole.why}`, whole)
  }
  return judge.pass('its destinations are named')
}

function judgeFirewall(resource: Resource): Verdict {
  if (knownValueOf(resource, 'direction') !== 'EGRESS') return judge.notApplicable('it lets in')
  const allowed = childrenOf(resource, 'allow')
  if (allowed.length === 0) return judge.pass('it lets nothing out')
  const protocols = allowed.map((path) => attributeOf(resource, `${path}.protocol`))
  const isAll = protocols.some((each) => each?.known === true && /^all$/i.test(textOf(each.value)))
  const open = protocols.find((each) => each?.known === false)
  if (!isAll)
    return open?.known === false
      ? judge.unknown(`protocol ${open.why}`, open)
      : judge.pass('its protocols are named')
  return attributeOf(resource, 'destination_ranges') === undefined
    ? judge.fail('everything is let out to everywhere')
    : judgeDestination(resource, '')
}

function judgePolicy(resource: Resource): Verdict {
  const types = textOf(knownValueOf(resource, 'spec.policyTypes'))
  const rules = attributeOf(resource, 'spec.egress')
  if (!types.includes('Egress') && rules === undefined)
    return judge.notApplicable('it says nothing of egress')
  if (rules?.known === false) return judge.unknown(`egress ${rules.why}`, rules)
  const paths = childrenOf(resource, 'spec.egress')
  const reaches = paths.map((path) => ({ path, reach: peersOf(resource, path, 'to') }))
  const open = reaches.find(({ reach }) => reach === 'everybody')?.path
  if (open !== undefined)
    return mended(judge.fail('a rule lets everything out', attributeOf(resource, open)), { remove: open })
  return reaches.some(({ reach }) => reach === 'unknown')
    ? judge.unknown('where a rule lets something out is not known', rules)
    : judge.pass(paths.length === 0 ? 'nothing is let out' : 'what is let out is named', rules)
}
