/**
 * Files in memory that forget what was not synced: a cut of the power keeps any part of it, sector by sector, and any
 * of the changes of names since their folder was synced. A failed sync drops pages and says so once, as Linux does.
 */
import type { SpoolFile, SpoolFiles } from '../../../sdk/spool/files.ts'

export type Operation =
  'list' | 'read' | 'create' | 'rename' | 'remove' | 'syncFolder' | 'write' | 'sync' | 'truncate' | 'close'

interface Inode {
  content: Buffer
  /** What a reboot finds for certain. */
  synced: Buffer
  unsynced: { readonly position: number; readonly bytes: Buffer }[]
}

/** Names that one call changes; all of it or nothing survives. */
type Renaming = readonly (readonly [path: string, inode: Inode | undefined])[]

export interface PowerCutOptions {
  /** In [0, 1). */
  readonly random: () => number
  /** Throws what an operation shall fail with. */
  readonly before?: (operation: Operation, path: string) => void
  /** A disk that says it has synced and has not. Default false. */
  readonly liesAboutSync?: boolean
}

const sectorBytes = 64 // small, so that most records span several

function failure(code: string): Error {
  return Object.assign(new Error(code), { code })
}

export class PowerCutFiles implements SpoolFiles {
  readonly #options: PowerCutOptions
  readonly #names: Map<string, Inode>
  readonly #syncedNames: Map<string, Inode>
  #renamings: Renaming[] = []
  #isOff = false
  /** Operations so far. */
  operations = 0

  constructor(options: PowerCutOptions, names: ReadonlyMap<string, Inode> = new Map()) {
    this.#options = options
    this.#names = new Map(names)
    this.#syncedNames = new Map(names)
  }

  /** Every operation from now on fails, also those under way. */
  cut(): void {
    this.#isOff = true
  }

  /** What the next process finds. */
  reboot(options: PowerCutOptions): PowerCutFiles {
    this.cut()
    for (const renaming of this.#renamings)
      if (options.random() < 0.5) this.#apply(this.#syncedNames, renaming)
    const inodes = [...this.#syncedNames].map(([path, inode]): [string, Inode] => {
      const content = survived(inode, options.random)
      return [path, { content, synced: Buffer.from(content), unsynced: [] }]
    })
    return new PowerCutFiles(options, new Map(inodes))
  }

  /** Changes a byte on the medium, wherever it is. */
  damage(path: string, at: number): void {
    const inode = this.#inode(path)
    inode.content[at] = (inode.content[at] ?? 0) ^ 0x55
    inode.synced[at] = (inode.synced[at] ?? 0) ^ 0x55
  }

  names(): string[] {
    return [...this.#names.keys()].sort()
  }

  contentOf(path: string): Buffer {
    return this.#inode(path).content
  }

  makeFolder = async (): Promise<void> => undefined

  list = async (folder: string): Promise<readonly string[]> => {
    await this.#step('list', folder)
    const inside = [...this.#names.keys()].filter((path) => path.startsWith(`${folder}/`))
    return inside.map((path) => path.slice(folder.length + 1)).filter((name) => !name.includes('/'))
  }

  read = async (path: string): Promise<Buffer> => {
    await this.#step('read', path)
    return Buffer.from(this.#inode(path).content)
  }

  create = async (path: string): Promise<SpoolFile> => {
    await this.#step('create', path)
    if (this.#names.has(path)) throw failure('EEXIST')
    const inode: Inode = { content: Buffer.alloc(0), synced: Buffer.alloc(0), unsynced: [] }
    this.#rename([[path, inode]])
    return {
      write: async (bytes, position) => {
        // A full disk takes the first part and says no to the rest.
        const part = Buffer.from(bytes.subarray(0, Math.floor(bytes.length * this.#options.random())))
        try {
          await this.#step('write', path)
        } catch (error) {
          if (!this.#isOff) put(inode, position, part)
          throw error
        }
        put(inode, position, Buffer.from(bytes))
      },
      sync: async () => {
        try {
          await this.#step('sync', path)
        } catch (error) {
          if (!this.#isOff) {
            inode.synced = survived(inode, this.#options.random)
            inode.content = Buffer.from(inode.synced)
            inode.unsynced = []
          }
          throw error
        }
        if (this.#options.liesAboutSync === true) return
        inode.synced = Buffer.from(inode.content)
        inode.unsynced = []
      },
      truncate: async (bytes) => {
        await this.#step('truncate', path)
        inode.content = inode.content.subarray(0, bytes)
      },
      close: () => this.#step('close', path),
    }
  }

  rename = async (from: string, to: string): Promise<void> => {
    await this.#step('rename', from)
    this.#rename([
      [to, this.#inode(from)],
      [from, undefined],
    ])
  }

  remove = async (path: string): Promise<void> => {
    await this.#step('remove', path)
    if (this.#names.has(path)) this.#rename([[path, undefined]])
  }

  syncFolder = async (folder: string): Promise<void> => {
    await this.#step('syncFolder', folder)
    if (this.#options.liesAboutSync === true) return
    for (const renaming of this.#renamings) this.#apply(this.#syncedNames, renaming)
    this.#renamings = []
  }

  async #step(operation: Operation, path: string): Promise<void> {
    this.operations++
    // As from a thread of its own: others run meanwhile.
    await Promise.resolve()
    if (this.#isOff) throw failure('POWER_OFF')
    this.#options.before?.(operation, path)
    if (this.#isOff) throw failure('POWER_OFF')
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path)
    if (inode === undefined) throw failure('ENOENT')
    return inode
  }

  #rename(renaming: Renaming): void {
    this.#apply(this.#names, renaming)
    this.#renamings.push(renaming)
  }

  #apply(names: Map<string, Inode>, renaming: Renaming): void {
    for (const [path, inode] of renaming) {
      if (inode === undefined) names.delete(path)
      else names.set(path, inode)
    }
  }
}

function put(inode: Inode, position: number, bytes: Buffer): void {
  inode.content = written(inode.content, position, bytes)
  inode.unsynced.push({ position, bytes })
}

function written(content: Buffer, position: number, bytes: Buffer): Buffer {
  const grown = Buffer.alloc(Math.max(content.length, position + bytes.length))
  content.copy(grown)
  bytes.copy(grown, position)
  return grown
}

/** What is synced, and of the rest any sectors; a length may survive without what it is the length of. */
function survived({ synced, unsynced }: Inode, random: () => number): Buffer {
  let content: Buffer = Buffer.from(synced)
  for (const { position, bytes } of unsynced) {
    const mode = random()
    if (mode < 0.2) continue
    for (let at = 0; at < bytes.length; at += sectorBytes) {
      const sector = bytes.subarray(at, at + sectorBytes)
      if (mode < 0.4 || random() < 0.5) content = written(content, position + at, sector)
      else if (random() < 0.3) content = written(content, position + at, Buffer.alloc(sector.length))
    }
  }
  return content
}
