/** How Kubernetes lays a patch over an object ("Strategic Merge Patch", kubernetes.io), as kustomize does it. */
import { entryOf, itemsOf, plainText } from '../shapes/values.ts'
import type { Value } from '../value.ts'

type MapValue = Value & { kind: 'map' }

/** Lists whose entries are merged one by one, with what makes two entries one (the tags of `k8s.io/api`). */
const mergeKeys: ReadonlyMap<string, readonly string[]> = new Map([
  ['containers', ['name']],
  ['initContainers', ['name']],
  ['ephemeralContainers', ['name']],
  ['volumes', ['name']],
  ['env', ['name']],
  ['imagePullSecrets', ['name']],
  ['secrets', ['name']],
  ['volumeMounts', ['mountPath']],
  ['volumeDevices', ['devicePath']],
  ['hostAliases', ['ip']],
  ['ports', ['containerPort', 'port']],
  ['topologySpreadConstraints', ['topologyKey']],
  ['resourceClaims', ['name']],
])
/** What the API server knows by heart; of other kinds a list takes the place of a list. */
const builtIn = /^(?:v1$|apps\/|batch\/|autoscaling\/|policy\/|extensions\/|[\w.-]+\.k8s\.io\/)/

/** Lays a patch over an object; undefined where the patch deletes it. */
export function strategicallyMerged(base: MapValue, patch: MapValue): Value | undefined {
  const version = base.entries.get('apiVersion')
  const isBuiltIn = version?.kind === 'plain' && builtIn.test(String(version.value))
  return mergedMap(base, patch, isBuiltIn)
}

function mergedMap(base: MapValue, patch: MapValue, isBuiltIn: boolean): Value | undefined {
  const directive = plainText(patch.entries.get('$patch'))
  if (directive === 'delete') return undefined
  if (directive === 'replace') return { ...base, entries: new Map(withoutDirectives(patch).entries) }
  const entries = new Map(base.entries)
  for (const [key, value] of patch.entries) {
    // What the other directives leave of a list is not told.
    const [, touched] =
      /^\$(?:deleteFromPrimitiveList|setElementOrder|retainKeys)(?:\/(.+))?$/.exec(key) ?? []
    if (touched !== undefined && !key.startsWith('$setElementOrder')) entries.set(touched, unclear)
    if (key.startsWith('$')) continue
    const merged = mergedEntry({ key, before: entries.get(key), value, isBuiltIn })
    if (merged === undefined) entries.delete(key)
    else entries.set(key, merged)
  }
  const isRetaining = patch.entries.has('$retainKeys')
  if (!isRetaining) return { ...base, entries }
  const kept = new Set(itemsOf(patch.entries.get('$retainKeys')).map(plainText))
  return { ...base, entries: new Map([...entries].filter(([key]) => kept.has(key))) }
}

const unclear: Value = { kind: 'unknown', why: 'a patch takes some of it away' }

interface Entry {
  readonly key: string
  readonly before: Value | undefined
  readonly value: Value
  readonly isBuiltIn: boolean
}

function mergedEntry({ key, before, value, isBuiltIn }: Entry): Value | undefined {
  if (value.kind === 'plain' && value.value === null) return undefined
  if (value.kind === 'map') {
    if (before?.kind === 'map') return mergedMap(before, value, isBuiltIn)
    return before?.kind === 'unknown' ? before : withoutDirectives(value)
  }
  if (value.kind !== 'list') return inPlaceOf(before, value)
  const keys = isBuiltIn ? mergeKeys.get(key) : undefined
  if (before?.kind === 'unknown' && keys !== undefined) return before
  if (before?.kind !== 'list' || keys === undefined) return inPlaceOf(before, withoutDirectives(value))
  return mergedList(before, value, { keys, isBuiltIn })
}

function mergedList(
  before: Value & { kind: 'list' },
  patch: Value & { kind: 'list' },
  { keys, isBuiltIn }: { readonly keys: readonly string[]; readonly isBuiltIn: boolean },
): Value {
  const isReplaced = patch.items.some((item) => plainText(entryOf(item, '$patch')) === 'replace')
  // An entry without a name, or with one that another of the object has, is there under a key of its own.
  const items = new Map<string | symbol, Value>()
  const add = (item: Value, name: string | symbol = Symbol()) => items.set(name, item)
  for (const item of isReplaced ? [] : before.items) {
    const name = nameOf(item, keys)
    add(item, name !== undefined && items.has(name) ? undefined : name)
  }
  for (const item of patch.items) {
    const name = nameOf(item, keys)
    const own = name === undefined ? undefined : items.get(name)
    if (plainText(entryOf(item, '$patch')) === 'replace') continue
    const merged = own?.kind === 'map' && item.kind === 'map' ? mergedMap(own, item, isBuiltIn) : undefined
    if (plainText(entryOf(item, '$patch')) === 'delete') {
      if (name !== undefined) items.delete(name)
    } else add(merged ?? withoutDirectives(item), name)
  }
  return { ...before, items: [...items.values()] }
}

function nameOf(item: Value, keys: readonly string[]): string | undefined {
  const name = keys.map((key) => plainText(entryOf(item, key))).find((text) => text !== undefined)
  const isPort = keys === mergeKeys.get('ports')
  // A port is one by its number and protocol, as the schema of kustomize has it.
  return isPort && name !== undefined ? `${name}/${plainText(entryOf(item, 'protocol')) ?? 'TCP'}` : name
}

/** What a patch says where the object says nothing: its directives are none of the object's. */
function withoutDirectives<Given extends Value>(value: Given): Given {
  if (value.kind === 'list') return { ...value, items: value.items.map(withoutDirectives) }
  if (value.kind !== 'map') return value
  const entries = [...value.entries]
    .filter(([key, entry]) => !key.startsWith('$') && !(entry.kind === 'plain' && entry.value === null))
    .map(([key, entry]) => [key, withoutDirectives(entry)] as const)
  return { ...value, entries: new Map(entries) }
}

function inPlaceOf(before: Value | undefined, value: Value): Value {
  return before?.at === undefined ? value : { ...value, at: before.at }
}
