/** Modules that `terraform init` has fetched: `.terraform/modules/modules.json` names them, and they lie beside it. */
import { readdir, realpath } from 'node:fs/promises'
import { join, normalize, sep } from 'node:path'
import Type from 'typebox'
import { validator } from '../../lib/validate.ts'
import { readTextFile } from './read-file.ts'
import type { FileBytes } from './module/source.ts'

const manifestBytes = 1_000_000
/** Most files of all modules of a root. */
const fileLimit = 2_000

const checkManifest = validator(
  Type.Object({
    Modules: Type.Array(Type.Object({ Key: Type.String(), Dir: Type.String() }), { maxItems: 1_000 }),
  }),
)

export interface FetchedModules {
  /** Folders by the key of the module: `vpc`, `app.database`. */
  readonly folders: ReadonlyMap<string, string>
  readonly files: readonly FileBytes[]
}

/** Reads the fetched modules of a root; none where nothing was fetched or the list of them is not one. */
export async function fetchedModules(root: string, limitBytes: number): Promise<FetchedModules> {
  const home = join(root, '.terraform', 'modules')
  const manifest = await readTextFile(join(home, 'modules.json'), manifestBytes)
  const folders = new Map<string, string>()
  if (manifest.status !== 'read') return { folders, files: [] }
  for (const { Key, Dir } of entriesOf(manifest.bytes)) {
    const folder = normalize(join(root, Dir)).replace(/\/$/, '')
    if (await isInside(folder, home)) folders.set(Key, folder)
  }
  return { folders, files: await filesOf(new Set(folders.values()), limitBytes) }
}

function entriesOf(bytes: Uint8Array): readonly { readonly Key: string; readonly Dir: string }[] {
  try {
    const outcome = checkManifest(JSON.parse(Buffer.from(bytes).toString()))
    return outcome.valid ? outcome.value.Modules : []
  } catch {
    return []
  }
}

/** The list was written by a tool, but anybody may have changed it: no folder outside counts. */
async function isInside(folder: string, home: string): Promise<boolean> {
  try {
    return (await realpath(folder)).startsWith((await realpath(home)) + sep)
  } catch {
    return false
  }
}

async function filesOf(folders: ReadonlySet<string>, limitBytes: number): Promise<FileBytes[]> {
  const files: FileBytes[] = []
  let left = limitBytes
  for (const folder of folders) {
    for (const name of (await readdir(folder)).filter((each) => /\.tf(?:\.json)?$/.test(each)).sort()) {
      if (files.length >= fileLimit) return files
      const file = join(folder, name)
      const outcome = await readTextFile(file, left)
      if (outcome.status !== 'read') continue
      left -= outcome.bytes.length
      files.push({ file, bytes: outcome.bytes })
    }
  }
  return files
}
