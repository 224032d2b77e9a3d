/** How controls read Terraform: what belongs together in one module, and what refers to what. */
import type { Environment } from '../../parameters.ts'
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  pathOf,
  type Attribute,
  type Evidence,
  type Json,
  type Resource,
} from '../../evidence.ts'
import type { Answer } from './certainty.ts'
import { AttachmentIndex, keptIndex, type Indexed } from './attachment-index.ts'
import { isMadeWith } from './made.ts'
import { inFolderOfType, inRoot, oncePerRoot, rootOf } from './neighbours.ts'

/** Makes a question: is this a Terraform resource of one of the types? */
export function ofType(...types: readonly string[]): (resource: Resource) => boolean {
  const wanted = new Set(types)
  return ({ kind, type }) => kind === 'terraform' && wanted.has(type)
}

/** Lists the resources of a type in the module of `resource`. */
export function inModule(evidence: Evidence, resource: Resource, ...types: readonly string[]): Resource[] {
  return inFolderOfType(evidence, resource, types).filter(({ kind }) => kind === 'terraform')
}

export interface Attached {
  /** Resources that refer to it. */
  readonly certain: readonly Resource[]
  /** Resources whose reference cannot be read: they may refer to it. */
  readonly possible: readonly Resource[]
}

const nothingAttached: Attached = { certain: [], possible: [] }

/**
 * Finds what is attached to a resource: resources of `type` whose attribute `path` refers to it, by address
 * (`aws_lb.main.arn`) or by a known name.
 */
export function attachedTo(
  target: Resource,
  evidence: Evidence,
  { type, path, name }: { readonly type: string; readonly path: string; readonly name?: string },
): Attached {
  const index = indexOf(target, evidence, { type, path })
  if (index.isEmpty) return nothingAttached
  const found = index.certain(target.address, name === undefined ? undefined : knownValueOf(target, name))
  const sure = found.filter(({ resource }) => isMadeWith(resource, target))
  const unsure = [...found, ...index.possible(target.address)].filter((each) => !sure.includes(each))
  return { certain: inTheirOrder(sure), possible: inTheirOrder(unsure) }
}

/** Tells whether another resource of `type` has an attribute `path` that refers to this one, or is the known `value`. */
export function isReferredTo(
  target: Resource,
  evidence: Evidence,
  { type, path, value }: { readonly type: string; readonly path: string; readonly value?: unknown },
): boolean {
  const found = indexOf(target, evidence, { type, path }).certain(target.address, value)
  return found.some(({ resource }) => resource !== target)
}

function indexOf(
  target: Resource,
  evidence: Evidence,
  { type, path }: { readonly type: string; readonly path: string },
): AttachmentIndex {
  return keptIndex(
    evidence,
    { root: rootOf(target), type, path },
    () =>
      new AttachmentIndex(inRoot(evidence, target, type), path, ({ identity, expression }) => ({
        address: addressIn(identity),
        root: referenceRoot(expression),
      })),
  )
}

function inTheirOrder(found: readonly Indexed[]): Resource[] {
  const once = [...new Set(found)]
  return once.sort((left, right) => left.order - right.order).map(({ resource }) => resource)
}

/** Names the resource an attribute refers to: by what it stands for or, where that is not told, as it is written. */
export function addressOf(attribute: Attribute): string | undefined {
  return addressIn(attribute.identity) ?? (attribute.known ? undefined : referenceRoot(attribute.expression))
}

/** Tells whether an attribute is a reference to a resource; an expression that is none of a resource may be. */
export function refersTo(attribute: Attribute | undefined, target: Resource, name?: unknown): Answer {
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

/** Where tags stand; the last are those of Cloud SQL. */
const tagPaths: readonly TagPath[] = ['tags', 'labels', 'settings.0.user_labels'].map(tagPath)
/** Where a provider says the tags of everything it makes. */
const defaultTagPaths: readonly TagPath[] = ['default_tags.0.tags', 'default_labels'].map(tagPath)

interface TagPath {
  readonly path: string
  /** The argument it stands in. */
  readonly argument: string
}

function tagPath(path: string): TagPath {
  return { path, argument: path.split('.', 1)[0] ?? path }
}

/** Reads a tag of a resource, or of the provider's default tags, by any of its names. */
export function tagOf(resource: Resource, evidence: Evidence, names: readonly string[]): string | undefined {
  const own = tagIn(resource, tagPaths, names)
  if (own !== undefined || resource.kind !== 'terraform') return own
  return defaultsOf(resource, evidence, names).value
}

/** What the providers of a root say of a tag, looked for once for each list of its names. */
interface DefaultTag {
  readonly value: string | undefined
  readonly isHidden: boolean
}

const defaultTags = oncePerRoot(() => new Map<string, DefaultTag>())

function defaultsOf(resource: Resource, evidence: Evidence, names: readonly string[]): DefaultTag {
  const known = defaultTags(resource, evidence)
  const key = names.join('\n')
  const before = known.get(key)
  if (before !== undefined) return before
  const providers = inRoot(evidence, resource, 'provider')
  const found = {
    value: providers
      .map((provider) => tagIn(provider, defaultTagPaths, names))
      .find((value) => value !== undefined),
    isHidden: providers.some((provider) => hides(provider, defaultTagPaths, names)),
  }
  known.set(key, found)
  return found
}

/** Tells whether a tag that nobody can read may be there, of a resource or of its provider's default tags. */
export function isTagHidden(resource: Resource, evidence: Evidence, names: readonly string[]): boolean {
  return hides(resource, tagPaths, names) || defaultsOf(resource, evidence, names).isHidden
}

function hides(holder: Resource, paths: readonly TagPath[], names: readonly string[]): boolean {
  return paths.some(({ path }) =>
    names.some((name) => attributeOf(holder, `${path}.${pathOf(name)}`)?.known === false),
  )
}

function tagIn(holder: Resource, paths: readonly TagPath[], names: readonly string[]): string | undefined {
  for (const { path, argument } of paths) {
    if (attributeOf(holder, argument) === undefined) continue
    // A map that is known as a whole needs no path made for each name.
    const whole = holder.attributes.get(path)
    const tags = whole?.known === true ? asObject(whole.value) : undefined
    for (const name of names) {
      const value =
        tags === undefined
          ? knownValueOf(holder, `${path}.${pathOf(name)}`)
          : Object.hasOwn(tags, name)
            ? tags[name]
            : undefined
      if (typeof value === 'string') return value
    }
  }
  return undefined
}

function asObject(value: Json): Readonly<Record<string, Json>> | undefined {
  return typeof value === 'object' && value !== null && !isList(value) ? value : undefined
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

/** Names of the tag that says how secret the data is. */
export const classificationTags = [
  'DataClassification',
  'DataClass',
  'data-classification',
  'data_classification',
]

const environmentTags = ['Environment', 'environment', 'Env', 'env']

/** Reads the environment a resource belongs to: by its tag, else by its variable file, else `production`. */
export function environmentOf(resource: Resource, evidence: Evidence): Environment {
  const tag = tagOf(resource, evidence, environmentTags)
  const name = tag ?? resource.environment ?? ''
  if (/^(dev|development|test|sandbox)$/i.test(name)) return 'development'
  return /^(stag|staging|stage|uat|qa)$/i.test(name) ? 'staging' : 'production'
}

/** Lists the paths of the containers of an ECS task definition. */
export function containersOf(resource: Resource): readonly string[] {
  return childrenOf(resource, 'container_definitions')
}
