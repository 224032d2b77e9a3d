/** Where manifests of Kubernetes hold secrets: in a Secret, in a ConfigMap, and in the environment of containers. */
import { childrenOf, knownValueOf, lastSegmentOf, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'

const pods: ReadonlyMap<string, string> = new Map(
  Object.entries({
    pod: 'spec',
    deployment: 'spec.template.spec',
    daemonset: 'spec.template.spec',
    statefulset: 'spec.template.spec',
    replicaset: 'spec.template.spec',
    replicationcontroller: 'spec.template.spec',
    job: 'spec.template.spec',
    cronjob: 'spec.jobTemplate.spec.template.spec',
  }),
)

/** Names the path of the pod a manifest describes; undefined for one that describes none. */
export function podOf({ kind, type }: Resource): string | undefined {
  return kind === 'kubernetes' ? pods.get(type) : undefined
}

/** True for manifests that hold secrets, or may. */
export function holdsClusterSecrets(resource: Resource): boolean {
  return (
    podOf(resource) !== undefined ||
    (resource.kind === 'kubernetes' && (resource.type === 'secret' || resource.type === 'configmap'))
  )
}

/** Lists the paths of the containers of a manifest, those that run first too. */
export function podContainers(resource: Resource): readonly string[] {
  const pod = podOf(resource)
  if (pod === undefined) return []
  return ['containers', 'initContainers'].flatMap((name) => childrenOf(resource, `${pod}.${name}`))
}

/** Entries of a Secret that everybody may see. */
const open = /^(?:ca\.crt|tls\.crt|user|username|host|hostname|port|database|dbname|namespace|url)$/i

/** Lists the paths of values with the names they stand under: `[path, name]`. */
export function clusterNames(resource: Resource): (readonly [string, string])[] {
  if (resource.type === 'secret') {
    return ['data', 'stringData'].flatMap((path) =>
      childrenOf(resource, path)
        .filter((child) => !open.test(lastSegmentOf(child)))
        .map((child) => [child, 'secret'] as const),
    )
  }
  if (resource.type === 'configmap') {
    return childrenOf(resource, 'data').map((child) => [child, lastSegmentOf(child)] as const)
  }
  return podContainers(resource)
    .flatMap((container) => childrenOf(resource, `${container}.env`))
    .map((path) => [`${path}.value`, textOf(knownValueOf(resource, `${path}.name`))] as const)
}
