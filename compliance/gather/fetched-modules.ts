/**
 * Modules that `terraform init` has fetched: `.terraform/modules/modules.json` names them, and they lie beside it. A tool
 * wrote that list, but anybody may have changed it: no folder and no link leads out, and what was left out is named.
 */
import { readdir, realpath } from 'node:fs/promises'
import { join, normalize, sep } from 'node:path'
import Type from 'typebox'
import { systemCodeOf } from '../../lib/errors.ts'
import { validator } from '../../lib/validate.ts'
import type { GatherFault, GatherFaultCode } from '../evidence.ts'
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
  readonly faults: readonly GatherFault[]
}

/** Reads the fetched modules of a root; none where nothing was fetched. Never throws for what is there. */
export async function fetchedModules(root: string, limitBytes: number): Promise<FetchedModules> {
  const reader = new ModuleReader(root, limitBytes)
  await reader.readAll()
  const { folders, files, faults } = reader
  return { folders, files, faults }
}

class ModuleReader {
  readonly folders = new Map<string, string>()
  readonly files: FileBytes[] = []
  readonly faults: GatherFault[] = []
  private readonly root: string
  private readonly home: string
  /** Real path of the folder that holds all of them, with a separator at the end. */
  private inside = ''
  private left: number
  private looked = 0

  constructor(root: string, limitBytes: number) {
    this.root = root
    this.home = join(root, '.terraform', 'modules')
    this.left = limitBytes
  }

  async readAll(): Promise<void> {
    const [root, home] = [await realPath(this.root), await realPath(this.home)]
    if (root === undefined || home === undefined) return
    if (!home.startsWith(root.endsWith(sep) ? root : root + sep)) return this.leadsOut(this.home)
    this.inside = home + sep
    const manifest = join(this.home, 'modules.json')
    if ((await realPath(manifest)) === undefined) return
    const bytes = await this.read(manifest, manifestBytes)
    if (bytes === undefined) return
    for (const { Key, Dir } of this.entriesOf(bytes, manifest)) {
      const folder = normalize(join(this.root, Dir)).replace(/\/$/, '')
      // The root itself and modules beside it stand in the list, too; they are read as every folder of the scan.
      if (folder.startsWith(this.home + sep)) await this.addFolder(Key, folder)
    }
    for (const folder of new Set(this.folders.values())) await this.readFolder(folder)
  }

  private entriesOf(
    bytes: Uint8Array,
    manifest: string,
  ): readonly { readonly Key: string; readonly Dir: string }[] {
    const outcome = checkManifest(parsed(bytes))
    if (outcome.valid) return outcome.value.Modules
    this.fault(
      'GATHER_SYNTAX',
      'found no list of fetched modules, expected one as terraform init writes it',
      manifest,
    )
    return []
  }

  /** A folder that is not there makes its module one nobody looks into. */
  private async addFolder(key: string, folder: string): Promise<void> {
    const real = await realPath(folder)
    if (real === undefined) return
    if (real.startsWith(this.inside)) this.folders.set(key, folder)
    else this.leadsOut(folder)
  }

  private async readFolder(folder: string): Promise<void> {
    for (const name of await this.namesIn(folder)) {
      this.looked += 1
      const file = join(folder, name)
      if (this.looked <= fileLimit) {
        const bytes = await this.read(file, this.left)
        if (bytes === undefined) continue
        this.left -= bytes.length
        this.files.push({ file, bytes })
      } else if (this.looked === fileLimit + 1) {
        this.fault('GATHER_TOO_MANY', `expected at most ${fileLimit} files of fetched modules`, file)
      }
    }
  }

  private async namesIn(folder: string): Promise<string[]> {
    try {
      return (await readdir(folder)).filter((each) => /\.tf(?:\.json)?$/.test(each)).sort()
    } catch (error) {
      this.fault('GATHER_UNREADABLE', `cannot be read: ${systemCodeOf(error) ?? 'unknown error'}`, folder)
      return []
    }
  }

  private async read(file: string, limitBytes: number): Promise<Uint8Array | undefined> {
    const real = await realPath(file)
    if (real?.startsWith(this.inside) !== true) {
      this.leadsOut(file)
      return undefined
    }
    const outcome = await readTextFile(real, limitBytes)
    if (outcome.status === 'read') return outcome.bytes
    this.fault(outcome.code, outcome.message, file)
    return undefined
  }

  private leadsOut(path: string): void {
    this.fault('GATHER_SYMLINK', 'found a link that leads out of the folder or nowhere', path)
  }

  private fault(code: GatherFaultCode, message: string, file: string): void {
    this.faults.push({ code, message, file, startLine: 1, endLine: 1, hides: ['terraform'] })
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString())
  } catch {
    // What is no JSON is no list either.
    return undefined
  }
}

async function realPath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch {
    return undefined
  }
}
