/**
 * The last signed checkpoint of each log, kept outside the database: a restored database that is older than
 * what was signed is found out and never signed for.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCodeOf } from '../../lib/errors.ts'

/** A file being written has more after it. */
const suffix = '.note'

/** Names the folder of the checkpoints of a keystore. */
export function checkpointFolder(keystore: string): string {
  return join(keystore, 'checkpoints/v2')
}

export class CheckpointFiles {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Reads the note that was signed last; undefined when none ever was. */
  async read(tenant: string): Promise<string | undefined> {
    try {
      return await readFile(this.#path(tenant), 'utf8')
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return undefined
      throw error
    }
  }

  /** Lists the tenants for whose log a checkpoint was signed. */
  async list(): Promise<string[]> {
    try {
      const names = await readdir(this.#directory)
      return names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length))
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return []
      throw error
    }
  }

  /** Replaces the note, whole and durable before it resolves. */
  async write(tenant: string, note: string): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    const path = this.#path(tenant)
    const temporary = `${path}.${randomBytes(6).toString('hex')}`
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(note)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    const folder = await open(this.#directory, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }

  #path(tenant: string): string {
    return join(this.#directory, `${tenant}${suffix}`)
  }
}
