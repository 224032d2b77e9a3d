/** The handovers between the keys of each log: public notes, kept beside the keys, one file per handover. */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../../lib/custody-files.ts'
import { makeDurableFolder } from '../../lib/durable-folder.ts'
import { systemCodeOf } from '../../lib/errors.ts'

export class HandoverFiles {
  readonly #directory: string

  /** @param keystore folder of the keys */
  constructor(keystore: string) {
    this.#directory = join(keystore, 'handovers')
  }

  /** Reads the handovers of a log, oldest first. */
  async read(tenant: string): Promise<string[]> {
    const pattern = new RegExp(`^${tenant}[.]([0-9]{6})[.]note$`)
    const names = (await this.#names()).filter((name) => pattern.test(name)).sort()
    return Promise.all(names.map((name) => readFile(join(this.#directory, name), 'utf8')))
  }

  /** Keeps the handover to a version of a log's key. */
  async write(tenant: string, version: number, note: string): Promise<void> {
    await makeDurableFolder(this.#directory)
    const name = `${tenant}.${String(version).padStart(6, '0')}.note`
    await replaceFile(join(this.#directory, name), Buffer.from(note))
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.#directory)
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return []
      throw error
    }
  }
}
