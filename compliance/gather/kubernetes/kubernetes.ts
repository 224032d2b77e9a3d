/**
 * Manifests of Kubernetes as resources: one per object, of the type of its kind in lower case (`deployment`), its
 * attributes the manifest. What is not written out is not guessed: a Helm template is unknown until somebody renders
 * it, and a patch that completes an object of another file is open.
 */
import type { GatherFault, Position, Resource } from '../../evidence.ts'
import { readYamlDocuments } from '../compose/document.ts'
import type { FileReader, FileSet } from '../file-reader.ts'
import type { FileBytes } from '../module/source.ts'
import type { Gathered } from '../terraform.ts'
import { flatten, type Value } from '../value.ts'
import { isHalf, opened } from './half.ts'
import { renderingsOf, transformed, type Rendering } from './kustomize.ts'
import { takeTemplates } from './templates.ts'

type MapValue = Value & { kind: 'map' }

/** Deepest `List` in a `List`. */
const listDepth = 4

export const kubernetesReader: FileReader = {
  kind: 'kubernetes',
  path: /\.ya?ml$|(?:^|\/)(?:k8s|kubernetes|manifests)\/[^/]*\.json$|\.k8s\.json$/i,
  recognises: (text) =>
    /^[ \t]*["']?apiVersion["']?[ \t]*:/m.test(text) && /^[ \t]*["']?kind["']?[ \t]*:/m.test(text),
  readsOthers: true,
  read: gatherKubernetes,
}

/** Reads one file of manifests; never throws. Documents that are no objects of Kubernetes are left out. */
export function gatherKubernetes({ file, bytes }: FileBytes, files: FileSet): Gathered {
  const { rest, templates } = takeTemplates(Buffer.from(bytes).toString('utf8'))
  const { roots, faults } = readYamlDocuments(file, rest)
  const context: Context = { file, faults: [...faults], renderings: renderingsOf(file, files) }
  const written = roots.flatMap((root) => resourcesOf(root, context))
  const rendered = templates.map(({ type, name, startLine, endLine }): Resource => {
    const position = { file, startLine, endLine }
    const why = 'is a template: render it first (helm template)'
    return {
      kind: 'kubernetes',
      type,
      name,
      address: `${type}/default/${name}`,
      position,
      attributes: flatten({ kind: 'unknown', why }, position),
    }
  })
  return { resources: [...written, ...rendered], faults: context.faults }
}

interface Context {
  readonly file: string
  readonly faults: GatherFault[]
  /** An object is one for each namespace it comes to. */
  readonly renderings: readonly Rendering[]
}

function resourcesOf(root: Value, context: Context, depth = 0): Resource[] {
  if (root.kind !== 'map') return []
  const kind = textAt(root, 'kind')
  const version = textAt(root, 'apiVersion')
  if (kind === undefined || version === undefined || !/^(?:[\w.-]+\/)?v\d/.test(version)) return []
  const items = root.entries.get('items')
  if (kind.endsWith('List') && items?.kind === 'list') {
    if (depth < listDepth) return items.items.flatMap((item) => resourcesOf(item, context, depth + 1))
    const message = `found lists in each other, expected at most ${listDepth}`
    context.faults.push({ code: 'GATHER_UNSUPPORTED', message, ...placeOf(root, context) })
    return []
  }
  return context.renderings.flatMap((rendering) => resourceOf(root, kind, { ...context, rendering }) ?? [])
}

/** Answers undefined for an object that every overlay deletes. */
function resourceOf(
  root: MapValue,
  kind: string,
  context: Context & { readonly rendering: Rendering },
): Resource | undefined {
  const { namespace, isPatch } = context.rendering
  const metadata = root.entries.get('metadata')
  const named = metadata?.kind === 'map' ? metadata : undefined
  const name = textAt(named, 'name') ?? textAt(named, 'generateName') ?? ''
  const position = placeOf(root, context)
  const type = kind.toLowerCase()
  const placed = withNamespace(root, named, namespace)
  const own = textAt(named, 'namespace') ?? 'default'
  const made = isPatch ? placed : transformed(placed, { name, namespace: own }, context.rendering)
  if (made === undefined) return undefined
  const whole = hidden(made, type)
  const isOpen = isPatch || isHalf(type, whole)
  const value = isOpen ? opened(whole, 'completes an object of another file') : whole
  const space = namespace?.kind === 'plain' ? String(namespace.value) : own
  return {
    kind: 'kubernetes',
    type,
    name,
    address: `${type}/${space}/${name}`,
    position,
    attributes: flatten(value, position),
  }
}

/** What kustomize sets for every object it is given. */
function withNamespace(
  root: MapValue,
  metadata: MapValue | undefined,
  namespace: Value | undefined,
): MapValue {
  if (namespace === undefined) return root
  const entries = new Map([...(metadata?.entries ?? []), ['namespace', namespace] as const])
  const whole: Value = { ...(metadata ?? { kind: 'map' }), entries }
  return { ...root, entries: new Map([...root.entries, ['metadata', whole]]) }
}

/** What a Secret holds is never shown. */
function hidden(root: Value, type: string): Value {
  if (type !== 'secret' || root.kind !== 'map') return root
  const entries = new Map(root.entries)
  for (const key of ['data', 'stringData']) {
    const value = entries.get(key)
    if (value !== undefined) entries.set(key, { ...value, isSensitive: true })
  }
  return { ...root, entries }
}

function textAt(map: MapValue | undefined, key: string): string | undefined {
  const value = map?.entries.get(key)
  return value?.kind === 'plain' && typeof value.value === 'string' ? value.value : undefined
}

function placeOf({ at }: Value, { file }: Context): Position {
  return at ?? { file, startLine: 1, endLine: 1 }
}
