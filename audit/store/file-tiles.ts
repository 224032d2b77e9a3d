/**
 * Tiles as files below one folder, for any web server to serve. A file is whole and durable before `write`
 * resolves, and its name never stands for other bytes; an object store with a lock would fit behind the same
 * few methods.
 */
import { randomBytes } from 'node:crypto'
import { open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeDurableFolder } from '../../lib/durable-folder.ts'
import { systemCodeOf } from '../../lib/errors.ts'
import { syncFile, syncFolder } from '../../lib/sync-files.ts'
import { orStorageFailed } from './storage-failed.ts'

export interface TileFile {
  /** Relative, with slashes. */
  readonly path: string
  readonly bytes: Uint8Array
}

/** What a file is called until it is whole. */
const draftName = /[.][0-9a-f]{12}$/
/** Most files that are written at once. */
const maxConcurrent = 16

export class FileTiles {
  readonly #directory: string
  /** Folders that are on disk, or about to be. */
  readonly #folders = new Map<string, Promise<void>>()

  constructor(directory: string) {
    this.#directory = directory
  }

  /**
   * Writes files, each whole or not at all; all are on disk when it resolves.
   *
   * @throws AuditError AUDIT_STORAGE_FAILED
   */
  write(files: readonly TileFile[]): Promise<void> {
    return orStorageFailed(async () => {
      for (let at = 0; at < files.length; at += maxConcurrent) {
        await settled(files.slice(at, at + maxConcurrent).map((file) => this.#write(file)))
      }
      // The names too: a rename is durable with its folder.
      const folders = new Set(files.map(({ path }) => dirname(join(this.#directory, path))))
      await Promise.all([...folders].map(syncFolder))
    })
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
    const draft = `${full}.${randomBytes(6).toString('hex')}`
    try {
      const file = await open(draft, 'wx', 0o600)
      try {
        await file.writeFile(bytes)
        await syncFile(file, draft)
      } finally {
        await file.close()
      }
      await rename(draft, full)
    } catch (error) {
      // What could not be written must not take the room from the next attempt.
      await rm(draft, { force: true }).catch(() => undefined)
      throw error
    }
  }

  #makeFolder(folder: string): Promise<void> {
    let made = this.#folders.get(folder)
    if (made === undefined) {
      made = makeDurableFolder(folder, this.#directory).then(() => removeDrafts(folder))
      this.#folders.set(folder, made)
      made.catch(() => this.#folders.delete(folder))
    }
    return made
  }
}

/** Removes what a crash left of files that were being written; nobody writes there yet. */
async function removeDrafts(folder: string): Promise<void> {
  const drafts = (await readdir(folder)).filter((name) => draftName.test(name))
  for (const name of drafts) await rm(join(folder, name), { force: true })
}

/** Waits for all, also where one fails: nothing is still being written when the caller hears of it. */
async function settled(works: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(works)
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
