/**
 * The network as Terraform makes it: what stands in which subnet, which way out a subnet has, who uses which security
 * group. Edges are references between resources of one root; one that nobody can read may lead anywhere.
 */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import { isMadeWith } from './made.ts'
import { inRoot } from './neighbours.ts'
import { referenceRoot } from './terraform.ts'

/** One element of a list of references, or the one reference of a plain attribute. */
export interface Edge {
  readonly attribute: Attribute
  /** Address of what it refers to; undefined where that cannot be told, or where a plain name is written. */
  readonly address: string | undefined
}

interface Referrers {
  readonly certain: readonly Resource[]
  /** Resources whose reference cannot be read: they may refer to it. */
  readonly possible: readonly Resource[]
}

const part = String.raw`[A-Za-z_][\w-]*(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?`
const address = new RegExp(String.raw`^(?:module\.${part}\.)*(?:data\.)?(?:aws|google)_\w+\.${part}`)

/** Reads what an attribute refers to, element by element where it is a list. */
export function edgesOf(resource: Resource, path: string): readonly Edge[] {
  const whole = attributeOf(resource, path)
  if (whole === undefined) return []
  const children = childrenOf(resource, path)
  const attributes =
    children.length === 0 ? [whole] : children.flatMap((each) => attributeOf(resource, each) ?? [])
  return attributes.flatMap((attribute) => {
    if (attribute.known && (attribute.value === null || Array.isArray(attribute.value))) return []
    const found = address.exec(attribute.identity ?? '')?.[0]
    return [
      { attribute, address: found ?? (attribute.known ? undefined : referenceRoot(attribute.expression)) },
    ]
  })
}

/** Most references of one kind kept that nobody can read: each may be to every target, and one is enough to doubt. */
const openLimit = 100

/** What was found once per scan: evidence never changes. */
interface Found {
  readonly addresses: Map<string, ReadonlyMap<string, readonly Resource[]>>
  readonly referrers: Map<string, { readonly byAddress: Map<string, Resource[]>; readonly open: Resource[] }>
}
const known = new WeakMap<Evidence, Found>()

function foundIn(evidence: Evidence): Found {
  const before = known.get(evidence)
  if (before !== undefined) return before
  const found: Found = { addresses: new Map(), referrers: new Map() }
  known.set(evidence, found)
  return found
}

/** Finds resources by address in the root of `near`; one without a key stands for all its instances. */
export function resourcesAt(evidence: Evidence, near: Resource, at: string): readonly Resource[] {
  const type = /((?:data\.)?(?:aws|google)_\w+)\.[^.]+$/.exec(withoutKey(at))?.[1] ?? ''
  const { addresses } = foundIn(evidence)
  const key = `${near.scope?.root ?? near.position.file}\n${type}`
  let byAddress = addresses.get(key)
  if (byAddress === undefined) {
    const all = inRoot(evidence, near, type)
    byAddress = new Map([
      ...Map.groupBy(all, (each) => withoutKey(each.address)),
      ...Map.groupBy(all, (each) => each.address),
    ])
    addresses.set(key, byAddress)
  }
  return byAddress.get(at) ?? []
}

function withoutKey(at: string): string {
  return at.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]$/, '')
}

/** Lists the resources of a type that refer to one by an attribute, a list or a plain one. */
export function referrersOf(
  target: Resource,
  evidence: Evidence,
  { type, path }: { readonly type: string; readonly path: string },
): Referrers {
  const { referrers } = foundIn(evidence)
  const key = `${target.scope?.root ?? target.position.file}\n${type}\n${path}`
  let index = referrers.get(key)
  if (index === undefined) {
    index = { byAddress: new Map(), open: [] }
    for (const each of inRoot(evidence, target, type)) note(each, edgesAlong(each, path), index)
    referrers.set(key, index)
  }
  const named = [target.address, withoutKey(target.address)].flatMap((at) => index.byAddress.get(at) ?? [])
  const certain = [...new Set(named)]
  // What nobody knows to be made proves nothing.
  const isSure = (each: Resource) => isMadeWith(each, target)
  return {
    certain: certain.filter(isSure),
    possible: [...certain.filter((each) => !isSure(each)), ...index.open],
  }
}

/** Reads what an attribute of every block refers to: `network_interfaces.*.security_groups`. */
function edgesAlong(resource: Resource, path: string): readonly Edge[] {
  const [blocks = '', rest] = path.split('.*.')
  if (rest === undefined) return edgesOf(resource, path)
  const each = childrenOf(resource, blocks)
  if (each.length > 0) return each.flatMap((block) => edgesOf(resource, `${block}.${rest}`))
  const whole = attributeOf(resource, blocks)
  return whole?.known === false ? [{ attribute: whole, address: undefined }] : []
}

function note(
  resource: Resource,
  edges: readonly Edge[],
  index: { readonly byAddress: Map<string, Resource[]>; readonly open: Resource[] },
): void {
  for (const { attribute, address: at } of edges) {
    if (at !== undefined) {
      const before = index.byAddress.get(at)
      if (before === undefined) index.byAddress.set(at, [resource])
      else before.push(resource)
    } else if (!attribute.known && index.open.length < openLimit && index.open.at(-1) !== resource)
      index.open.push(resource)
  }
}

interface Way {
  /** Whether the internet is at the other end. */
  readonly status: 'public' | 'private' | 'unknown'
  readonly why: string
}

/** Tells whether a subnet has a route to an internet gateway. */
export function wayOutOf(subnet: Resource, evidence: Evidence): Way {
  if (subnet.type === 'aws_default_subnet') return { status: 'public', why: 'a default subnet is public' }
  const associations = referrersOf(subnet, evidence, {
    type: 'aws_route_table_association',
    path: 'subnet_id',
  })
  const [association] = associations.certain
  if (association !== undefined) return tableWay(association, evidence)
  const [possible] = associations.possible
  if (possible !== undefined) return { status: 'unknown', why: `${possible.address} may be for it` }
  return mainWay(subnet, evidence)
}

function tableWay(association: Resource, evidence: Evidence): Way {
  const [edge] = edgesOf(association, 'route_table_id')
  const tables = edge?.address === undefined ? [] : resourcesAt(evidence, association, edge.address)
  if (tables.length === 0)
    return { status: 'unknown', why: `the route table of ${association.address} is not here` }
  return worstWay(tables.map((table) => routesWay(table, evidence)))
}

/** Without a table of its own a subnet has the main one of its network, which has no route out unless somebody adds it. */
function mainWay(subnet: Resource, evidence: Evidence): Way {
  const [edge] = edgesOf(subnet, 'vpc_id')
  const networks = edge?.address === undefined ? [] : resourcesAt(evidence, subnet, edge.address)
  const [network] = networks
  if (network === undefined || network.type.startsWith('data.'))
    return { status: 'unknown', why: `the network of ${subnet.address} is not here` }
  if (network.type === 'aws_default_vpc') return { status: 'public', why: 'the default network is public' }
  const to = (type: string, path: string) => referrersOf(network, evidence, { type, path })
  const main = to('aws_main_route_table_association', 'vpc_id')
  const own = to('aws_default_route_table', 'default_route_table_id')
  const added = to('aws_route', 'route_table_id')
  const open = [...main.possible, ...own.possible].at(0)
  if (open !== undefined) return { status: 'unknown', why: `${open.address} may be for its network` }
  return worstWay([
    ...main.certain.map((each) => tableWay(each, evidence)),
    ...own.certain.map((each) => routesWay(each, evidence)),
    ...added.certain.map((each) => routeWay(each, '')),
    { status: 'private', why: 'its route table leads nowhere else' },
  ])
}

function routesWay(table: Resource, evidence: Evidence): Way {
  if (table.type.startsWith('data.')) return { status: 'unknown', why: `${table.address} is made elsewhere` }
  const paths = childrenOf(table, 'route')
  const whole = attributeOf(table, 'route')
  const added = referrersOf(table, evidence, { type: 'aws_route', path: 'route_table_id' })
  const ways = [
    ...paths.map((path) =>
      path.endsWith('.*')
        ? ({ status: 'unknown', why: `some routes of ${table.address} are not known` } as const)
        : routeWay(table, `${path}.`),
    ),
    ...added.certain.map((each) => routeWay(each, '')),
    ...added.possible.map((each) => routeWay(each, '')).map((way) => maybe(way, table)),
  ]
  if (paths.length === 0 && whole?.known === false)
    ways.push({ status: 'unknown', why: `the routes of ${table.address} are not known` })
  return worstWay([...ways, { status: 'private', why: `${table.address} leads to no internet gateway` }])
}

function maybe(way: Way, table: Resource): Way {
  return way.status === 'private' ? way : { status: 'unknown', why: `a route may be of ${table.address}` }
}

function routeWay(resource: Resource, prefix: string): Way {
  const nowhere: Way = { status: 'private', why: 'no internet gateway' }
  const [edge] = edgesOf(resource, `${prefix}gateway_id`)
  if (edge === undefined) return nowhere
  if (edge.address !== undefined)
    return /(^|\.)aws_internet_gateway\./.test(edge.address)
      ? { status: 'public', why: `it leads to ${edge.address}` }
      : nowhere
  const value = knownValueOf(resource, `${prefix}gateway_id`)
  if (typeof value === 'string')
    return value.startsWith('igw-') ? { status: 'public', why: `it leads to ${value}` } : nowhere
  return { status: 'unknown', why: `gateway_id of ${resource.address} is not known` }
}

function worstWay(ways: readonly Way[]): Way {
  for (const status of ['public', 'unknown', 'private'] as const) {
    const found = ways.find((way) => way.status === status)
    if (found !== undefined) return found
  }
  return { status: 'unknown', why: 'no route table was found' }
}

/** What holds security groups, and where; a star stands for every block of the name before it. */
const holders: readonly (readonly [type: string, path: string])[] = [
  ['aws_lb', 'security_groups'],
  ['aws_alb', 'security_groups'],
  ['aws_elb', 'security_groups'],
  ['aws_instance', 'vpc_security_group_ids'],
  ['aws_instance', 'security_groups'],
  ['aws_launch_template', 'vpc_security_group_ids'],
  ['aws_ecs_service', 'network_configuration.0.security_groups'],
  ['aws_db_instance', 'vpc_security_group_ids'],
  ['aws_rds_cluster', 'vpc_security_group_ids'],
  ['aws_redshift_cluster', 'vpc_security_group_ids'],
  ['aws_elasticache_cluster', 'security_group_ids'],
  ['aws_elasticache_replication_group', 'security_group_ids'],
  ['aws_lambda_function', 'vpc_config.0.security_group_ids'],
  ['aws_eks_cluster', 'vpc_config.0.security_group_ids'],
  ['aws_vpc_endpoint', 'security_group_ids'],
  ['aws_launch_template', 'network_interfaces.*.security_groups'],
  ['aws_spot_instance_request', 'vpc_security_group_ids'],
  ['aws_spot_instance_request', 'security_groups'],
  ['aws_db_proxy', 'vpc_security_group_ids'],
  ['aws_dms_replication_instance', 'vpc_security_group_ids'],
  ['aws_mq_broker', 'security_groups'],
  ['aws_apprunner_vpc_connector', 'security_groups'],
  ['aws_launch_configuration', 'security_groups'],
  ['aws_network_interface', 'security_groups'],
  ['aws_network_interface_sg_attachment', 'security_group_id'],
  ['aws_efs_mount_target', 'security_groups'],
  ['aws_msk_cluster', 'broker_node_group_info.0.security_groups'],
  ['aws_opensearch_domain', 'vpc_options.0.security_group_ids'],
  ['aws_elasticsearch_domain', 'vpc_options.0.security_group_ids'],
  ['aws_docdb_cluster', 'vpc_security_group_ids'],
  ['aws_neptune_cluster', 'vpc_security_group_ids'],
  ['aws_memorydb_cluster', 'security_group_ids'],
]

/** Lists what uses a security group. */
export function usersOf(group: Resource, evidence: Evidence): Referrers {
  const found = holders.map(([type, path]) => referrersOf(group, evidence, { type, path }))
  return {
    certain: found.flatMap(({ certain }) => certain),
    possible: found.flatMap(({ possible }) => possible),
  }
}

export const isLoadBalancer = ({ type }: Resource): boolean => ['aws_lb', 'aws_alb'].includes(type)
