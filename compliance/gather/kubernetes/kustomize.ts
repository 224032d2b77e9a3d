/**
 * What kustomize makes of the objects of a file (kubectl.docs.kubernetes.io, "Kustomization"): the namespace, the
 * images and the number of replicas that the folder's own file or an overlay names. Overlays are followed through
 * each other; patches are objects of their own here.
 */
import { readYamlDocuments } from '../compose/document.ts'
import type { FileSet } from '../file-reader.ts'
import type { Value } from '../value.ts'

/** Most overlays of one file, most steps to find them, and deepest chain of them. */
const chainLimit = 50
const stepLimit = 1_000
const depthLimit = 8

interface Image {
  readonly name: string
  readonly newName?: string
  /** `:tag` or `@digest`. */
  readonly version?: string
}

/** One kustomization file. */
export interface Kustomization {
  readonly from: string
  readonly namespace?: string
  readonly images: readonly Image[]
  /** Number of replicas by the name of an object. */
  readonly replicas: ReadonlyMap<string, Value>
}

/** The kustomizations that one overlay lays over a file, the innermost first. */
export type Chain = readonly Kustomization[]

export interface Rendering {
  /** What is set for every object, and where; undefined where the objects keep their own. */
  readonly namespace: Value | undefined
  /** All chains that lead to this namespace; one without any where nothing takes the file. */
  readonly chains: readonly Chain[]
}

/** By the path of a file or folder, the kustomizations that take it; read once for a scan. */
type Takers = ReadonlyMap<string, readonly Kustomization[]>
const known = new WeakMap<FileSet, Takers>()

/** Lists the ways the objects of a file come to a cluster, one for each namespace; at least one. */
export function renderingsOf(file: string, files: FileSet): readonly Rendering[] {
  const takers = known.get(files) ?? takersOf(files)
  known.set(files, takers)
  const search: Search = { takers, steps: 0 }
  const chains = chainsOf(file.replaceAll('\\', '/'), search)
  if (chains.length === 0) return [{ namespace: undefined, chains: [[]] }]
  if (chains.length > chainLimit || search.steps > stepLimit) {
    const why = `is set by more than ${chainLimit} overlays`
    return [{ namespace: { kind: 'unknown', why }, chains: chains.slice(0, chainLimit) }]
  }
  const groups = Map.groupBy(chains, (chain) => namespaceIn(chain)?.namespace)
  return [...groups.values()].map((group) => ({ namespace: namespaceValue(group[0] ?? []), chains: group }))
}

interface Search {
  readonly takers: Takers
  /** How many kustomizations were met: those that take each other have no end. */
  steps: number
}

function chainsOf(path: string, search: Search, depth = 0): Chain[] {
  const own = search.takers.get(path) ?? search.takers.get(folderOf(path)) ?? []
  if (depth >= depthLimit) return []
  const chains: Chain[] = []
  for (const each of own) {
    search.steps += 1
    if (each.from === path || search.steps > stepLimit) continue
    const outer = chainsOf(each.from, search, depth + 1)
    if (outer.length === 0) chains.push([each])
    for (const chain of outer) chains.push([each, ...chain])
  }
  return chains
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
  const takers = new Map<string, Kustomization[]>()
  for (const path of files.paths) {
    if (!/(?:^|[\\/])(?:kustomization\.ya?ml|Kustomization)$/.test(path)) continue
    const [root] = readYamlDocuments(path, files.textOf(path) ?? '').roots
    if (root === undefined) continue
    const from = path.replaceAll('\\', '/')
    const made = kustomizationOf(root, from)
    for (const item of takenBy(root)) {
      const taken = resolved(folderOf(from), item)
      takers.set(taken, [...(takers.get(taken) ?? []), made])
    }
  }
  return takers
}

/** Resources, bases, components and patches: every path in a list at the top. */
function takenBy(root: Value): ReadonlySet<string> {
  const lists = root.kind === 'map' ? [...root.entries.values()] : []
  const items = lists.flatMap((list) => (list.kind === 'list' ? list.items : []))
  return new Set(items.flatMap((item) => textOf(item) ?? textOf(entryOf(item, 'path')) ?? []))
}

function kustomizationOf(root: Value, from: string): Kustomization {
  const namespace = textOf(entryOf(root, 'namespace'))
  const images = itemsOf(entryOf(root, 'images')).flatMap((item): Image[] => {
    const of = (key: string) => textOf(entryOf(item, key))
    const [name, newName, tag, digest] = [of('name'), of('newName'), of('newTag'), of('digest')]
    if (name === undefined) return []
    const version = digest === undefined ? tag && `:${tag}` : `@${digest}`
    return [
      { name, ...(newName === undefined ? {} : { newName }), ...(version === undefined ? {} : { version }) },
    ]
  })
  const replicas = itemsOf(entryOf(root, 'replicas')).flatMap((item): [string, Value][] => {
    const [name, count] = [textOf(entryOf(item, 'name')), entryOf(item, 'count')]
    return name === undefined || count === undefined ? [] : [[name, count]]
  })
  return { from, images, replicas: new Map(replicas), ...(namespace === undefined ? {} : { namespace }) }
}

/** Puts the images and replicas of overlays into an object; where overlays differ the value is unknown. */
export function transformed(root: Value, name: string, chains: readonly Chain[]): Value {
  const isTouched = chains.some((chain) =>
    chain.some(({ images, replicas }) => images.length > 0 || replicas.size > 0),
  )
  if (!isTouched) return root
  const whole = withImages(root, chains)
  const spec = entryOf(whole, 'spec')
  const replicas = entryOf(spec, 'replicas')
  if (whole.kind !== 'map' || spec?.kind !== 'map' || replicas === undefined) return whole
  const counts = chains.map((chain) => {
    const said = chain.findLast((each) => each.replicas.has(name))
    return { value: said?.replicas.get(name) ?? replicas, from: said?.from }
  })
  const entries = new Map([...spec.entries, ['replicas', agreed(replicas, counts, 'replicas')] as const])
  return { ...whole, entries: new Map([...whole.entries, ['spec', { ...spec, entries }] as const]) }
}

function withImages(value: Value, chains: readonly Chain[], key = ''): Value {
  if (value.kind === 'map') {
    const entries = [...value.entries].map(
      ([name, entry]) => [name, withImages(entry, chains, name)] as const,
    )
    return { ...value, entries: new Map(entries) }
  }
  if (value.kind !== 'list') return value
  const items = value.items.map((item) => withImages(item, chains))
  if (key !== 'containers' && key !== 'initContainers') return { ...value, items }
  return { ...value, items: items.map((item) => withImage(item, chains)) }
}

function withImage(container: Value, chains: readonly Chain[]): Value {
  const image = entryOf(container, 'image')
  if (container.kind !== 'map' || image?.kind !== 'plain') return container
  const texts = chains.map((chain) => imageBy(String(image.value), chain))
  const entries = new Map([...container.entries, ['image', agreed(image, texts, 'images')] as const])
  return { ...container, entries }
}

interface Said {
  readonly value: Value
  readonly from: string | undefined
}

function imageBy(text: string, chain: Chain): Said {
  let image = text
  let from: string | undefined
  for (const { images, from: path } of chain) {
    for (const { name, newName = name, version } of images) {
      const [, own = '', old = ''] = /^([^@]*?)((?::[\w.-]+)?(?:@.*)?)$/.exec(image) ?? []
      if (own !== name) continue
      image = `${newName}${version ?? old}`
      from = path
    }
  }
  return { value: { kind: 'plain', value: image }, from }
}

/** The value all overlays give, at the place where the object says its own. */
function agreed(own: Value, said: readonly Said[], what: string): Value {
  const [first, ...others] = said
  const plain = (each: Said | undefined) => (each?.value.kind === 'plain' ? each.value.value : undefined)
  if (first?.from === undefined && others.every(({ from }) => from === undefined)) return own
  const at = own.at === undefined ? {} : { at: own.at }
  const differs = others.find((each) => plain(each) !== plain(first))
  if (first === undefined || first.value.kind !== 'plain' || differs !== undefined) {
    const places = [first, differs].map((each) => each?.from ?? 'the object itself')
    return { kind: 'unknown', why: `differs by overlay: ${places.join(' and ')}`, ...at }
  }
  const trace = first.from === undefined ? [] : [`${what} at ${first.from}`]
  return { kind: 'plain', value: first.value.value, trace, ...at }
}

function entryOf(value: Value | undefined, key: string): Value | undefined {
  return value?.kind === 'map' ? value.entries.get(key) : undefined
}

function itemsOf(value: Value | undefined): readonly Value[] {
  return value?.kind === 'list' ? value.items : []
}

function textOf(value: Value | undefined): string | undefined {
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
