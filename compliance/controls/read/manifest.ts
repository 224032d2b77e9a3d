/** How controls of the network read Kubernetes: services, workloads and policies, as their manifests say it. */
import { attributeOf, childrenOf, knownValueOf, type Attribute, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'

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
