/** Port 80 is open to the internet only where a load balancer answers it with a redirect to HTTPS. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { plainRuleOf } from '../read/listener.ts'
import { edgesOf, isLoadBalancer, referrersOf, resourcesAt, usersOf } from '../read/network.ts'
import { holdsRules, judgeWorld } from '../read/world-rules.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'port 80 is open to the internet only on load balancers that redirect to HTTPS',
  'close port 80, or attach the group to a load balancer whose listener on port 80 redirects',
)

const group = (ports: string) =>
  `resource "aws_security_group" "web" {\n  ingress {\n    from_port   = ${ports}\n    to_port     = ${ports}\n    protocol    = "tcp"\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\n`

export const control: Control = {
  id: 'NET-05',
  sources: ['terraform'],
  page: {
    why: 'Whatever answers on port 80 speaks plain HTTP to the whole internet, unless all it says is to come back by HTTPS.',
    good: [{ file: 'main.tf', text: group('443') }],
    bad: [{ file: 'main.tf', text: group('80') }],
  },
  applies: holdsRules,
  check: (resource, evidence) => {
    const opened = judgeWorld(judge, resource, evidence, { ports: [80] })
    if (opened.status !== 'fail' || resource.type === 'google_compute_firewall') return opened
    const groups = groupsOf(resource, evidence)
    if (groups === undefined) return { ...opened, found: `${opened.found ?? ''}; its group is not known` }
    const verdicts = groups.map((each) => judgeUsers(opened, each, evidence))
    return worstOf(verdicts, opened)
  },
}

/** The group itself, or the one a rule belongs to. */
function groupsOf(resource: Resource, evidence: Evidence): readonly Resource[] | undefined {
  if (/^aws_(default_)?security_group$/.test(resource.type)) return [resource]
  const [edge] = edgesOf(resource, 'security_group_id')
  const found = edge?.address === undefined ? [] : resourcesAt(evidence, resource, edge.address)
  return found.length === 0 ? undefined : found
}

function judgeUsers(opened: Verdict, group: Resource, evidence: Evidence): Verdict {
  const { certain, possible } = usersOf(group, evidence)
  const other = certain.find((each) => !isLoadBalancer(each))
  if (other !== undefined) return { ...opened, found: `${opened.found ?? ''} to ${other.address}` }
  const balancers = possible.filter(isLoadBalancer)
  if (certain.length === 0) {
    return balancers.length === 0
      ? opened
      : judge.unknown(`${balancers[0]?.address ?? ''} may use it`, opened.at)
  }
  const verdicts = certain.map((each) => judgeBalancer(opened, each, evidence))
  return worstOf(verdicts, opened)
}

function judgeBalancer(opened: Verdict, balancer: Resource, evidence: Evidence): Verdict {
  const found = ['aws_lb_listener', 'aws_alb_listener'].map((type) =>
    referrersOf(balancer, evidence, { type, path: 'load_balancer_arn' }),
  )
  const listeners = found
    .flatMap(({ certain }) => certain)
    .filter((each) => textOf(knownValueOf(each, 'port')) === '80')
  const unknown = [
    ...found.flatMap(({ possible }) => possible),
    ...found.flatMap(({ certain }) => certain).filter((each) => attributeOf(each, 'port')?.known === false),
  ].at(0)
  if (listeners.some((each) => !redirects(each)))
    return { ...opened, found: `${balancer.address} answers plain HTTP` }
  const rules = listeners.flatMap((each) => plainRuleOf(each, evidence) ?? [])
  const plain = rules.find(({ isSure }) => isSure)
  if (plain !== undefined) return { ...opened, found: `${plain.rule.address} answers plain HTTP` }
  const [maybe] = rules
  if (maybe !== undefined) return judge.unknown(`${maybe.rule.address} may answer plain HTTP`, opened.at)
  if (listeners.length > 0) return judge.pass(`${balancer.address} redirects to HTTPS`, opened.at)
  return unknown === undefined
    ? { ...opened, found: `${opened.found ?? ''}, and nothing of ${balancer.address} redirects` }
    : judge.unknown(`${unknown.address} may redirect`, opened.at)
}

function redirects(listener: Resource): boolean {
  return (
    knownValueOf(listener, 'default_action.0.type') === 'redirect' &&
    knownValueOf(listener, 'default_action.0.redirect.0.protocol') === 'HTTPS'
  )
}
