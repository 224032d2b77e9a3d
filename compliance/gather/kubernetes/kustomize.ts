/** The namespace kustomize puts objects into: of the folder's own file, or of an overlay that takes the folder. */
import type { FileSet } from '../file-reader.ts'

export interface Namespace {
  readonly name: string
  /** The file that says so. */
  readonly from: string
}

interface Overlay extends Namespace {
  /** Files and folders it takes. */
  readonly takes: ReadonlySet<string>
}

/** Overlays of a scan are read once, not once per file. */
const known = new WeakMap<FileSet, readonly Overlay[]>()

/** Finds the namespace of the objects of a file; undefined where no kustomization names one, or several differ. */
export function namespaceOf(file: string, files: FileSet): Namespace | undefined {
  const path = file.replaceAll('\\', '/')
  const overlays = known.get(files) ?? overlaysOf(files)
  known.set(files, overlays)
  const found = overlays.filter(
    ({ takes, from }) => from !== path && (takes.has(path) || takes.has(folderOf(path))),
  )
  const [first] = found
  return first === undefined || found.some(({ name }) => name !== first.name) ? undefined : first
}

function overlaysOf(files: FileSet): readonly Overlay[] {
  const own = files.paths.filter((path) =>
    /(?:^|[\\/])kustomization\.ya?ml$|(?:^|[\\/])Kustomization$/.test(path),
  )
  return own.flatMap((path): Overlay[] => {
    const text = files.textOf(path) ?? ''
    const name = /^namespace:[ \t]*["']?([\w-]+)/m.exec(text)?.[1]
    if (name === undefined) return []
    const from = path.replaceAll('\\', '/')
    const listed = [...text.matchAll(/^[ \t]*-[ \t]+["']?([\w./-]+)["']?[ \t]*$/gm)]
    const takes = listed.map(([, item = '']) => resolved(folderOf(from), item))
    return [{ name, from, takes: new Set(takes) }]
  })
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** Joins `a/b` and `../c` to `a/c`. */
function resolved(folder: string, path: string): string {
  const parts = folder === '' ? [] : folder.split('/')
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}
