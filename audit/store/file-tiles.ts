/**
 * Tiles as files below one folder, for any web server to serve. A file is whole and durable before `write`
 * resolves, and its name never stands for other bytes; an object store with a lock would fit behind the same
 * few methods.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemCodeOf } from '../../lib/errors.ts'

export interface TileFile {
  /** Relative, with slashes. */
  readonly path: string
  readonly bytes: Uint8Array
}

/** Most files that are written at once. */
const maxConcurrent = 16

export class FileTiles {
  readonly #directory: string
  /** Folders that are known to be on disk. */
  readonly #folders = new Set<string>()

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Writes files, each whole or not at all; all are on disk when it resolves. */
  async write(files: readonly TileFile[]): Promise<void> {
    for (let at = 0; at < files.length; at += maxConcurrent) {
      await Promise.all(files.slice(at, at + maxConcurrent).map((file) => this.#write(file)))
    }
    // The names too: a rename is durable with its folder.
    const folders = new Set(files.map(({ path }) => dirname(join(this.#directory, path))))
    for (const folder of folders) await syncFolder(folder)
  }

  /** Reads a file; undefined where there is none. */
  async read(path: string): Promise<Buffer | undefined> {
    try {
      return await readFile(join(this.#directory, path))
    } catch (error) {
      const code = systemCodeOf(error)
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
      throw error
    }
  }

  /** Lists the folders at the top. */
  async list(): Promise<string[]> {
    try {
      const entries = await readdir(this.#directory, { withFileTypes: true })
      return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return []
      throw error
    }
  }

  /** Removes a file or a folder with everything in it; does nothing where there is none. */
  async remove(path: string): Promise<void> {
    const full = join(this.#directory, path)
    await rm(full, { recursive: true, force: true })
    this.#folders.delete(full)
  }

  async #write({ path, bytes }: TileFile): Promise<void> {
    const full = join(this.#directory, path)
    await this.#makeFolder(dirname(full))
    const temporary = `${full}.${randomBytes(6).toString('hex')}`
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(temporary, full)
  }

  /** Makes a folder and every missing one above it, durably. */
  async #makeFolder(folder: string): Promise<void> {
    if (this.#folders.has(folder)) return
    const first = await mkdir(folder, { recursive: true, mode: 0o700 })
    if (first !== undefined) {
      for (let at = folder; at.length >= first.length; at = dirname(at)) await syncFolder(dirname(at))
    }
    this.#folders.add(folder)
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
