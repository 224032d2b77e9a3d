/**
 * Patches of a kustomization (kubectl.docs.kubernetes.io, "Kustomization"): what each changes is laid over the objects
 * it is for. What cannot be told, because a file was not read or nobody follows its kind here, hides the object.
 */
import { readYamlDocuments } from '../compose/document.ts'
import { entryOf, itemsOf, plainText } from '../shapes/values.ts'
import type { Value } from '../value.ts'
import { agreedOf } from './agreed.ts'
import { stepped } from './json-patch.ts'
import { isFor, targetFields, type Sought, type Target } from './patch-target.ts'
import { strategicallyMerged } from './strategic-merge.ts'
import { layUnits, lookUnits, spend, type Work } from './work.ts'

type MapValue = Value & { kind: 'map' }

export interface Patch {
  readonly from: string
  readonly target: Target
  readonly change:
    | { readonly kind: 'merge'; readonly with: MapValue }
    | { readonly kind: 'steps'; readonly steps: readonly Value[] }
    /** It says something, and nobody knows what. */
    | { readonly kind: 'hidden'; readonly why: string }
  /** How much it says: what is laid over many objects is bounded. */
  readonly size: number
}

/** Finds the text of a file by its path in the kustomization. */
export type TextOf = (path: string) => string | undefined

/** Lists the patches of a kustomization in the order they are laid over. */
export function patchesOf(root: Value, from: string, textOf: TextOf): readonly Patch[] {
  const read = (item: Value) => readPatch(item, { from, textOf })
  return [
    ...['patchesStrategicMerge', 'patches', 'patchesJson6902'].flatMap((key) =>
      itemsOf(entryOf(root, key)).flatMap(read),
    ),
    ...['transformers', 'replacements'].flatMap((key) =>
      itemsOf(entryOf(root, key)).map((item) => unreadPatch(from, targetOfReplacement(item), key)),
    ),
  ]
}

/** Lists the files a kustomization takes its patches from. */
export function patchFilesOf(root: Value): readonly string[] {
  const items = ['patchesStrategicMerge', 'patches', 'patchesJson6902'].flatMap((key) =>
    itemsOf(entryOf(root, key)),
  )
  return items.flatMap((item) => plainText(item) ?? plainText(entryOf(item, 'path')) ?? [])
}

interface Reading {
  readonly from: string
  readonly textOf: TextOf
}

/** A path, a patch in the list itself, or one with its target. */
function readPatch(item: Value, { from, textOf }: Reading): Patch[] {
  const target = targetOf(entryOf(item, 'target'))
  const written = plainText(entryOf(item, 'patch'))
  const path = plainText(item) ?? plainText(entryOf(item, 'path'))
  const isInline = written === undefined && path !== undefined && /[\n{]/.test(path)
  const text = written ?? (isInline ? path : path === undefined ? undefined : textOf(path))
  if (text === undefined) return [unreadPatch(from, target, path ?? 'a patch')]
  const { roots, faults } = readYamlDocuments(from, text)
  if (faults.length > 0 || roots.length === 0) return [unreadPatch(from, target, path ?? 'a patch')]
  return roots.map((root): Patch => {
    const trace = `patched at ${from}`
    const value = traced(root, trace)
    const size = sizeOf(value)
    if (value.kind === 'list')
      return { from, size, target: target ?? everything, change: { kind: 'steps', steps: value.items } }
    if (value.kind !== 'map') return unreadPatch(from, target, 'a patch')
    return { from, size, target: target ?? itself(value), change: { kind: 'merge', with: value } }
  })
}

/** Makes a patch that says something of every object, and nobody knows what. */
export function hiddenPatch(from: string, why: string): Patch {
  return { from, size: 1, target: everything, change: { kind: 'hidden', why } }
}

function unreadPatch(from: string, target: Target | undefined, what: string): Patch {
  const hidden = hiddenPatch(from, whyUnread(from, what))
  return target === undefined ? hidden : { ...hidden, target }
}

/** Says why nothing is known where a kustomization names what is not here. */
export function whyUnread(from: string, what: string): string {
  return `is patched at ${from}: ${what} is not read`
}

const everything: Target = { patterns: new Map(), isPlain: true }

function targetOf(target: Value | undefined): Target | undefined {
  if (target === undefined) return undefined
  const texts = targetFields.flatMap((field) => {
    const text = plainText(entryOf(target, field))
    return text === undefined ? [] : [[field, text] as const]
  })
  const [labelSelector, annotationSelector] = ['labelSelector', 'annotationSelector'].map((key) =>
    plainText(entryOf(target, key)),
  )
  return {
    patterns: new Map(texts),
    isPlain: false,
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(annotationSelector === undefined ? {} : { annotationSelector }),
  }
}

/** The only target of a replacement; of several, any object may be one. */
function targetOfReplacement(item: Value): Target | undefined {
  const targets = itemsOf(entryOf(item, 'targets'))
  return targets.length === 1 ? targetOf(entryOf(targets[0], 'select')) : undefined
}

/** A patch without a target says itself for which object it is. */
function itself(value: MapValue): Target {
  const metadata = entryOf(value, 'metadata')
  const texts = [
    ['kind', plainText(entryOf(value, 'kind'))],
    ['name', plainText(entryOf(metadata, 'name'))],
    ['namespace', plainText(entryOf(metadata, 'namespace'))],
  ] as const
  const patterns = texts.flatMap(([field, text]) => (text === undefined ? [] : [[field, text] as const]))
  return { patterns: new Map(patterns), isPlain: true }
}

/** What laying patches over an object costs. */
export interface Cost {
  readonly work: Work
  /** Values of the object. */
  readonly size: number
}

/** Lays patches over an object, as far as the work goes; undefined where one of them deletes it. */
export function patched(patches: readonly Patch[], sought: Sought, { work, size }: Cost): Value | undefined {
  let root = sought.root
  for (const patch of patches) {
    const { target } = patch
    if (!spend(work, unitsOf(target, sought))) return root
    const answer = isFor(target, { ...sought, root })
    if (answer === 'no') continue
    if (!spend(work, layUnits + size + patch.size)) return root
    const changed = changedBy(patch, root)
    if (changed === undefined && answer === 'yes') return undefined
    root = answer === 'yes' ? (changed ?? root) : agreedOf(root, changed ?? root, `may be ${whyBy(patch)}`)
  }
  return root
}

/** A pattern is tried at each place of each text. */
function unitsOf({ patterns, isPlain }: Target, { names, namespaces }: Sought): number {
  const length = isPlain ? 0 : [...patterns.values()].reduce((sum, pattern) => sum + pattern.length, 0)
  return (lookUnits + length) * Math.max(names.length, namespaces.length)
}

function whyBy({ from }: Patch): string {
  return `patched at ${from}`
}

function changedBy({ change, from, target }: Patch, root: Value): Value | undefined {
  if (root.kind !== 'map') return root
  switch (change.kind) {
    case 'merge': {
      const merged = strategicallyMerged(root, change.with)
      // The target decides for which object it is, whatever the patch calls itself.
      return merged?.kind === 'map' ? withIdentityOf(root, merged) : merged
    }
    case 'steps':
      return (
        stepped(root, change.steps) ??
        hiddenObject(root, `is patched at ${from}, in a way that is not followed here`)
      )
    case 'hidden':
      // Nobody says which object it is for: one that has nothing to patch is not hidden by it.
      return target === everything && !hasBody(root) ? root : hiddenObject(root, change.why)
  }
}

function hasBody(root: MapValue): boolean {
  return [...root.entries.keys()].some((key) => !identity.has(key))
}

const identity: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata'])

function withIdentityOf(root: MapValue, merged: MapValue): MapValue {
  const entries = new Map(merged.entries)
  for (const key of ['apiVersion', 'kind']) {
    const own = root.entries.get(key)
    if (own !== undefined) entries.set(key, own)
  }
  const [own, other] = [root.entries.get('metadata'), merged.entries.get('metadata')]
  if (own?.kind !== 'map' || other?.kind !== 'map') return { ...merged, entries }
  const names = ['name', 'namespace'].flatMap((key) => {
    const value = own.entries.get(key)
    return value === undefined ? [] : [[key, value] as const]
  })
  entries.set('metadata', { ...other, entries: new Map([...other.entries, ...names]) })
  return { ...merged, entries }
}

/** Nothing is known of an object but what it is called. */
export function hiddenObject(root: Value, why: string): Value {
  if (root.kind !== 'map') return { kind: 'unknown', why }
  const entries = [...root.entries].map(([key, value]): [string, Value] => [
    key,
    identity.has(key) ? value : { kind: 'unknown', why, ...(value.at === undefined ? {} : { at: value.at }) },
  ])
  return { ...root, entries: new Map(entries), open: why }
}

/** Without its places: findings point at the object, and its trace at the kustomization. */
function traced(value: Value, step: string): Value {
  const { at: _at, ...placeless } = value
  if (placeless.kind === 'list')
    return { ...placeless, items: placeless.items.map((item) => traced(item, step)) }
  if (placeless.kind !== 'map') return { ...placeless, trace: [step] }
  const entries = [...placeless.entries].map(([key, entry]) => [key, traced(entry, step)] as const)
  return { ...placeless, entries: new Map(entries) }
}

/** Counts a value and all that is in it. */
export function sizeOf(value: Value): number {
  const parts = value.kind === 'map' ? [...value.entries.values()] : value.kind === 'list' ? value.items : []
  return parts.reduce((sum, part) => sum + sizeOf(part), 1)
}
