/** How controls of the network read Kubernetes: services, workloads and policies, as their manifests say it. */
import { attributeOf, childrenOf, knownValueOf, type Attribute, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'
import { isWorld } from './cidr.ts'

function isManifest(...types: readonly string[]): (resource: Resource) => boolean {
  return ({ kind, type }) => kind === 'kubernetes' && types.includes(type)
}

export const isKubernetesService = isManifest('service')
export const isNetworkPolicy = isManifest('networkpolicy')
/** What makes pods. */
export const makesPods = isManifest(
  'pod',
  'deployment',
  'statefulset',
  'daemonset',
  'replicaset',
  'replicationcontroller',
  'job',
  'cronjob',
)

/** Tells from where a service is reached; a `ClusterIP`, which is the default, from inside only. */
export function serviceTypeOf(service: Resource): {
  readonly reach: 'inside' | 'outside' | 'unknown'
  readonly at: Attribute | undefined
} {
  const at = attributeOf(service, 'spec.type')
  if (at?.known === false) return { reach: 'unknown', at }
  const type = textOf(at?.value)
  return { reach: type === 'LoadBalancer' || type === 'NodePort' ? 'outside' : 'inside', at }
}

/** Lists the ports of a service, and those of the pods behind it. */
export function servicePortsOf(service: Resource): {
  readonly ports: readonly number[]
  readonly isOpen: boolean
} {
  const paths = childrenOf(service, 'spec.ports')
  const found = paths.flatMap((path) =>
    ['port', 'targetPort'].map((name) => attributeOf(service, `${path}.${name}`)),
  )
  const whole = attributeOf(service, 'spec.ports')
  return {
    ports: found.flatMap((each) => (each?.known === true ? [Number(each.value)] : [])),
    isOpen: whole?.known === false,
  }
}

/** Names a service goes by: its own, and those of the pods it stands for. */
export function serviceNamesOf(service: Resource): readonly string[] {
  const selected = childrenOf(service, 'spec.selector').map((path) => textOf(knownValueOf(service, path)))
  return [textOf(knownValueOf(service, 'metadata.name') ?? service.name), ...selected].filter(
    (name) => name !== '',
  )
}

/** Reads the namespace of an object; undefined where it is not known. */
export function namespaceOf(resource: Resource): string | undefined {
  const namespace = attributeOf(resource, 'metadata.namespace')
  if (namespace === undefined) return 'default'
  return namespace.known ? textOf(namespace.value) : undefined
}

const isEmpty = (text: string) => ['{}', 'null', '', '[]'].includes(text)

/** Tells whom a rule of a NetworkPolicy lets in (`from`) or lets reach (`to`): the most of its peers counts. */
export function peersOf(
  policy: Resource,
  rule: string,
  side: 'from' | 'to',
): 'everybody' | 'cluster' | 'named' | 'unknown' {
  const ports = attributeOf(policy, `${rule}.ports`)
  const peers = attributeOf(policy, `${rule}.${side}`)
  if (
    ports?.known === false ||
    (peers?.known === false && childrenOf(policy, `${rule}.${side}`).length === 0)
  )
    return 'unknown'
  if (ports !== undefined && !isEmpty(textOf(ports.value))) return 'named'
  if (peers === undefined || (peers.known && isEmpty(textOf(peers.value)))) return 'everybody'
  const reaches = childrenOf(policy, `${rule}.${side}`).map((peer) => peerAt(policy, peer))
  return (['everybody', 'unknown', 'cluster'] as const).find((each) => reaches.includes(each)) ?? 'named'
}

function peerAt(policy: Resource, peer: string): ReturnType<typeof peersOf> {
  const range = attributeOf(policy, `${peer}.ipBlock.cidr`)
  if (range !== undefined) {
    if (!range.known) return 'unknown'
    const hasExceptions = attributeOf(policy, `${peer}.ipBlock.except`) !== undefined
    return isWorld(range.value) && !hasExceptions ? 'everybody' : 'named'
  }
  const [namespaces, pods] = ['namespaceSelector', 'podSelector'].map((name) =>
    attributeOf(policy, `${peer}.${name}`),
  )
  if (namespaces === undefined) return 'named'
  if (!namespaces.known || pods?.known === false) return 'unknown'
  const isEvery = isEmpty(textOf(namespaces.value)) && (pods === undefined || isEmpty(textOf(pods.value)))
  return isEvery ? 'cluster' : 'named'
}
