/**
 * A disk in memory below one path, behind Node's own `fs/promises`, so that the code under test is the code that runs.
 * A cut of the power keeps what was synced, any sectors of what was not, and any of the changes of names since their
 * folder was synced; a folder whose name is lost takes everything in it along.
 */
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { CutFile } from './cut-file.ts'

export type DiskOperation =
  'open' | 'read' | 'write' | 'sync' | 'syncFolder' | 'rename' | 'remove' | 'mkdir' | 'link' | 'truncate'

export interface DiskOptions {
  /** In [0, 1). */
  readonly random: () => number
  /** Throws what an operation shall fail with. */
  readonly before?: (operation: DiskOperation, path: string) => void
  /** A disk that says it has synced and has not. Default false. */
  readonly liesAboutSync?: boolean
}

type Node = CutFile | Folder

/** Names that one call changes; all of it or nothing survives. */
type Renaming = readonly (readonly [name: string, node: Node | undefined])[]

class Folder {
  readonly names: Map<string, Node>
  readonly synced: Map<string, Node>
  pending: Renaming[] = []

  constructor(names: ReadonlyMap<string, Node> = new Map()) {
    this.names = new Map(names)
    this.synced = new Map(names)
  }

  change(renaming: Renaming): void {
    apply(this.names, renaming)
    this.pending.push(renaming)
  }

  sync(): void {
    for (const renaming of this.pending) apply(this.synced, renaming)
    this.pending = []
  }

  /** What the next boot finds. */
  survive(random: () => number): Folder {
    const names = new Map(this.synced)
    for (const renaming of this.pending) if (random() < 0.5) apply(names, renaming)
    return new Folder(new Map([...names].map(([name, node]) => [name, node.survive(random)])))
  }
}

function apply(names: Map<string, Node>, renaming: Renaming): void {
  for (const [name, node] of renaming) {
    if (node === undefined) names.delete(name)
    else names.set(name, node)
  }
}

interface Handle {
  readonly writeFile: (data: Uint8Array | string) => Promise<void>
  readonly sync: () => Promise<void>
  readonly datasync: () => Promise<void>
  readonly close: () => Promise<undefined>
}

/** Where the disk of this moment is mounted. */
export const mountPoint = '/power-cut'

export class CutDisk {
  readonly #root: Folder
  options: DiskOptions
  isOff = false
  operations = 0

  constructor(options: DiskOptions, root = new Folder()) {
    this.options = options
    this.#root = root
  }

  /** Cuts the power; what is mounted next is what was left. */
  reboot(options: DiskOptions): CutDisk {
    this.isOff = true
    return new CutDisk(options, this.#root.survive(options.random))
  }

  /** Ends the process and leaves the machine on: nothing is lost, and nothing more is synced either. */
  kill(options: DiskOptions): CutDisk {
    this.isOff = true
    return new CutDisk(options, this.#root)
  }

  /** Lists every file with what is in it now. */
  files(): Map<string, Buffer> {
    const found = new Map<string, Buffer>()
    const walk = (folder: Folder, at: string) => {
      for (const [name, node] of folder.names) {
        if (node instanceof Folder) walk(node, `${at}/${name}`)
        else found.set(`${at}/${name}`, node.content)
      }
    }
    walk(this.#root, mountPoint)
    return found
  }

  /** Counts an operation, and fails it where it is to fail. */
  async step(operation: DiskOperation, path: string): Promise<void> {
    this.operations++
    // As from a thread of its own: others run meanwhile.
    await Promise.resolve()
    if (this.isOff) throw failure('POWER_OFF', path)
    this.options.before?.(operation, path)
    if (this.isOff) throw failure('POWER_OFF', path)
  }

  find(path: string): Node | undefined {
    let node: Node | undefined = this.#root
    for (const name of namesIn(path)) node = node instanceof Folder ? node.names.get(name) : undefined
    return node
  }

  folderOf(path: string): { readonly folder: Folder; readonly name: string } {
    const names = namesIn(path)
    const name = names.pop() ?? ''
    const folder = this.find([mountPoint, ...names].join('/'))
    if (!(folder instanceof Folder)) throw failure('ENOENT', path)
    return { folder, name }
  }

  makeFolders(path: string): string | undefined {
    let [folder, at, first] = [this.#root, mountPoint, undefined as string | undefined]
    for (const name of namesIn(path)) {
      at += `/${name}`
      let next = folder.names.get(name)
      if (next instanceof CutFile) throw failure('ENOTDIR', path)
      if (next === undefined) {
        next = new Folder()
        folder.change([[name, next]])
        first ??= at
      }
      folder = next
    }
    return first
  }
}

export function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code} ${path}`), { code })
}

function namesIn(path: string): string[] {
  return path.slice(mountPoint.length).split('/').filter(Boolean)
}

let mounted: CutDisk | undefined

/** Mounts a disk in place of the one before. */
export function mount(disk: CutDisk): CutDisk {
  install()
  mounted = disk
  return disk
}

const real = { ...fs }
let isInstalled = false

/** Leads calls below the mount point to the disk; all others go where they always went. */
function install(): void {
  if (isInstalled) return
  isInstalled = true
  const fakes: Readonly<Record<string, (disk: CutDisk, path: string, ...rest: never[]) => unknown>> = calls
  for (const [name, fake] of Object.entries(fakes)) {
    const original = Reflect.get(real, name) as (...args: unknown[]) => unknown
    Reflect.set(fs, name, (...args: readonly unknown[]) => {
      const [path, ...rest] = args
      const isHere = typeof path === 'string' && `${path}/`.startsWith(`${mountPoint}/`)
      // Each fake takes what the function it stands for takes.
      return isHere && mounted !== undefined ? fake(mounted, path, ...(rest as never[])) : original(...args)
    })
  }
  syncBuiltinESMExports()
}

const calls = {
  open: async (disk: CutDisk, path: string, flags = 'r'): Promise<Handle> => {
    await disk.step('open', path)
    const node = disk.find(path)
    if (node instanceof Folder) return folderHandle(disk, path, node)
    if (flags === 'wx' && node !== undefined) throw failure('EEXIST', path)
    if (flags === 'wx' || (flags === 'a' && node === undefined)) {
      const file = new CutFile(path)
      const { folder, name } = disk.folderOf(path)
      folder.change([[name, file]])
      return file.handle(disk, flags)
    }
    if (node === undefined) throw failure('ENOENT', path)
    return node.handle(disk, flags)
  },
  readFile: async (disk: CutDisk, path: string, encoding?: BufferEncoding) => {
    await disk.step('read', path)
    const node = disk.find(path)
    if (!(node instanceof CutFile)) throw failure('ENOENT', path)
    return encoding === undefined ? Buffer.from(node.content) : node.content.toString(encoding)
  },
  appendFile: async (disk: CutDisk, path: string, data: string) => {
    await (await calls.open(disk, path, 'a')).writeFile(data)
  },
  readdir: async (disk: CutDisk, path: string, options?: { readonly withFileTypes?: boolean }) => {
    await disk.step('read', path)
    const node = disk.find(path)
    if (!(node instanceof Folder)) throw failure('ENOENT', path)
    const names = [...node.names]
    if (options?.withFileTypes !== true) return names.map(([name]) => name)
    return names.map(([name, inner]) => ({ name, isDirectory: () => inner instanceof Folder }))
  },
  mkdir: async (disk: CutDisk, path: string) => {
    await disk.step('mkdir', path)
    return disk.makeFolders(path)
  },
  rename: async (disk: CutDisk, from: string, to: string) => {
    await disk.step('rename', from)
    const { folder, name } = disk.folderOf(from)
    const node = folder.names.get(name)
    if (node === undefined) throw failure('ENOENT', from)
    folder.change([
      [disk.folderOf(to).name, node],
      [name, undefined],
    ])
  },
  link: async (disk: CutDisk, from: string, to: string) => {
    await disk.step('link', to)
    const node = disk.find(from)
    const { folder, name } = disk.folderOf(to)
    if (node === undefined) throw failure('ENOENT', from)
    if (folder.names.has(name)) throw failure('EEXIST', to)
    folder.change([[name, node]])
  },
  rm: async (disk: CutDisk, path: string, options?: { readonly force?: boolean }) => {
    await disk.step('remove', path)
    if (disk.find(path) === undefined) {
      if (options?.force === true) return
      throw failure('ENOENT', path)
    }
    const { folder, name } = disk.folderOf(path)
    folder.change([[name, undefined]])
  },
  stat: async (disk: CutDisk, path: string) => {
    await disk.step('read', path)
    const node = disk.find(path)
    if (node === undefined) throw failure('ENOENT', path)
    const isFolder = node instanceof Folder
    return {
      mode: isFolder ? 0o40_700 : 0o100_600,
      size: isFolder ? 0 : node.content.length,
      isDirectory: () => isFolder,
      isFile: () => !isFolder,
    }
  },
  utimes: (disk: CutDisk, path: string) => disk.step('write', path),
}

function folderHandle(disk: CutDisk, path: string, folder: Folder) {
  const sync = async () => {
    await disk.step('syncFolder', path)
    if (disk.options.liesAboutSync !== true) folder.sync()
  }
  const writeFile = () => Promise.reject(failure('EISDIR', path))
  return { sync, datasync: sync, writeFile, close: async () => undefined }
}
