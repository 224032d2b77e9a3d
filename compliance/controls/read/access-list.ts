/** Rules of network access lists: the first that fits decides, in the order of their numbers. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Evidence,
  type Position,
  type Resource,
} from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import { worstOf, type Judge } from '../verdict.ts'
import { textOf } from '../text.ts'
import { edgesOf } from './network.ts'
import { mended } from './mend.ts'
import { inRoot } from './neighbours.ts'
import { ofType } from './terraform.ts'
import { isWorld } from './world-rules.ts'

const isList = ofType('aws_network_acl', 'aws_default_network_acl')
/** A rule with a resource of its own. */
export const isAclRule = ofType('aws_network_acl_rule')

/** True for access lists and their rules. */
export function holdsAclRules(resource: Resource): boolean {
  return isList(resource) || isAclRule(resource)
}

interface Rule {
  readonly number: number
  /** Path of what it does. */
  readonly action: string
  readonly allows: boolean | undefined
  readonly isWorld: boolean | undefined
  /** Undefined where they are not known. */
  readonly ports: { readonly first: number; readonly last: number } | undefined
  readonly at: Position
}

/** Judges what an access list, or one rule of it, lets the whole internet reach. */
export function judgeAcl(
  judge: Judge,
  resource: Resource,
  { evidence, ports }: { readonly evidence: Evidence; readonly ports: readonly number[] },
): Verdict {
  if (isAclRule(resource) && isEgress(resource)) return judge.notApplicable('it lets out')
  const own = rulesOf(resource)
  const others = isAclRule(resource) ? siblingsOf(resource, evidence) : []
  const verdicts = ports.flatMap((port) =>
    own.map((rule) => judgeRule(judge, rule, { port, all: [...own, ...others] })),
  )
  const whole = attributeOf(resource, 'ingress')
  if (
    isList(resource) &&
    whole?.known === false &&
    childrenOf(resource, 'ingress').some((each) => each.endsWith('.*'))
  )
    verdicts.push(judge.unknown('some rules are not known', whole))
  if (isList(resource) && whole?.known === false && own.length === 0)
    verdicts.push(judge.unknown(`ingress ${whole.why}`, whole))
  return worstOf(verdicts, judge.pass('no rule lets the internet in there'))
}

function isEgress(rule: Resource): boolean {
  return textOf(knownValueOf(rule, 'egress')) === 'true'
}

interface Question {
  readonly port: number
  readonly all: readonly Rule[]
}

function judgeRule(judge: Judge, rule: Rule, { port, all }: Question): Verdict {
  const fine = judge.pass('no rule lets the internet in there')
  if (rule.allows === false || rule.isWorld === false) return fine
  const covers = rule.ports === undefined ? undefined : rule.ports.first <= port && port <= rule.ports.last
  if (covers === false) return fine
  if (rule.allows === undefined || rule.isWorld === undefined || covers === undefined)
    return judge.unknown('what the rule lets in is not known', rule.at)
  const isDenied = all.some(
    (each) =>
      each.allows === false &&
      each.isWorld === true &&
      each.number < rule.number &&
      each.ports !== undefined &&
      each.ports.first <= port &&
      port <= each.ports.last,
  )
  if (isDenied) return fine
  const verdict = judge.fail(`port ${port} is open to the internet`, rule.at)
  // A rule for this port alone can be turned round.
  return rule.ports?.first === rule.ports?.last ? mended(verdict, { set: rule.action, to: 'deny' }) : verdict
}

function rulesOf(resource: Resource): readonly Rule[] {
  if (isAclRule(resource)) return [ruleAt(resource, '', { number: 'rule_number', action: 'rule_action' })]
  return childrenOf(resource, 'ingress')
    .filter((path) => !path.endsWith('.*'))
    .map((path) => ruleAt(resource, `${path}.`, { number: 'rule_no', action: 'action' }))
}

function ruleAt(
  resource: Resource,
  prefix: string,
  names: { readonly number: string; readonly action: string },
): Rule {
  const known = (name: string) => knownValueOf(resource, `${prefix}${name}`)
  const protocol = known('protocol')
  const isAny = protocol !== undefined && ['-1', 'all'].includes(textOf(protocol))
  const isTcp = protocol !== undefined && ['6', 'tcp', '17', 'udp'].includes(textOf(protocol).toLowerCase())
  const [first, last] = [Number(known('from_port') ?? Number.NaN), Number(known('to_port') ?? Number.NaN)]
  const written = Number.isInteger(first) && Number.isInteger(last) ? { first, last } : undefined
  const action = known(names.action)
  const number = Number(known(names.number) ?? 0)
  return {
    number: Number.isFinite(number) ? number : 0,
    action: `${prefix}${names.action}`,
    allows: action === undefined ? undefined : textOf(action).toLowerCase() === 'allow',
    isWorld: worldAt(resource, prefix),
    ports: isAny
      ? { first: 0, last: 65_535 }
      : isTcp || protocol === undefined
        ? written
        : { first: -1, last: -1 },
    at: attributeOf(resource, prefix.slice(0, -1)) ?? resource.position,
  }
}

function worldAt(resource: Resource, prefix: string): boolean | undefined {
  const found = ['cidr_block', 'ipv6_cidr_block'].map((name) => attributeOf(resource, `${prefix}${name}`))
  if (found.some((each) => each?.known === true && isWorld(each.value))) return true
  return found.some((each) => each?.known === false) ? undefined : false
}

/** Other rules of the same list; one of a list that is not known may be of any. */
function siblingsOf(resource: Resource, evidence: Evidence): readonly Rule[] {
  const [edge] = edgesOf(resource, 'network_acl_id')
  const own = edge?.address ?? (edge?.attribute.known === true ? textOf(edge.attribute.value) : undefined)
  if (own === undefined) return []
  return rulesByList(resource, evidence).get(own) ?? []
}

/** Found once per scan and root: evidence never changes. */
const known = new WeakMap<Evidence, Map<string, ReadonlyMap<string, readonly Rule[]>>>()

function rulesByList(resource: Resource, evidence: Evidence): ReadonlyMap<string, readonly Rule[]> {
  const ofScan = known.get(evidence) ?? new Map<string, ReadonlyMap<string, readonly Rule[]>>()
  known.set(evidence, ofScan)
  const root = resource.scope?.root ?? resource.position.file
  const before = ofScan.get(root)
  if (before !== undefined) return before
  const entries = inRoot(evidence, resource, 'aws_network_acl_rule').flatMap((each) => {
    const [edge] = edgesOf(each, 'network_acl_id')
    const list = edge?.address ?? (edge?.attribute.known === true ? textOf(edge.attribute.value) : undefined)
    return list === undefined || isEgress(each) ? [] : rulesOf(each).map((rule) => ({ list, rule }))
  })
  const found = new Map(
    [...Map.groupBy(entries, ({ list }) => list)].map(
      ([list, of]) => [list, of.map(({ rule }) => rule)] as const,
    ),
  )
  ofScan.set(root, found)
  return found
}
