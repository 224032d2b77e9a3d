/** The resources of a scan in order, each with what every control asks of it: found once and not for each control. */
import { attributeOf, type Evidence, type Ground, type KnownAttribute, type Resource } from '../evidence.ts'
import { classificationTags, environmentOf, tagOf } from '../controls/read/terraform.ts'
import { exposureOf } from './exposure.ts'
import type { Exposure } from './judged.ts'
import { placeName } from './place-name.ts'
import { scopeWeightOf } from './scope-weight.ts'

export class Placed {
  readonly resource: Resource
  /** Names the resource, the same for every control that looks at it. */
  readonly key: string
  readonly exposure: Exposure
  readonly scopeWeight: number
  private readonly ground: Ground | undefined
  private name: string | undefined
  private count: KnownAttribute | 'made' | undefined

  constructor(resource: Resource, key: string, evidence: Evidence) {
    const label = tagOf(resource, evidence, classificationTags)
    this.resource = resource
    this.key = key
    this.exposure = exposureOf(label)
    this.scopeWeight = scopeWeightOf(label, environmentOf(resource, evidence))
    this.ground = evidence.ground
    this.name = undefined
    this.count = undefined
  }

  /** Names the resource for findings: however the path of its file was spelled. */
  get groundKey(): string {
    this.name ??= keyOf(this.resource, this.ground)
    return this.name
  }

  /** The `count` of a Terraform resource that is never made. */
  get neverMade(): KnownAttribute | undefined {
    this.count ??= countOfNone(this.resource) ?? 'made'
    return this.count === 'made' ? undefined : this.count
  }
}

function countOfNone(resource: Resource): KnownAttribute | undefined {
  if (resource.scope === undefined) return undefined
  const count = attributeOf(resource, 'count')
  return count?.known === true && Number(count.value) === 0 ? count : undefined
}

/** Puts resources in the order of file and address, each once. */
export function inOrder(evidence: Evidence): Placed[] {
  const keyed = [...new Set(evidence.resources)].map((resource) => ({ resource, key: keyOf(resource) }))
  keyed.sort((left, right) => {
    if (left.key !== right.key) return left.key < right.key ? -1 : 1
    return left.resource.position.startLine - right.resource.position.startLine
  })
  return keyed.map(({ resource, key }) => new Placed(resource, key, evidence))
}

/** Names a resource by what does not move: no line. */
export function keyOf({ kind, address, position, environment }: Resource, ground?: Ground): string {
  const file = ground === undefined ? position.file : placeName(position.file, ground)
  return `${kind} ${file} ${address}${environment === undefined ? '' : ` in ${environment}`}`
}
