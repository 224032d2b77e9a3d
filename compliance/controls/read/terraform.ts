/** How controls read Terraform: what belongs together in one module, and what refers to what. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  pathOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import { inFolder, inRoot } from './neighbours.ts'

/** Makes a question: is this a Terraform resource of one of the types? */
export function ofType(...types: readonly string[]): (resource: Resource) => boolean {
  return ({ kind, type }) => kind === 'terraform' && types.includes(type)
}

/** Lists the resources of a type in the module of `resource`. */
export function inModule(evidence: Evidence, resource: Resource, ...types: readonly string[]): Resource[] {
  return inFolder(evidence, resource).filter(ofType(...types))
}

export interface Attached {
  /** Resources that refer to it. */
  readonly certain: readonly Resource[]
  /** Resources whose reference cannot be read: they may refer to it. */
  readonly possible: readonly Resource[]
}

/**
 * Finds what is attached to a resource: resources of `type` whose attribute `path` refers to it, by address
 * (`aws_lb.main.arn`) or by a known name.
 */
export function attachedTo(
  target: Resource,
  evidence: Evidence,
  { type, path, name }: { readonly type: string; readonly path: string; readonly name?: string },
): Attached {
  const all = inRoot(evidence, target, type)
  const named = name === undefined ? undefined : knownValueOf(target, name)
  const answers = all.map((each) => {
    const answer = refersTo(attributeOf(each, path), target, named)
    return { each, answer: answer === 'yes' && !isMadeWith(each, target) ? ('maybe' as const) : answer }
  })
  return {
    certain: answers.filter(({ answer }) => answer === 'yes').map(({ each }) => each),
    possible: answers.filter(({ answer }) => answer === 'maybe').map(({ each }) => each),
  }
}

/** What nobody knows to be made protects only what is made under the same condition. */
function isMadeWith(each: Resource, target: Resource): boolean {
  return ['count', 'for_each'].every((name) => {
    const [own, other] = [attributeOf(each, name), attributeOf(target, name)]
    if (own === undefined || own.known) return true
    return other?.known === false && other.identity !== undefined && other.identity === own.identity
  })
}

/** Tells whether an attribute is a reference to a resource; an expression that is none of a resource may be. */
export function refersTo(
  attribute: Attribute | undefined,
  target: Resource,
  name?: unknown,
): 'yes' | 'no' | 'maybe' {
  if (attribute === undefined) return 'no'
  const address = addressIn(attribute.identity)
  if (address === target.address) return 'yes'
  if (attribute.known) return name !== undefined && attribute.value === name ? 'yes' : 'no'
  if (address !== undefined) return mayBe(address, target) ? 'maybe' : 'no'
  const root = referenceRoot(attribute.expression)
  if (root === undefined) return 'maybe'
  return root === target.address ? 'yes' : 'no'
}

const part = String.raw`[A-Za-z_][\w-]*(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?`
const addressed = new RegExp(
  String.raw`^((?:module\.${part}\.)*(?:data\.)?[a-z][\w-]*\.${part})(?:[.[].*)?$`,
  's',
)

/** Takes the address of a resource from an identity: `module.a.aws_s3_bucket.b["x"].id`. */
function addressIn(identity: string | undefined): string | undefined {
  const found = identity === undefined ? undefined : addressed.exec(identity)?.[1]
  const type = found?.replace(/^(?:module\.[^.]+\.)*/, '')
  return type === undefined || /^(?:var|local|each|count|module|path|self|terraform)\./.test(type)
    ? undefined
    : found
}

/** An address without a key may be that of any instance, where nobody could tell which. */
function mayBe(address: string, { address: target }: Resource): boolean {
  return target.startsWith(`${address}[`) || address.startsWith(`${target}[`)
}

/** Takes `aws_s3_bucket.logs` from `aws_s3_bucket.logs[0].id`; undefined for what is not one plain reference. */
export function referenceRoot(expression: string | undefined): string | undefined {
  const found = /^(?:\$\{)?((?:data\.)?[a-z][\w-]*\.[A-Za-z_][\w-]*)(?:\[[^\]]*\]|\.[\w*]+)*\}?$/.exec(
    expression?.trim() ?? '',
  )?.[1]
  return found === undefined || /^(var|local|each|count|module|path|self|terraform)\./.test(found)
    ? undefined
    : found
}

/** Reads a tag of a resource, or of the provider's default tags, by any of its names. */
export function tagOf(resource: Resource, evidence: Evidence, names: readonly string[]): string | undefined {
  const holders: [Resource, string][] = [
    [resource, 'tags'],
    [resource, 'labels'],
    ...(resource.kind === 'terraform'
      ? inRoot(evidence, resource, 'provider').map((provider): [Resource, string] => [
          provider,
          'default_tags.0.tags',
        ])
      : []),
  ]
  for (const [holder, path] of holders) {
    for (const name of names) {
      const value = knownValueOf(holder, `${path}.${pathOf(name)}`)
      if (typeof value === 'string') return value
    }
  }
  return undefined
}

/** Names of the tag that says how secret the data is. */
export const classificationTags = [
  'DataClassification',
  'DataClass',
  'data-classification',
  'data_classification',
]

/** Reads the environment a resource belongs to; `production` unless a tag says otherwise. */
export function environmentOf(
  resource: Resource,
  evidence: Evidence,
): 'production' | 'staging' | 'development' {
  const tag = tagOf(resource, evidence, ['Environment', 'environment', 'Env', 'env']) ?? ''
  if (/^(dev|development|test|sandbox)$/i.test(tag)) return 'development'
  return /^(stag|staging|stage|uat|qa)$/i.test(tag) ? 'staging' : 'production'
}

/** Lists the paths of the containers of an ECS task definition. */
export function containersOf(resource: Resource): readonly string[] {
  return childrenOf(resource, 'container_definitions')
}
