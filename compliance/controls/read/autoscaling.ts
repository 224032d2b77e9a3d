/** How controls read what scales the services of ECS: the targets of Application Auto Scaling. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'
import type { Answer } from './certainty.ts'
import { inRoot, oncePerRoot } from './neighbours.ts'

/** What scales a service, where something does for certain. */
export interface Scaling {
  readonly answer: Answer
  readonly target?: Resource
}

/** Finds the target that names a service, as `service/<cluster>/<service>` or by reference. */
export function scalingOf(service: Resource, evidence: Evidence): Scaling {
  const { byName, byReference, open } = targetsIn(service, evidence)
  const name = textOf(knownValueOf(service, 'name'))
  const named = name === '' ? undefined : byName.get(name)?.[0]
  if (named !== undefined) return { answer: 'yes', target: named }
  const { local, key } = placeOf(service)
  const answers = (byReference.get(`${moduleOf(service)}\n${local}`) ?? []).map((target) => ({
    target,
    answer: isSameInstance(target, key),
  }))
  const own = answers.find(({ answer }) => answer === 'yes')
  if (own !== undefined) return own
  return { answer: open || answers.some(({ answer }) => answer === 'maybe') ? 'maybe' : 'no' }
}

interface Targets {
  readonly byName: ReadonlyMap<string, readonly Resource[]>
  /** By module and address of the service in it, without the key of an instance. */
  readonly byReference: ReadonlyMap<string, readonly Resource[]>
  /** Of some nobody knows what they scale. */
  readonly open: boolean
}

const targetsIn = oncePerRoot((of, evidence): Targets => {
  const targets = inRoot(evidence, of, 'aws_appautoscaling_target')
  const named = targets.map((target) => ({ target, name: nameIn(target), reference: referenceIn(target) }))
  return {
    byName: groupedBy(named, ({ name }) => name),
    byReference: groupedBy(named, ({ target, reference }) =>
      reference === undefined ? undefined : `${moduleOf(target)}\n${reference}`,
    ),
    open: named.some(({ name, reference }) => name === undefined && reference === undefined),
  }
})

function groupedBy<Each extends { readonly target: Resource }>(
  all: readonly Each[],
  keyOf: (each: Each) => string | undefined,
): ReadonlyMap<string, readonly Resource[]> {
  const groups = new Map<string, Resource[]>()
  for (const each of all) {
    const key = keyOf(each)
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), each.target])
  }
  return groups
}

function nameIn(target: Resource): string | undefined {
  const id = attributeOf(target, 'resource_id')
  return id?.known === true ? textOf(id.value).split('/').at(-1) : undefined
}

const service = /\b(aws_ecs_service\.[\w-]+)(\[[^\]]*\])?/

function referenceIn(target: Resource): string | undefined {
  const id = attributeOf(target, 'resource_id')
  return id?.known === false ? service.exec(id.expression ?? '')?.[1] : undefined
}

/** The same key of `for_each` or `count`, where the reference names its own. */
function isSameInstance(target: Resource, key: string): Answer {
  const asked = service.exec(attributeOf(target, 'resource_id')?.expression ?? '')?.[2] ?? ''
  if (asked === '') return key === '' ? 'yes' : 'no'
  if (/^\[(?:each\.(?:key|value)|count\.index)\]$/.test(asked))
    return placeOf(target).key === key ? 'yes' : 'no'
  return /^\[(?:\d+|"[^"]*")\]$/.test(asked) && asked !== key ? 'no' : asked === key ? 'yes' : 'maybe'
}

function moduleOf({ scope }: Resource): string {
  return scope?.module ?? ''
}

/** Its address inside of its module, and the key of the instance. */
function placeOf(resource: Resource): { readonly local: string; readonly key: string } {
  const inside = resource.address.slice(moduleOf(resource).length)
  const at = inside.indexOf('[')
  return at === -1 ? { local: inside, key: '' } : { local: inside.slice(0, at), key: inside.slice(at) }
}
