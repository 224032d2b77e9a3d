/**
 * The last signed checkpoint of each log, kept outside the database: a restored database that is older than
 * what was signed is found out and never signed for.
 */
import { createHash } from 'node:crypto'
import { appendFile, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readIfPresent, replaceFile } from '../../lib/custody-files.ts'
import { makeDurableFolder } from '../../lib/durable-folder.ts'
import { systemCodeOf } from '../../lib/errors.ts'
import { orStorageFailed } from './storage-failed.ts'

/** Some 80,000 sizes, of a day of a log that always grows; the older half goes. */
const maxSizesBytes = 2 ** 21
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

  /** Replaces the note, whole and durable before it resolves. @throws AuditError AUDIT_STORAGE_FAILED */
  async write(tenant: string, note: string): Promise<void> {
    await orStorageFailed(async () => {
      // The folder above it belongs to the checkpoints too.
      await makeDurableFolder(this.#directory, dirname(this.#directory))
      await replaceFile(this.#path(tenant), Buffer.from(note))
    })
  }

  /**
   * Remembers that a checkpoint of a size was signed and kept, so that one that is taken out of the database is missed.
   * It is not synced: what the last seconds before a cut of the power signed may be forgotten, never made up.
   */
  async remember(tenant: string, size: number): Promise<void> {
    const path = this.#sizesPath(tenant)
    await orStorageFailed(async () => {
      await appendFile(path, `${lineOf(tenant, size)}\n`, { mode: 0o600 })
      const { size: length } = await stat(path)
      if (length <= maxSizesBytes) return
      const text = await readFile(path, 'utf8')
      const half = text.indexOf('\n', text.length - maxSizesBytes / 2) + 1
      await replaceFile(path, Buffer.from(text.slice(half)))
    })
  }

  /** Lists the newest of the sizes that were remembered, in order. */
  async sizes(tenant: string): Promise<number[]> {
    const text = (await readIfPresent(this.#sizesPath(tenant)))?.toString() ?? ''
    return text.split('\n').flatMap((line) => {
      const size = Number(line.split(' ')[0])
      // A torn line says nothing.
      return line === lineOf(tenant, size) ? [size] : []
    })
  }

  #sizesPath(tenant: string): string {
    return join(this.#directory, `${tenant}.sizes`)
  }

  #path(tenant: string): string {
    return join(this.#directory, `${tenant}${suffix}`)
  }
}

function lineOf(tenant: string, size: number): string {
  const digest = createHash('sha256').update(`campanile/signed-size/v1\0${tenant}\0${size}`).digest('hex')
  return `${size} ${digest.slice(0, 16)}`
}
