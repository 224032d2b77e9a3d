/** Rules that let traffic in, of all the resource types that hold some, in one shape. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Attribute,
  type Position,
  type Resource,
} from '../../evidence.ts'
import type { Mend, Verdict } from '../control.ts'
import { worstOf, type Judge } from '../verdict.ts'
import { mended } from './mend.ts'
import { ofType } from './terraform.ts'
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
export function judgeWorld(judge: Judge, resource: Resource, forbidden: Forbidden): Verdict {
  const hidden = hiddenRules(resource)
  const verdicts = rulesOf(resource).flatMap((rule) => judgeRule(judge, rule, forbidden))
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
  if (covers === false) return []
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

function rulesOf(resource: Resource): Rule[] {
  if (resource.type === 'google_compute_firewall') return googleRules(resource)
  if (resource.type === 'aws_security_group' || resource.type === 'aws_default_security_group') {
    return childrenOf(resource, 'ingress').map((path) => awsRule(resource, `${path}.`))
  }
  if (resource.type === 'aws_security_group_rule') {
    const type = attributeOf(resource, 'type')
    if (type?.known === true && type.value !== 'ingress') return []
  }
  return [awsRule(resource, '')]
}

function awsRule(resource: Resource, prefix: string): Rule {
  const sources = ['cidr_blocks', 'ipv6_cidr_blocks', 'cidr_ipv4', 'cidr_ipv6'].map(
    (name) => `${prefix}${name}`,
  )
  const protocolPath =
    prefix === '' && resource.type === 'aws_vpc_security_group_ingress_rule'
      ? 'ip_protocol'
      : `${prefix}protocol`
  const protocol = attributeOf(resource, protocolPath)
  const isEveryProtocol = protocol?.known === true && ['-1', 'all'].includes(textOf(protocol.value))
  const ports = isEveryProtocol
    ? { first: 0, last: 65_535 }
    : hasNoPorts(protocol)
      ? noPort
      : portsOf(resource, `${prefix}from_port`, `${prefix}to_port`)
  const isOnePort = ports !== undefined && ports.first === ports.last
  const mend = prefix !== '' && isOnePort ? withoutWorld(resource, prefix) : []
  return { ...sourceOf(resource, sources), isEveryProtocol, ports, mend }
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

/** A prefix of at most one bit is half of the internet: two of them are the usual way around a check. */
/** True for an address of the whole internet, or of half of it. */
export function isWorld(value: unknown): boolean {
  if (typeof value !== 'string') return false
  const prefix = /^[0-9a-f:.]+\/(\d+)$/i.exec(value)?.[1]
  return prefix !== undefined && Number(prefix) <= 1
}

function googleRules(resource: Resource): Rule[] {
  const direction = knownValueOf(resource, 'direction')
  if (direction === 'EGRESS' || knownValueOf(resource, 'disabled') === true) return []
  const named = attributeOf(resource, 'source_ranges')
  const isOpen =
    named === undefined &&
    attributeOf(resource, 'source_tags') === undefined &&
    attributeOf(resource, 'source_service_accounts') === undefined
  // Without any source the provider takes 0.0.0.0/0.
  const source = isOpen
    ? ({ from: 'world', why: 'no source, which is every source', at: resource.position } as const)
    : sourceOf(resource, ['source_ranges'])
  return childrenOf(resource, 'allow').flatMap((path) =>
    googlePorts(resource, path).map((ports) => ({ ...source, ...ports, mend: [] })),
  )
}

function googlePorts(resource: Resource, path: string): Pick<Rule, 'ports' | 'isEveryProtocol'>[] {
  const isEveryProtocol = knownValueOf(resource, `${path}.protocol`) === 'all'
  if (hasNoPorts(attributeOf(resource, `${path}.protocol`))) return [{ isEveryProtocol, ports: noPort }]
  const ports = attributeOf(resource, `${path}.ports`)
  if (isEveryProtocol || ports === undefined) return [{ isEveryProtocol, ports: { first: 0, last: 65_535 } }]
  const children = childrenOf(resource, `${path}.ports`)
  if (children.length === 0 && !ports.known) return [{ isEveryProtocol, ports: undefined }]
  return children.map((child) => {
    const [first = '', last = first] = textOf(knownValueOf(resource, child)).split('-')
    const isKnown = /^\d+$/.test(first) && /^\d+$/.test(last)
    return { isEveryProtocol, ports: isKnown ? { first: Number(first), last: Number(last) } : undefined }
  })
}
