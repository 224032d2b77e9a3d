/** Listeners of load balancers: what they speak, and which of their rules answer by themselves. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import { textOf } from '../text.ts'
import { edgesOf, referrersOf, resourcesAt } from './network.ts'
import { ofType } from './terraform.ts'

export const isListener = ofType('aws_lb_listener', 'aws_alb_listener')

export type Spoken =
  | { readonly protocol: string; readonly at: Attribute | undefined }
  /** It speaks none: a gateway passes on packets. */
  | { readonly none: string }
  | { readonly why: string; readonly at: Attribute | undefined }

/** Tells what a listener speaks; where nothing is written that follows from its balancer. */
export function spokenBy(listener: Resource, evidence: Evidence): Spoken {
  const at = attributeOf(listener, 'protocol')
  if (at?.known === false) return { why: `protocol ${at.why}`, at }
  if (at !== undefined && at.value !== null) return { protocol: textOf(at.value), at }
  const [edge] = edgesOf(listener, 'load_balancer_arn')
  const [balancer] = edge?.address === undefined ? [] : resourcesAt(evidence, listener, edge.address)
  if (balancer === undefined || balancer.type.startsWith('data.')) return { why: 'protocol is not set', at }
  const type = attributeOf(balancer, 'load_balancer_type')
  if (type?.known === false) return { why: `load_balancer_type ${type.why}`, at: type }
  if (type?.value === 'gateway') return { none: 'a gateway speaks no protocol' }
  return type === undefined || type.value === 'application'
    ? { protocol: 'HTTP', at: undefined }
    : { why: 'protocol is not set', at }
}

/** Finds a rule of a listener that does not send to HTTPS, or may not. */
export function plainRuleOf(
  listener: Resource,
  evidence: Evidence,
): { readonly rule: Resource; readonly isSure: boolean } | undefined {
  const found = ['aws_lb_listener_rule', 'aws_alb_listener_rule'].map((type) =>
    referrersOf(listener, evidence, { type, path: 'listener_arn' }),
  )
  const rules = found.flatMap(({ certain }) => certain).map((rule) => ({ rule, sends: sendsToHttps(rule) }))
  const plain = rules.find(({ sends }) => sends === 'no')
  if (plain !== undefined) return { rule: plain.rule, isSure: true }
  const open = rules.find(({ sends }) => sends === 'unknown')?.rule
  const possible = found.flatMap((each) => each.possible).find((rule) => sendsToHttps(rule) !== 'yes')
  const doubt = open ?? possible
  return doubt === undefined ? undefined : { rule: doubt, isSure: false }
}

function sendsToHttps(rule: Resource): 'yes' | 'no' | 'unknown' {
  const actions = childrenOf(rule, 'action').filter((path) => !path.endsWith('.*'))
  const [last] = actions.toReversed()
  const type = last === undefined ? attributeOf(rule, 'action') : attributeOf(rule, `${last}.type`)
  if (type?.known === false) return 'unknown'
  if (last === undefined || type?.value !== 'redirect') return 'no'
  const target = attributeOf(rule, `${last}.redirect.0.protocol`)
  if (target?.known === false) return 'unknown'
  return knownValueOf(rule, `${last}.redirect.0.protocol`) === 'HTTPS' ? 'yes' : 'no'
}
