/** Rules that let traffic in, of all the resource types that hold some, in one shape. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Attribute,
  type Evidence,
  type Position,
  type Resource,
} from '../../evidence.ts'
import type { Mend, Verdict } from '../control.ts'
import { isTrue, worstOf, type Judge } from '../verdict.ts'
import { isWorld } from './cidr.ts'
import { mended } from './mend.ts'
import { prefixListReach } from './prefix-list.ts'
import { onceInARow } from './once.ts'
import { ofType, referenceRoot } from './terraform.ts'
import { textOf } from '../text.ts'

/** True for resources that let traffic in. */
export const holdsRules = ofType(
  'aws_security_group',
  'aws_default_security_group',
  'aws_security_group_rule',
  'aws_vpc_security_group_ingress_rule',
  'google_compute_firewall',
)

interface Rule {
  /** Who is let in: the whole internet, somebody else, or nobody can tell. */
  readonly from: 'world' | 'others' | 'unknown'
  /** Ports, both inclusive; undefined when they cannot be told. */
  readonly ports: { readonly first: number; readonly last: number } | undefined
  readonly isEveryProtocol: boolean
  /** What keeps it from being told whether the rule is for more ports than those; absent where it is not. */
  readonly mayBeMore?: string | undefined
  readonly why: string
  readonly at: Position
  /** Edits that take the internet out of a rule for one port. */
  readonly mend: readonly Mend[]
}

type Source = Pick<Rule, 'from' | 'why' | 'at'>

/** What a control forbids to the internet. */
export interface Forbidden {
  /** Ports; none when the rule is about all of them at once. */
  readonly ports?: readonly number[]
  /** True when every port or protocol at once is what is forbidden. */
  readonly everything?: boolean
}

/** Judges the rules of a resource: one that lets the internet in where it is forbidden fails. */
export function judgeWorld(
  judge: Judge,
  resource: Resource,
  evidence: Evidence,
  forbidden: Forbidden,
): Verdict {
  if (isRefused(resource)) return judge.notApplicable('the provider refuses an ingress rule without a source')
  const hidden = hiddenRules(resource)
  const verdicts = rulesOf(resource, evidence).flatMap((rule) => judgeRule(judge, rule, forbidden))
  if (hidden !== undefined) verdicts.push(judge.unknown(hidden))
  return worstOf(verdicts, judge.pass('no rule lets the internet in there'))
}

function judgeRule(judge: Judge, rule: Rule, { ports = [], everything = false }: Forbidden): Verdict[] {
  if (rule.from === 'others') return []
  const covers =
    rule.ports === undefined
      ? 'unknown'
      : everything
        ? rule.isEveryProtocol || (rule.ports.first <= 1 && rule.ports.last >= 65_535)
        : ports.some((port) => isWithin(port, rule.ports))
  if (covers === false) return rule.mayBeMore === undefined ? [] : [judge.unknown(rule.mayBeMore, rule.at)]
  if (covers === 'unknown' || rule.from === 'unknown') return [judge.unknown(rule.why, rule.at)]
  const what = rule.isEveryProtocol
    ? 'every protocol and port'
    : `ports ${rule.ports?.first} to ${rule.ports?.last}`
  return [mended(judge.fail(`${what} from ${rule.why}`, rule.at), ...rule.mend)]
}

function isWithin(port: number, range: Rule['ports']): boolean {
  return range !== undefined && range.first <= port && port <= range.last
}

function hiddenRules(resource: Resource): string | undefined {
  for (const path of ['', 'ingress', 'allow']) {
    const open = attributeOf(resource, path === '' ? '*' : `${path}.*`)
    if (open !== undefined && !open.known) return `${path === '' ? resource.address : path} ${open.why}`
  }
  const ingress = attributeOf(resource, 'ingress')
  const isHidden = ingress?.known === false && childrenOf(resource, 'ingress').length === 0
  return isHidden ? `ingress ${ingress.why}` : undefined
}

/** Several controls ask about the same rules. */
const rulesOf = onceInARow((resource, evidence: Evidence): readonly Rule[] => {
  if (resource.type === 'google_compute_firewall') return googleRules(resource)
  if (resource.type === 'aws_security_group' || resource.type === 'aws_default_security_group') {
    return childrenOf(resource, 'ingress').map((path) => awsRule(resource, evidence, `${path}.`))
  }
  const rule = awsRule(resource, evidence, '')
  const type = resource.type === 'aws_security_group_rule' ? attributeOf(resource, 'type') : undefined
  if (type?.known === true && type.value !== 'ingress') return []
  return [type?.known === false ? doubted(rule, `type ${type.why}`) : rule]
})

/** A rule of which nobody knows whether it lets in. */
function doubted<Of extends Source>(rule: Of, why: string): Of {
  return rule.from === 'world' ? { ...rule, from: 'unknown', why } : rule
}

function awsRule(resource: Resource, evidence: Evidence, prefix: string): Rule {
  const protocolPath =
    prefix === '' && resource.type === 'aws_vpc_security_group_ingress_rule'
      ? 'ip_protocol'
      : `${prefix}protocol`
  const protocol = attributeOf(resource, protocolPath)
  const isEveryProtocol = protocol?.known === true && /^(-1|all)$/i.test(textOf(protocol.value))
  const ports = isEveryProtocol
    ? { first: 0, last: 65_535 }
    : hasNoPorts(protocol)
      ? noPort
      : portsOf(resource, `${prefix}from_port`, `${prefix}to_port`)
  const isOnePort = ports !== undefined && ports.first === ports.last
  const mend = prefix !== '' && isOnePort ? withoutWorld(resource, prefix) : []
  // A block for every protocol has to have 0 for both ports.
  const isOpen = protocol?.known === false && (prefix === '' || ports?.last === 0)
  return {
    ...awsSourceOf(resource, evidence, prefix),
    isEveryProtocol,
    ports,
    mayBeMore: isOpen ? `${protocolPath} ${protocol.why}` : undefined,
    mend,
  }
}

/** Addresses are written, or stand in a list of prefixes. */
function awsSourceOf(resource: Resource, evidence: Evidence, prefix: string): Source {
  const names = ['cidr_blocks', 'ipv6_cidr_blocks', 'cidr_ipv4', 'cidr_ipv6']
  const source = sourceOf(
    resource,
    names.map((name) => `${prefix}${name}`),
  )
  if (source.from === 'world') return source
  const isAlone = resource.type === 'aws_vpc_security_group_ingress_rule'
  const list = prefixListReach(resource, evidence, isAlone ? 'prefix_list_id' : `${prefix}prefix_list_ids`)
  return list.from === 'world' || (list.from === 'unknown' && source.from === 'others') ? list : source
}

const noPort = { first: -1, last: -1 }

/** Messages about the network, tunnels and IPsec have no ports; AWS writes types of messages in their place. */
function hasNoPorts(protocol: Attribute | undefined): boolean {
  const name = protocol?.known === true ? textOf(protocol.value).toLowerCase() : ''
  return /^(icmp|icmpv6|esp|ah|ipip|1|4|50|51|58|94)$/.test(name)
}

/** Takes the internet out of the sources of a block, or the block away where it is for nobody else. */
function withoutWorld(resource: Resource, prefix: string): readonly Mend[] {
  const elements = ['cidr_blocks', 'ipv6_cidr_blocks'].flatMap((name) =>
    childrenOf(resource, `${prefix}${name}`),
  )
  const open = elements.filter((path) => isWorld(knownValueOf(resource, path)))
  const others = ['security_groups', 'prefix_list_ids', 'self'].some(
    (name) => attributeOf(resource, `${prefix}${name}`) !== undefined,
  )
  if (open.length === elements.length && !others) return [{ remove: prefix.slice(0, -1) }]
  // From the end: what is taken out moves what follows.
  return open.toReversed().map((path) => ({ remove: path }))
}

function portsOf(resource: Resource, firstPath: string, lastPath: string): Rule['ports'] {
  const first = Number(knownValueOf(resource, firstPath) ?? Number.NaN)
  const last = Number(knownValueOf(resource, lastPath) ?? Number.NaN)
  return Number.isInteger(first) && Number.isInteger(last) ? { first, last } : undefined
}

/** The worst of all sources of a rule: one address of the whole internet is enough. */
function sourceOf(resource: Resource, paths: readonly string[]): Source {
  let unknown: Source | undefined
  for (const path of paths) {
    const attribute = attributeOf(resource, path)
    if (attribute === undefined) continue
    const children = childrenOf(resource, path)
    const values = children.length === 0 ? [path] : children
    for (const each of values) {
      const value = attributeOf(resource, each)
      if (value === undefined) continue
      if (!value.known) unknown ??= { from: 'unknown', why: `${path} ${value.why}`, at: attribute }
      else if (isWorld(value.value)) return { from: 'world', why: textOf(value.value), at: attribute }
    }
    if (!attribute.known) unknown ??= { from: 'unknown', why: `${path} ${attribute.why}`, at: attribute }
  }
  return unknown ?? { from: 'others', why: '', at: resource.position }
}

function googleRules(resource: Resource): Rule[] {
  const [direction, disabled] = ['direction', 'disabled'].map((path) => attributeOf(resource, path))
  if (isEgress(resource)) return []
  if (disabled?.known === true && isTrue(disabled.value)) return []
  const hidden = [direction, disabled].find((each) => each?.known === false)
  const found = googleSourceOf(resource)
  const source = hidden?.known === false ? doubted(found, `whether it lets in ${hidden.why}`) : found
  return childrenOf(resource, 'allow').flatMap((path) =>
    googlePorts(resource, path).map((ports) => ({ ...source, ...ports, mend: [] })),
  )
}

const googleSources = ['source_ranges', 'source_tags', 'source_service_accounts'] as const

/** From version 4 on the provider refuses a firewall for what comes in that names no source at all. */
function isRefused(resource: Resource): boolean {
  if (resource.type !== 'google_compute_firewall' || isEgress(resource)) return false
  const [ranges, ...others] = googleSources.map((path) => attributeOf(resource, path))
  return (
    others.every((each) => each === undefined || (each.known && each.value === null)) &&
    (ranges === undefined || isGiven(resource, 'source_ranges') === 'no')
  )
}

function isEgress(firewall: Resource): boolean {
  return textOf(knownValueOf(firewall, 'direction')).toUpperCase() === 'EGRESS'
}

/** Where lists of sources are empty, Compute Engine takes 0.0.0.0/0; null is as if nobody wrote it. */
function googleSourceOf(resource: Resource): Source {
  const given = googleSources.map((path) => isGiven(resource, path))
  if (given[0] === 'yes') return sourceOf(resource, ['source_ranges'])
  if (given.includes('yes')) {
    const ranges = attributeOf(resource, 'source_ranges')
    return ranges?.known === false
      ? { from: 'unknown', why: `source_ranges ${ranges.why}`, at: ranges }
      : { from: 'others', why: '', at: resource.position }
  }
  return given.includes('maybe')
    ? { from: 'unknown', why: 'its sources are not known', at: resource.position }
    : { from: 'world', why: 'no source, which is every source', at: resource.position }
}

function isGiven(resource: Resource, path: string): 'yes' | 'no' | 'maybe' {
  const attribute = attributeOf(resource, path)
  if (attribute === undefined) return 'no'
  if (childrenOf(resource, path).some((child) => !child.endsWith('.*'))) return 'yes'
  if (!attribute.known) return referenceRoot(attribute.expression) === undefined ? 'maybe' : 'yes'
  const { value } = attribute
  return value === null || (Array.isArray(value) && value.length === 0) ? 'no' : 'yes'
}

type Ports = Pick<Rule, 'ports' | 'isEveryProtocol' | 'mayBeMore'>

function googlePorts(resource: Resource, path: string): Ports[] {
  const protocol = attributeOf(resource, `${path}.protocol`)
  const isEveryProtocol = protocol?.known === true && textOf(protocol.value).toLowerCase() === 'all'
  if (hasNoPorts(protocol)) return [{ isEveryProtocol, ports: noPort }]
  const ports = attributeOf(resource, `${path}.ports`)
  const children = childrenOf(resource, `${path}.ports`)
  const isEvery = ports?.known !== false && children.length === 0
  // Only a protocol with ports may name some; one that names none may be any.
  if (isEvery && protocol?.known === false)
    return [{ isEveryProtocol, ports: noPort, mayBeMore: `protocol ${protocol.why}` }]
  if (isEveryProtocol || isEvery) return [{ isEveryProtocol, ports: { first: 0, last: 65_535 } }]
  if (children.length === 0) return [{ isEveryProtocol, ports: undefined }]
  return children.map((child) => {
    const [first = '', last = first] = textOf(knownValueOf(resource, child)).split('-')
    const isKnown = /^\d+$/.test(first) && /^\d+$/.test(last)
    return { isEveryProtocol, ports: isKnown ? { first: Number(first), last: Number(last) } : undefined }
  })
}
