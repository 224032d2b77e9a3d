/** Lists of prefixes that rules of AWS name in place of addresses. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'
import { isWorld } from './cidr.ts'
import { edgesOf, referrersOf, resourcesAt } from './network.ts'

export interface PrefixReach {
  readonly from: 'world' | 'others' | 'unknown'
  readonly why: string
  readonly at: Resource['position']
}

/** Tells whether one of the lists that an attribute names holds the internet; the worst of them counts. */
export function prefixListReach(resource: Resource, evidence: Evidence, path: string): PrefixReach {
  const edges = edgesOf(resource, path)
  const reaches = edges.flatMap(({ address, attribute }): PrefixReach[] => {
    const at = attribute
    const lists = address === undefined ? [] : resourcesAt(evidence, resource, address)
    // The list of an endpoint, or of a service, is made by AWS for it.
    if (/(^|\.)(aws_vpc_endpoint|data\.aws_prefix_list)\./.test(address ?? ''))
      return [{ from: 'others', why: '', at }]
    return lists.length === 0
      ? [{ from: 'unknown', why: `${path} names a list that is not here`, at }]
      : lists.map((list) => ({ ...reachOf(list, evidence), at }))
  })
  return (
    reaches.find(({ from }) => from === 'world') ??
    reaches.find(({ from }) => from === 'unknown') ?? { from: 'others', why: '', at: resource.position }
  )
}

function reachOf(list: Resource, evidence: Evidence): Pick<PrefixReach, 'from' | 'why'> {
  const unknown = { from: 'unknown', why: `the entries of ${list.address} are not known` } as const
  if (list.type === 'data.aws_ec2_managed_prefix_list')
    return textOf(knownValueOf(list, 'name')).startsWith('com.amazonaws.')
      ? { from: 'others', why: '' }
      : unknown
  const own = childrenOf(list, 'entry').map((entry) => attributeOf(list, `${entry}.cidr`))
  const added = referrersOf(list, evidence, {
    type: 'aws_ec2_managed_prefix_list_entry',
    path: 'prefix_list_id',
  })
  const all = [...own, ...added.certain.map((each) => attributeOf(each, 'cidr'))]
  const open = all.find((each) => each?.known === true && isWorld(each.value))
  if (open?.known === true) return { from: 'world', why: `${textOf(open.value)} of ${list.address}` }
  const isHidden = attributeOf(list, 'entry')?.known === false || added.possible.length > 0
  return isHidden || all.some((each) => each?.known === false) ? unknown : { from: 'others', why: '' }
}
