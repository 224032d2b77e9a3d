/**
 * Which versions a classic load balancer (`aws_elb`) speaks: a policy that stands in resources of its own says so for
 * each port (Elastic Load Balancing, "SSL negotiation configurations for Classic Load Balancers").
 */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import { referrersOf } from '../read/network.ts'
import { ofType } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { isTrue, type Judge } from '../verdict.ts'

export const isClassicBalancer = ofType('aws_elb')

/** Judges each listener that speaks TLS; `isModern` tells the policies of the house of AWS that are. */
export function judgeClassicBalancer(
  judge: Judge,
  balancer: Resource,
  { evidence, isModern }: { readonly evidence: Evidence; readonly isModern: (policy: string) => boolean },
): Verdict | readonly Verdict[] {
  const listeners = childrenOf(balancer, 'listener')
  const whole = attributeOf(balancer, 'listener')
  if (listeners.length === 0) {
    return whole?.known === false
      ? judge.unknown(`listener ${whole.why}`, whole)
      : judge.notApplicable('it speaks no TLS')
  }
  return listeners.map((path) => {
    const protocol = attributeOf(balancer, `${path}.lb_protocol`)
    const port = attributeOf(balancer, `${path}.lb_port`)
    if (protocol?.known === false)
      return { ...judge.unknown(`lb_protocol ${protocol.why}`, protocol), part: path }
    const spoken = textOf(protocol?.value).toUpperCase()
    if (spoken !== 'HTTPS' && spoken !== 'SSL')
      return { ...judge.notApplicable(`it speaks ${spoken}`, protocol), part: path }
    if (port?.known === false) return { ...judge.unknown(`lb_port ${port.why}`, port), part: path }
    const on = { port: textOf(port?.value), evidence, isModern }
    return { ...judgePort(judge, balancer, on), part: path }
  })
}

interface Port {
  readonly port: string
  readonly evidence: Evidence
  readonly isModern: (policy: string) => boolean
}

function judgePort(judge: Judge, balancer: Resource, { port, evidence, isModern }: Port): Verdict {
  const policies = referrersOf(balancer, evidence, {
    type: 'aws_lb_ssl_negotiation_policy',
    path: 'load_balancer',
  })
  const isOfPort = (each: Resource) => {
    const own = attributeOf(each, 'lb_port')
    return own?.known === false || textOf(own?.value) === port
  }
  const [certain, ...more] = policies.certain.filter(isOfPort)
  const [possible] = [...more, ...policies.possible.filter(isOfPort), ...listenerPolicies(balancer, evidence)]
  if (certain === undefined) {
    return possible === undefined
      ? judge.fail(`no policy is set for port ${port}; the default takes TLS 1.0`)
      : judge.unknown(`${possible.address} may set its policy`, possible.position)
  }
  if (possible !== undefined)
    return judge.unknown(`${possible.address} may set its policy, too`, possible.position)
  return judgePolicy(judge, certain, isModern)
}

/** What attaches policies of another kind is not followed. */
function listenerPolicies(balancer: Resource, evidence: Evidence): readonly Resource[] {
  const found = ['aws_load_balancer_listener_policy'].map((type) =>
    referrersOf(balancer, evidence, { type, path: 'load_balancer_name' }),
  )
  return found.flatMap(({ certain, possible }) => [...certain, ...possible])
}

const old = ['Protocol-SSLv2', 'Protocol-SSLv3', 'Protocol-TLSv1', 'Protocol-TLSv1.1']

function judgePolicy(judge: Judge, policy: Resource, isModern: Port['isModern']): Verdict {
  const paths = childrenOf(policy, 'attribute')
  const all = paths.map((path) => ({
    name: knownValueOf(policy, `${path}.name`),
    value: knownValueOf(policy, `${path}.value`),
  }))
  const hidden = attributeOf(policy, 'attribute')
  if (hidden?.known === false || all.some(({ name, value }) => name === undefined || value === undefined))
    return judge.unknown(`what ${policy.address} says is not known`, policy.position)
  const valueOf = (name: string) => all.find((each) => each.name === name)?.value
  const reference = valueOf('Reference-Security-Policy')
  const at = policy.position
  if (reference !== undefined) {
    const name = textOf(reference)
    return isModern(name) ? judge.pass(`its policy is ${name}`, at) : judge.fail(`its policy is ${name}`, at)
  }
  const spoken = old.find((name) => isTrue(valueOf(name) ?? false))
  if (spoken !== undefined) return judge.fail(`${policy.address} says ${spoken}`, at)
  // What a version nobody names is set to is written nowhere.
  const unsaid = ['Protocol-TLSv1', 'Protocol-TLSv1.1'].find((name) => valueOf(name) === undefined)
  return unsaid === undefined
    ? judge.pass(`${policy.address} refuses older versions`, at)
    : judge.unknown(`${policy.address} says nothing of ${unsaid}`, at)
}
