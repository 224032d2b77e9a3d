/**
 * What kustomize makes of the objects of a file (kubectl.docs.kubernetes.io, "Kustomization"): the namespace, the
 * patches, the images and the number of replicas that the folder's own file or an overlay names. Overlays are followed
 * through each other; the file of a patch also holds an object of its own, of which only what it changes is known.
 */
import { readYamlDocuments } from '../compose/document.ts'
import type { FileSet } from '../file-reader.ts'
import { entryOf, itemsOf } from '../shapes/values.ts'
import type { Value } from '../value.ts'
import { agreedOf } from './agreed.ts'
import { inPlaceOf, withImages, type Image } from './images.ts'
import {
  hiddenObject,
  hiddenPatch,
  patched,
  patchesOf,
  patchFilesOf,
  sizeOf,
  whyUnread,
  type Cost,
  type Patch,
} from './patches.ts'
import { spend, workOfScan, type Work } from './work.ts'

/** Most overlays of one file, most steps to find them, and deepest chain of them. */
const chainLimit = 50
const stepLimit = 1_000
const depthLimit = 8
/** Most parts of patches laid over one object, in all chains together. */
const patchSizeLimit = 20_000

/** One kustomization file. */
export interface Kustomization {
  readonly from: string
  readonly namespace?: string
  readonly images: readonly Image[]
  /** Number of replicas by the name of an object. */
  readonly replicas: ReadonlyMap<string, Value>
  readonly patches: readonly Patch[]
  /** Parts of all its patches. */
  readonly patchSize: number
  /** Files it takes patches from. */
  readonly patchFiles: ReadonlySet<string>
  readonly prefix: string
  readonly suffix: string
  /** It gives its objects labels. */
  readonly hasLabels: boolean
  /** Folders whose kustomizations change what this one takes, before it does so itself. */
  readonly components: readonly string[]
}

/** The kustomizations that one overlay lays over a file, the innermost first. */
export type Chain = readonly Kustomization[]

export interface Rendering {
  /** The file is one of patches: what an object in it does not say stands in another file. */
  readonly isPatch: boolean
  /** What is set for every object, and where; undefined where the objects keep their own. */
  readonly namespace: Value | undefined
  /** All chains that lead to this namespace; one without any where nothing takes the file. */
  readonly chains: readonly Chain[]
  /** What the scan may still do. */
  readonly work: Work
}

/** Read once for a scan. */
interface Takers {
  /** By the path of a file or folder, the kustomizations that take it. */
  readonly byPath: ReadonlyMap<string, readonly Kustomization[]>
  /** By the folder they stand in. */
  readonly byFolder: ReadonlyMap<string, Kustomization>
  readonly work: Work
}
const known = new WeakMap<FileSet, Takers>()

/** Lists the ways the objects of a file come to a cluster, one for each namespace; at least one. */
export function renderingsOf(file: string, files: FileSet): readonly Rendering[] {
  const takers = known.get(files) ?? takersOf(files)
  known.set(files, takers)
  const { work } = takers
  const search: Search = { takers, steps: 0, missed: undefined }
  const path = file.replaceAll('\\', '/')
  const chains = chainsOf(path, search)
  const isPatch = chains.some((chain) => chain.some(({ patchFiles }) => patchFiles.has(path)))
  if (chains.length === 0) return [{ isPatch: false, namespace: undefined, chains: [[]], work }]
  const isMany = chains.length > chainLimit || search.steps > stepLimit
  const why = isMany ? `is set by more than ${chainLimit} overlays` : search.missed
  if (why !== undefined) {
    const isTouched = [...takers.byFolder.values()].some(isTouching)
    // What the overlays nobody counted change is not known.
    const counted = isTouched ? [[unreadKustomization(path, why)]] : chains.slice(0, chainLimit)
    return [{ isPatch, namespace: { kind: 'unknown', why }, chains: counted, work }]
  }
  const groups = Map.groupBy(chains, (chain) => namespaceIn(chain)?.namespace)
  return [...groups.values()].map((group) => ({
    isPatch,
    namespace: namespaceValue(group[0] ?? []),
    chains: group,
    work,
  }))
}

interface Search {
  readonly takers: Takers
  /** How many kustomizations were met: those that take each other have no end. */
  steps: number
  /** Why some of them were not followed. */
  missed: string | undefined
}

function chainsOf(path: string, search: Search, depth = 0): Chain[] {
  const { byPath } = search.takers
  const own = byPath.get(path) ?? byPath.get(folderOf(path)) ?? []
  if (depth >= depthLimit) {
    if (own.some(({ from }) => from !== path))
      search.missed = `is set by more than ${depthLimit} overlays in a row`
    return []
  }
  const chains: Chain[] = []
  for (const each of own) {
    search.steps += 1
    if (each.from === path || search.steps > stepLimit) continue
    const outer = chainsOf(each.from, search, depth + 1)
    const inner = [...componentsOf(each, search), each]
    if (outer.length === 0) chains.push(inner)
    for (const chain of outer) chains.push([...inner, ...chain.filter((link) => !inner.includes(link))])
  }
  return chains
}

/** What the components of a kustomization do, the innermost first; one that is not here hides what it changes. */
function componentsOf(of: Kustomization, search: Search, depth = 0): readonly Kustomization[] {
  return of.components.flatMap((folder) => {
    search.steps += 1
    const found = search.takers.byFolder.get(folder)
    if (found === of || search.steps > stepLimit) return []
    if (depth >= depthLimit) search.missed = `is set by more than ${depthLimit} components in each other`
    if (depth >= depthLimit) return []
    return found === undefined
      ? [unreadKustomization(of.from, whyUnread(of.from, folder))]
      : [...componentsOf(found, search, depth + 1), found]
  })
}

/** One that changes everything, and nobody knows how. */
function unreadKustomization(from: string, why: string): Kustomization {
  return {
    ...kustomizationOf({ kind: 'unknown', why }, from, () => undefined),
    patches: [hiddenPatch(from, why)],
  }
}

/** The outermost that names one. */
function namespaceIn(chain: Chain): Kustomization | undefined {
  return chain.findLast(({ namespace }) => namespace !== undefined)
}

function namespaceValue(chain: Chain): Value | undefined {
  const said = namespaceIn(chain)
  return said?.namespace === undefined
    ? undefined
    : { kind: 'plain', value: said.namespace, trace: [`namespace at ${said.from}`] }
}

function takersOf(files: FileSet): Takers {
  const byPath = new Map<string, Kustomization[]>()
  const byFolder = new Map<string, Kustomization>()
  for (const path of files.paths) {
    if (!/(?:^|[\\/])(?:kustomization\.ya?ml|Kustomization)$/.test(path)) continue
    const [root] = readYamlDocuments(path, files.textOf(path) ?? '').roots
    if (root === undefined) continue
    const from = path.replaceAll('\\', '/')
    const made = kustomizationOf(root, from, (item) => files.textOf(resolved(folderOf(from), item)))
    byFolder.set(folderOf(from), made)
    for (const item of takenBy(root)) {
      const taken = resolved(folderOf(from), item)
      const before = byPath.get(taken)
      if (before === undefined) byPath.set(taken, [made])
      else before.push(made)
    }
  }
  return { byPath, byFolder, work: workOfScan() }
}

/** Resources, bases, components and patches: every path in a list at the top. */
function takenBy(root: Value): ReadonlySet<string> {
  const lists = root.kind === 'map' ? [...root.entries.values()] : []
  const items = lists.flatMap((list) => (list.kind === 'list' ? list.items : []))
  return new Set(items.flatMap((item) => plainText(item) ?? plainText(entryOf(item, 'path')) ?? []))
}

function kustomizationOf(
  root: Value,
  from: string,
  textOf: (path: string) => string | undefined,
): Kustomization {
  const namespace = plainText(entryOf(root, 'namespace'))
  const images = itemsOf(entryOf(root, 'images')).flatMap((item): Image[] => {
    const of = (key: string) => plainText(entryOf(item, key))
    const [name, newName, tag, digest] = [of('name'), of('newName'), of('newTag'), of('digest')]
    if (name === undefined) return []
    const version = digest === undefined ? tag && `:${tag}` : `@${digest}`
    return [
      { name, ...(newName === undefined ? {} : { newName }), ...(version === undefined ? {} : { version }) },
    ]
  })
  const replicas = itemsOf(entryOf(root, 'replicas')).flatMap((item): [string, Value][] => {
    const [name, count] = [plainText(entryOf(item, 'name')), entryOf(item, 'count')]
    return name === undefined || count === undefined ? [] : [[name, count]]
  })
  const folder = folderOf(from)
  const components = itemsOf(entryOf(root, 'components')).flatMap((item) => plainText(item) ?? [])
  const patches = patchesOf(root, from, textOf)
  return {
    from,
    images,
    replicas: new Map(replicas),
    patches,
    patchSize: patches.reduce((sum, { size }) => sum + size, 0),
    patchFiles: new Set(patchFilesOf(root).map((path) => resolved(folder, path))),
    prefix: plainText(entryOf(root, 'namePrefix')) ?? '',
    suffix: plainText(entryOf(root, 'nameSuffix')) ?? '',
    hasLabels: ['labels', 'commonLabels', 'commonAnnotations'].some(
      (key) => entryOf(root, key) !== undefined,
    ),
    components: components.map((path) => resolved(folder, path)),
    ...(namespace === undefined ? {} : { namespace }),
  }
}

interface Identity {
  readonly name: string
  readonly namespace: string
}

/**
 * Lays patches, images and replicas of kustomizations over an object; where overlays differ the value is unknown, and
 * where the scan has no work left.
 *
 * @returns undefined where every overlay deletes it
 */
export function transformed(
  root: Value,
  identity: Identity,
  { chains, work }: Pick<Rendering, 'chains' | 'work'>,
): Value | undefined {
  const touching = chains.map((chain) => chain.filter(isTouching))
  if (touching.every((chain) => chain.length === 0)) return root
  const size = touching.flat().reduce((sum, { patchSize }) => sum + patchSize, 0)
  if (size > patchSizeLimit) {
    return hiddenObject(root, `is patched by more than ${patchSizeLimit} values`)
  }
  const made = work.left < 0 ? root : agreedByChains(root, identity, { chains, work })
  return work.left < 0
    ? hiddenObject(root, 'is not looked at: the patches of the scan are too many for its objects')
    : made
}

function agreedByChains(
  root: Value,
  identity: Identity,
  { chains, work }: Pick<Rendering, 'chains' | 'work'>,
): Value | undefined {
  const cost: Cost = { work, size: sizeOf(root) }
  let whole: Value | undefined
  let first: Chain = []
  for (const chain of chains) {
    if (!spend(work, cost.size + chain.length)) return undefined
    const made = chain.some(isTouching) ? afterChain(root, { ...identity, cost }, chain) : root
    if (made === undefined) continue
    const places = [first, chain].map((each) => each.at(-1)?.from ?? 'the object itself').join(' and ')
    whole = whole === undefined ? made : agreedOf(whole, made, `differs by overlay: ${places}`)
    if (first.length === 0) first = chain
  }
  return whole
}

function isTouching({ images, replicas, patches }: Kustomization): boolean {
  return images.length > 0 || replicas.size > 0 || patches.length > 0
}

function afterChain(
  root: Value,
  { name, namespace, cost }: Identity & { readonly cost: Cost },
  chain: Chain,
): Value | undefined {
  const names = [name]
  const namespaces = [...new Set([namespace, ...chain.flatMap((each) => each.namespace ?? [])])]
  let value: Value | undefined = root
  let isLabelled = false
  for (const each of chain) {
    const { prefix, suffix, patches } = each
    if (prefix !== '' || suffix !== '') names.push(`${prefix}${names.at(-1) ?? name}${suffix}`)
    isLabelled ||= each.hasLabels
    value = patched(patches, { root: value, names, namespaces, isLabelled }, cost)
    if (value === undefined) return undefined
    value = withReplicas(withImages(value, each, cost), names, each)
  }
  return value
}

function withReplicas(whole: Value, names: readonly string[], { replicas, from }: Kustomization): Value {
  const spec = entryOf(whole, 'spec')
  const own = entryOf(spec, 'replicas')
  const name = names.findLast((each) => replicas.has(each))
  const said = name === undefined ? undefined : replicas.get(name)
  if (whole.kind !== 'map' || spec?.kind !== 'map' || own === undefined || said === undefined) return whole
  const entries = new Map([
    ...spec.entries,
    ['replicas', inPlaceOf(own, said, `replicas at ${from}`)] as const,
  ])
  return { ...whole, entries: new Map([...whole.entries, ['spec', { ...spec, entries }] as const]) }
}

function plainText(value: Value | undefined): string | undefined {
  return value?.kind === 'plain' && value.value !== null && value.value !== ''
    ? String(value.value)
    : undefined
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** Joins `a/b` and `../c` to `a/c`. */
function resolved(folder: string, path: string): string {
  const isAbsolute = folder.startsWith('/')
  const parts = folder.split('/').filter((part) => part !== '')
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return `${isAbsolute ? '/' : ''}${parts.join('/')}`
}
