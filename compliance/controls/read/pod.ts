/** How controls read pods of Kubernetes, written as manifests or as `kubernetes_*` resources of Terraform. */
import { attributeOf, childrenOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import type { Judge } from '../verdict.ts'

const template = ['template', 'spec']
const inner: Readonly<Record<string, readonly string[]>> = {
  pod: [],
  deployment: template,
  statefulset: template,
  daemonset: template,
  replicaset: template,
  replicationcontroller: template,
  job: template,
  cronjob: ['jobTemplate', 'spec', ...template],
}

/** Parts of an object that Terraform writes as blocks, of which there is one. */
const blocks: ReadonlySet<string> = new Set(
  'spec template jobTemplate securityContext capabilities resources livenessProbe readinessProbe lifecycle preStop hostPath seccompProfile strategy rollingUpdate metadata'.split(
    ' ',
  ),
)

/** Kind of what runs containers, in the words of Kubernetes: `deployment` for `kubernetes_deployment_v1` too. */
export function podKindOf({ kind, type }: Resource): string | undefined {
  if (kind === 'kubernetes') return Object.hasOwn(inner, type) ? type : undefined
  const found =
    kind === 'terraform' ? /^kubernetes_([a-z_]+?)(?:_v\d+(?:beta\d+)?)?$/.exec(type)?.[1] : undefined
  const name = found?.replaceAll('_', '')
  return name !== undefined && Object.hasOwn(inner, name) ? name : undefined
}

/** True for what describes a pod. */
export function isPod(resource: Resource): boolean {
  return podKindOf(resource) !== undefined
}

/** Joins names to a path as the resource spells it: `resources.limits`, or `resources.0.limits` in Terraform. */
export function fieldOf({ kind }: Resource, base: string, ...names: readonly string[]): string {
  const spelt =
    kind === 'terraform'
      ? names.map((name) => (blocks.has(name) ? `${snakeCase(name)}.0` : snakeCase(name)))
      : names
  return [...(base === '' ? [] : [base]), ...spelt].join('.')
}

/** Reads a field below a path. */
export function fieldAt(
  resource: Resource,
  base: string,
  ...names: readonly string[]
): Attribute | undefined {
  return attributeOf(resource, fieldOf(resource, base, ...names))
}

/** Path of the description of the pod. */
export function podPathOf(resource: Resource): string {
  return fieldOf(resource, '', 'spec', ...(inner[podKindOf(resource) ?? 'pod'] ?? []))
}

export interface PodOptions {
  /** Leaves out containers that end before the others begin. */
  readonly withoutInit?: boolean
  /** For what every pod has to set: one that describes no container does not. */
  readonly isNeeded?: boolean
}

/** Judges every container of a pod, each as a part of its own; a list that is not known hides its containers. */
export function judgePod(
  judge: Judge,
  resource: Resource,
  check: (container: string) => Verdict,
  { withoutInit = false, isNeeded = false }: PodOptions = {},
): readonly Verdict[] {
  const pod = podPathOf(resource)
  const lists = withoutInit ? ['containers'] : ['containers', 'initContainers']
  return lists.flatMap((name) => {
    const list = listPath(resource, pod, name)
    const whole = attributeOf(resource, list)
    const children = childrenOf(resource, list)
    if (whole?.known === false && children.length === 0) {
      return [{ ...judge.unknown(`${name} ${whole.why}`, whole), part: list }]
    }
    if (children.length === 0) {
      if (name !== 'containers') return []
      return [isNeeded ? judge.fail('it describes no container') : judge.unknown('no container is known')]
    }
    return children.map((path) => ({
      ...(path.endsWith('.*') ? judge.unknown(`some of ${name} are not known`) : check(path)),
      part: path,
    }))
  })
}

/** Terraform calls the block of one container by its singular. */
function listPath({ kind }: Resource, pod: string, name: string): string {
  return `${pod}.${kind === 'terraform' ? snakeCase(name.replace(/s$/, '')) : name}`
}

/** Paths of the volumes of a pod. */
export function podVolumesOf(resource: Resource): readonly string[] {
  return childrenOf(resource, volumesPathOf(resource))
}

/** Path of the list of a pod's volumes. */
export function volumesPathOf(resource: Resource): string {
  return `${podPathOf(resource)}.${resource.kind === 'terraform' ? 'volume' : 'volumes'}`
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
