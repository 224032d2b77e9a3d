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
import { isTrue, worstOf, type Judge } from '../verdict.ts'
import { textOf } from '../text.ts'
import { contains, isWorldRange, rangeOf, type Range } from './cidr.ts'
import { edgesOf } from './network.ts'
import { mended } from './mend.ts'
import { inRoot, rootOf } from './neighbours.ts'
import { oncePerScan } from './once.ts'
import { ofType } from './terraform.ts'

const isList = ofType('aws_network_acl', 'aws_default_network_acl')
/** A rule with a resource of its own. */
export const isAclRule = ofType('aws_network_acl_rule')

/** True for access lists and their rules. */
export function holdsAclRules(resource: Resource): boolean {
  return isList(resource) || isAclRule(resource)
}

interface Rule {
  /** Undefined where it is not known. */
  readonly number: number | undefined
  /** Path of what it does. */
  readonly action: string
  readonly allows: boolean | undefined
  /** The addresses it is about. */
  readonly from: Range | 'none' | 'unknown'
  readonly protocol: 'any' | 'tcp' | 'udp' | 'other' | 'unknown'
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
  const all = [...own, ...others].filter(({ allows }) => allows !== true)
  const verdicts = ports.flatMap((port) => own.map((rule) => judgeRule(judge, rule, { port, all })))
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
  return isTrue(knownValueOf(rule, 'egress') ?? null)
}

function mayBeEgress(rule: Resource): boolean {
  return attributeOf(rule, 'egress')?.known === false || isEgress(rule)
}

interface Question {
  readonly port: number
  /** Rules that deny, or may. */
  readonly all: readonly Rule[]
}

type Answer = 'yes' | 'no' | 'maybe'

function judgeRule(judge: Judge, rule: Rule, { port, all }: Question): Verdict {
  const fine = judge.pass('no rule lets the internet in there')
  const { from, allows } = rule
  if (allows === false || from === 'none' || (from !== 'unknown' && !isWorldRange(from))) return fine
  const covers = coversPort(rule, port)
  if (covers === 'no') return fine
  if (allows === undefined || from === 'unknown' || covers === 'maybe')
    return judge.unknown('what the rule lets in is not known', rule.at)
  const denials = all.map((each) => denies(each, { allowed: rule, from, port }))
  if (denials.includes('yes')) return fine
  if (denials.includes('maybe')) return judge.unknown('whether another rule denies it is not known', rule.at)
  const verdict = judge.fail(`port ${port} is open to the internet`, rule.at)
  // A rule for this port alone can be turned round.
  return rule.ports?.first === rule.ports?.last ? mended(verdict, { set: rule.action, to: 'deny' }) : verdict
}

interface Denied {
  readonly allowed: Rule
  readonly from: Range
  readonly port: number
}

/** Tells whether a rule denies all that another one allows: asked before it, of every address and by its protocol. */
function denies(rule: Rule, { allowed, from, port }: Denied): Answer {
  const isFirst =
    rule.number === undefined || allowed.number === undefined ? 'maybe' : said(rule.number < allowed.number)
  const isOfAll = rule.from === 'unknown' ? 'maybe' : said(rule.from !== 'none' && contains(rule.from, from))
  const parts = [
    rule.allows === undefined ? 'maybe' : said(!rule.allows),
    isFirst,
    isOfAll,
    isOfProtocol(rule, allowed),
    coversPort(rule, port),
  ]
  if (parts.includes('no')) return 'no'
  return parts.includes('maybe') ? 'maybe' : 'yes'
}

/** Where everything is allowed, denying TCP closes the ports of administrators. */
function isOfProtocol(rule: Rule, allowed: Rule): Answer {
  if (rule.protocol === 'any') return 'yes'
  if (rule.protocol === 'unknown' || allowed.protocol === 'unknown') return 'maybe'
  return said(rule.protocol === (allowed.protocol === 'any' ? 'tcp' : allowed.protocol))
}

function coversPort({ ports, protocol }: Rule, port: number): Answer {
  if (ports === undefined) return 'maybe'
  const isWithin = ports.first <= port && port <= ports.last
  return !isWithin && protocol === 'unknown' ? 'maybe' : said(isWithin)
}

function said(is: boolean): Answer {
  return is ? 'yes' : 'no'
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
  const protocol = protocolAt(resource, `${prefix}protocol`)
  const [first, last] = [Number(known('from_port') ?? Number.NaN), Number(known('to_port') ?? Number.NaN)]
  const written = Number.isInteger(first) && Number.isInteger(last) ? { first, last } : undefined
  const action = known(names.action)
  const number = Number(known(names.number) ?? Number.NaN)
  return {
    number: Number.isFinite(number) ? number : undefined,
    action: `${prefix}${names.action}`,
    allows:
      action === undefined || (isAclRule(resource) && mayBeEgress(resource))
        ? undefined
        : textOf(action).toLowerCase() === 'allow',
    from: rangeAt(resource, prefix),
    protocol,
    ports:
      protocol === 'any'
        ? { first: 0, last: 65_535 }
        : protocol === 'other'
          ? { first: -1, last: -1 }
          : written,
    at: attributeOf(resource, prefix.slice(0, -1)) ?? resource.position,
  }
}

function protocolAt(resource: Resource, path: string): Rule['protocol'] {
  const protocol = attributeOf(resource, path)
  if (protocol?.known !== true) return 'unknown'
  const text = textOf(protocol.value).toLowerCase()
  if (['-1', 'all'].includes(text)) return 'any'
  if (['6', 'tcp'].includes(text)) return 'tcp'
  return ['17', 'udp'].includes(text) ? 'udp' : 'other'
}

function rangeAt(resource: Resource, prefix: string): Rule['from'] {
  const found = ['cidr_block', 'ipv6_cidr_block'].map((name) => attributeOf(resource, `${prefix}${name}`))
  for (const each of found) {
    const range = each?.known === true ? rangeOf(textOf(each.value)) : undefined
    if (range !== undefined) return range
  }
  return found.some((each) => each?.known === false) ? 'unknown' : 'none'
}

/** Other rules of the same list. */
function siblingsOf(resource: Resource, evidence: Evidence): readonly Rule[] {
  const list = listOf(resource)
  return list === undefined ? [] : (denialsByList(resource, evidence).get(list) ?? [])
}

/** What names the list: an address, a known name, or in one module the same expression. */
function listOf(rule: Resource): string | undefined {
  const [edge] = edgesOf(rule, 'network_acl_id')
  if (edge === undefined) return undefined
  const { address, attribute } = edge
  if (address !== undefined) return address
  if (attribute.known) return textOf(attribute.value)
  return attribute.expression === undefined
    ? undefined
    : `${rule.scope?.module ?? ''}\n${attribute.expression}`
}

/** Rules that deny, or may, by their list. */
type Denials = ReadonlyMap<string, readonly Rule[]>

const denialsOf = oncePerScan(() => new Map<string, Denials>())

function denialsByList(resource: Resource, evidence: Evidence): Denials {
  const ofScan = denialsOf(evidence)
  const root = rootOf(resource)
  const before = ofScan.get(root)
  if (before !== undefined) return before
  const entries = inRoot(evidence, resource, 'aws_network_acl_rule').flatMap((each) => {
    const list = listOf(each)
    const rules = rulesOf(each).filter(({ allows }) => allows !== true)
    return list === undefined || isEgress(each) ? [] : rules.map((rule) => ({ list, rule }))
  })
  const found = new Map(
    [...Map.groupBy(entries, ({ list }) => list)].map(
      ([list, of]) => [list, of.map(({ rule }) => rule)] as const,
    ),
  )
  ofScan.set(root, found)
  return found
}
