/** Where a database in Kubernetes keeps its data. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import type { Judge } from '../verdict.ts'
import { textOf } from '../text.ts'

const holders: ReadonlySet<string> = new Set(['pod', 'deployment', 'statefulset', 'daemonset', 'replicaset'])

/** True for what runs pods all the time. */
export function isPodHolder({ kind, type }: Resource): boolean {
  return kind === 'kubernetes' && holders.has(type)
}

/** Path of the pod in what runs it. */
export function podOf({ type }: Resource): string {
  return type === 'pod' ? 'spec' : 'spec.template.spec'
}

interface Place {
  /** Path of the container. */
  readonly container: string
  readonly folders: readonly string[]
}

/** Judges the volume that is mounted where the data lies. */
export function judgePodData(judge: Judge, holder: Resource, { container, folders }: Place): Verdict {
  const mounts = childrenOf(holder, `${container}.volumeMounts`)
  const isThere = (path: string): boolean => {
    const target = textOf(knownValueOf(holder, `${path}.mountPath`)).replace(/\/$/, '')
    return folders.some((folder) => target === folder || target.startsWith(`${folder}/`))
  }
  const mount = mounts.find(isThere)
  if (mount === undefined) {
    const isHidden = attributeOf(holder, `${container}.volumeMounts`)?.known === false
    return isHidden
      ? judge.unknown('where its data lies is not known', attributeOf(holder, container))
      : judge.fail('its data lies in the container', attributeOf(holder, container))
  }
  const name = attributeOf(holder, `${mount}.name`)
  if (name?.known !== true) return judge.unknown('the volume of its data is not known', name)
  const claims = childrenOf(holder, 'spec.volumeClaimTemplates')
  if (claims.some((claim) => knownValueOf(holder, `${claim}.metadata.name`) === name.value)) {
    return judge.pass('its data is on a claim of its own', name)
  }
  const volume = childrenOf(holder, `${podOf(holder)}.volumes`).find(
    (path) => knownValueOf(holder, `${path}.name`) === name.value,
  )
  if (volume === undefined)
    return judge.unknown(`what the volume ${textOf(name.value)} is is not known`, name)
  if (attributeOf(holder, `${volume}.emptyDir`) !== undefined) {
    return judge.fail('its data is in an emptyDir', attributeOf(holder, volume))
  }
  return ['persistentVolumeClaim', 'csi', 'ephemeral', 'nfs', 'hostPath'].some(
    (kind) => attributeOf(holder, `${volume}.${kind}`) !== undefined,
  )
    ? judge.pass('its data is on a volume', attributeOf(holder, volume))
    : judge.unknown(`what the volume ${textOf(name.value)} is is not known`, name)
}
