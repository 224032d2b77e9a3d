/**
 * What was found, before anyone judges it: resources with the values read from files, databases and doors.
 *
 * The rule of the room lives here: a value is known, or it says why it is not. Absent is a third thing: nobody wrote it.
 */

import type { EvidenceSource } from '../contracts/posture.ts'
import type { ParameterOverrides } from './parameters.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Where something stands. Lines are counted from 1; a live source stands on line 1 of its own name. */
export interface Position {
  /** Path as it was reached from the scanned path, or the name of a live source (`postgres:campanile`, a URL). */
  readonly file: string
  readonly startLine: number
  readonly endLine: number
}

export type Attribute = KnownAttribute | UnknownAttribute

interface Traced extends Position {
  /** How the value came to be known, the last step first: `local.size at main.tf:3`, `var.size default at …`. */
  readonly trace?: readonly string[]
  /**
   * The resource attribute it was read from, by its address: `module.a.aws_s3_bucket.b["x"].id`; for a value that is
   * not known, what it stands for: equal identity in one root and environment means equal value.
   */
  readonly identity?: string
  /** Marked as secret where it comes from: it is never shown. */
  readonly isSensitive?: true
}

export interface KnownAttribute extends Traced {
  readonly known: true
  readonly value: Json
  /** As it was written, where the value is only what stands in for another: `${DB_PASSWORD:-admin123}`. */
  readonly expression?: string
}

export interface UnknownAttribute extends Traced {
  readonly known: false
  /** Lower case, no full stop: `refers to aws_kms_key.main.arn`. */
  readonly why: string
  /** The expression as it was written, where there is one: equal text in one module means equal value. */
  readonly expression?: string
}

/** A resource is named for the source it was found in. */
export type ResourceKind = EvidenceSource

/** Kinds of sources that paths of files stand for. */
export const fileSources: readonly EvidenceSource[] = [
  'terraform',
  'compose',
  'dockerfile',
  'kubernetes',
  'ecs',
  'nginx',
  'workflow',
  'prometheus',
  'alertmanager',
  'grafana',
  'repository',
]

/**
 * One thing that can be right or wrong.
 *
 * Attributes are flat: `ingress.0.cidr_blocks.1` is the second element of `cidr_blocks` in the first `ingress` block.
 * Every level has its own entry too: `ingress.0` is known when everything in it is, and unknown otherwise. The child
 * `*` stands for elements nobody could count, such as those of a `dynamic` block, and is always unknown. A dot or star
 * inside a key is written `\.` or `\*` (see `pathOf`).
 */
export interface Resource {
  readonly kind: ResourceKind
  /** Terraform: `aws_s3_bucket`, `data.aws_ami`; Compose: `service`; Dockerfile: `stage`; others: see their gatherer. */
  readonly type: string
  readonly name: string
  /** Unique inside its file and stable over runs: `aws_s3_bucket.logs`, `service.gateway`, `role.users_app`. */
  readonly address: string
  readonly position: Position
  readonly attributes: ReadonlyMap<string, Attribute>
  /**
   * Terraform: the root, or several that refer to each other, with its environment; the module in it (empty, or
   * `module.a["x"].`); the folder of the root, where it was read from files.
   */
  readonly scope?: { readonly root: string; readonly module: string; readonly folder?: string }
  /** Terraform: the variable file that is not loaded by itself (`production.tfvars` → `production`). */
  readonly environment?: string
  /**
   * Terraform: it is made only if all of this comes out so, and nobody knows whether it does: what each `count` and
   * `for_each` around it stands for, as in `identity` of attributes.
   */
  readonly madeIf?: readonly string[]
}

export type GatherFaultCode =
  | 'GATHER_SYNTAX'
  | 'GATHER_UNREADABLE'
  | 'GATHER_TOO_LARGE'
  | 'GATHER_TOO_MANY'
  | 'GATHER_SYMLINK'
  | 'GATHER_NOT_TEXT'
  | 'GATHER_UNREACHABLE'
  | 'GATHER_DENIED'
  | 'GATHER_UNSUPPORTED'

/** Something that could not be read; it hides resources, so a score that rests on this evidence has to say so. */
export interface GatherFault extends Position {
  readonly code: GatherFaultCode
  readonly message: string
  /** Which sources it may hide resources of; all that files stand for when absent. */
  readonly hides?: readonly EvidenceSource[]
  /** Counted from 1, where the fault has one. */
  readonly column?: number
}

/** Where the paths of files lead to: a finding is named by that, however somebody spelled the path. */
export interface Ground {
  /** The folder names of files begin at; absent where no path is needed to say it, so that no report tells it. */
  readonly root?: string
  /** The folder spelled paths begin at, from `root`. */
  readonly from: string
}

export interface Evidence {
  readonly resources: readonly Resource[]
  readonly faults: readonly GatherFault[]
  /** Everything that was read, in order: files, databases, doors. */
  readonly sources: readonly string[]
  /** Bytes of the files that were read, by the path they were reached by: for excerpts and hashes. */
  readonly files?: ReadonlyMap<string, Uint8Array>
  /** What this house expects where a control has a parameter; the defaults of `parameters.ts` when absent. */
  readonly parameters?: ParameterOverrides
  /** Files are named as they are spelled when absent. */
  readonly ground?: Ground
}

/** Joins segments to a path of `Resource.attributes`; a dot or star inside a segment is escaped. */
export function pathOf(...segments: readonly (string | number)[]): string {
  return segments.map((segment) => escapeSegment(String(segment))).join('.')
}

/** Escapes one segment of a path. */
export function escapeSegment(segment: string): string {
  return /[\\.*]/.test(segment) ? segment.replace(/[\\.*]/g, '\\$&') : segment
}

/**
 * Finds an attribute, or the unknown that hides it: with `tags = var.tags`, `tags.Owner` is unknown and not absent.
 * An unknown at the empty path hides everything: that resource could not be read.
 *
 * @returns undefined when nobody wrote it
 */
export function attributeOf(resource: Resource, path: string): Attribute | undefined {
  const exact = resource.attributes.get(path)
  if (exact !== undefined) return exact
  const paths = pathsOf(resource.attributes)
  if (!paths.hasUnknown || path === '') return undefined
  const end = firstSegmentEnd(path, 0)
  if (end === path.length) return paths.hidesAll
  // What is flattened is known as a whole where nothing in it hides anything.
  if (resource.attributes instanceof Attributes) {
    const top = resource.attributes.get(path.slice(0, end))
    if (top === undefined) return paths.hidesAll
    if (top.known) return undefined
  }
  for (const ancestor of ancestorsOf(path)) {
    const open = resource.attributes.get(ancestor === '' ? '*' : `${ancestor}.*`)
    const attribute = open ?? resource.attributes.get(ancestor)
    if (attribute === undefined) continue
    if (open !== undefined) return open
    return attribute.known || childrenIn(resource, paths).has(ancestor) ? undefined : attribute
  }
  return undefined
}

/**
 * Lists the paths of the direct children, in order of appearance: `ingress` → `ingress.0`, `ingress.1`.
 * Empty when the attribute is absent, a plain value or unknown as a whole (`attributeOf` tells which).
 */
export function childrenOf(resource: Resource, path: string): readonly string[] {
  return childrenIn(resource, pathsOf(resource.attributes)).get(path) ?? []
}

/** What was found out about the paths of a resource, when somebody first asked. */
interface Paths {
  /** False where nothing hides anything: every attribute is known. */
  readonly hasUnknown: boolean
  /** The unknown that hides everything nobody wrote. */
  readonly hidesAll: Attribute | undefined
  /** Direct children by path; a path that only holds deeper ones has none. */
  children?: ReadonlyMap<string, readonly string[]>
}

/**
 * Attributes that keep what was found out about their paths: hundreds of controls ask. Whoever makes them is done with
 * changing them before anybody asks. Other maps do, too: theirs is kept in a weak map, which costs the collector more.
 */
export class Attributes extends Map<string, Attribute> {
  paths: Paths | undefined = undefined
}

/** Attributes never change, so what was found out holds as long as they do. */
const pathsByAttributes = new WeakMap<Resource['attributes'], Paths>()

function pathsOf(attributes: Resource['attributes']): Paths {
  const before = attributes instanceof Attributes ? attributes.paths : pathsByAttributes.get(attributes)
  if (before !== undefined) return before
  let hasUnknown = false
  for (const { known } of attributes.values()) {
    if (known) continue
    hasUnknown = true
    break
  }
  const paths = { hasUnknown, hidesAll: hasUnknown ? hidesAll(attributes) : undefined }
  if (attributes instanceof Attributes) attributes.paths = paths
  else pathsByAttributes.set(attributes, paths)
  return paths
}

function hidesAll(attributes: Resource['attributes']): Attribute | undefined {
  const open = attributes.get('*')
  if (open !== undefined) return open
  const whole = attributes.get('')
  return whole?.known === false && attributes.size === 1 ? whole : undefined
}

function childrenIn({ attributes }: Resource, paths: Paths): ReadonlyMap<string, readonly string[]> {
  if (paths.children !== undefined) return paths.children
  const children = new Map<string, string[]>()
  let parent = ''
  let siblings: string[] | undefined
  for (const key of attributes.keys()) {
    if (key === '') continue
    // Most stand behind one of their siblings: a path cut out of each would have to be hashed anew.
    if (siblings === undefined || !isDirectChild(key, parent)) {
      parent = parentOf(key)
      siblings = children.get(parent) ?? addParent(children, parent)
    }
    siblings.push(key)
  }
  paths.children = children
  return children
}

/** Tells whether a path is one segment longer than another one, which is not empty; false where it takes a closer look. */
function isDirectChild(path: string, parent: string): boolean {
  const end = path.lastIndexOf('.')
  return parent !== '' && end === parent.length && path.startsWith(parent) && path[end - 1] !== '\\'
}

/** Makes room for the children of a path, and of every path above it. */
function addParent(children: Map<string, string[]>, path: string): string[] {
  const own: string[] = []
  children.set(path, own)
  for (let each = path; each !== '';) {
    each = parentOf(each)
    if (children.has(each)) break
    children.set(each, [])
  }
  return own
}

/** Takes the last segment off; a dot behind a backslash belongs to its segment. */
function parentOf(path: string): string {
  const last = path.lastIndexOf('.')
  if (last <= 0 || path[last - 1] !== '\\') return path.slice(0, Math.max(0, last))
  let parent = ''
  for (let end = firstSegmentEnd(path, 0); end < path.length; end = firstSegmentEnd(path, end + 1)) {
    parent = path.slice(0, end)
  }
  return parent
}

/** Takes the last segment of a path, unescaped: `labels.com\.example` → `com.example`. */
export function lastSegmentOf(path: string): string {
  let start = 0
  for (let end = firstSegmentEnd(path, 0); end < path.length; end = firstSegmentEnd(path, start)) {
    start = end + 1
  }
  return path.slice(start).replace(/\\(.)/g, '$1')
}

/** Reads a value when it is known; undefined says absent or unknown, and `attributeOf` tells the two apart. */
export function knownValueOf(resource: Resource, path: string): Json | undefined {
  const attribute = attributeOf(resource, path)
  return attribute?.known === true ? attribute.value : undefined
}

function* ancestorsOf(path: string): Generator<string> {
  for (let end = path.length - 1; end > 0; end -= 1) {
    if (path[end] === '.' && path[end - 1] !== '\\') yield path.slice(0, end)
  }
  if (path !== '') yield ''
}

function firstSegmentEnd(path: string, from: number): number {
  for (let at = from; at < path.length; at += 1) {
    if (path[at] === '\\') at += 1
    else if (path[at] === '.') return at
  }
  return path.length
}
