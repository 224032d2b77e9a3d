/**
 * What was signed last for each log, outside the database and twice: beside the keys and beside the tiles. An older
 * database is found out as long as one of them is kept.
 */
import type { CheckpointFiles } from './checkpoint-files.ts'
import type { LogTiles } from './log-tiles.ts'

export interface SizedNote {
  readonly size: number
  readonly note: string
}

export class SignedNotes {
  readonly #checkpoints: CheckpointFiles
  readonly #tiles: LogTiles

  constructor(checkpoints: CheckpointFiles, tiles: LogTiles) {
    this.#checkpoints = checkpoints
    this.#tiles = tiles
  }

  /** Reads the notes that are kept of a log, one, two or none; after a crash one may be older. */
  async read(tenant: string): Promise<string[]> {
    const notes = [await this.#checkpoints.read(tenant), await this.#tiles.readCheckpoint(tenant)]
    return notes.filter((note) => note !== undefined)
  }

  /**
   * Tells whether the keeping of the newest note was cut short and is to be finished. A note goes beside the keys, beside
   * the tiles and into the database, in this order, and then its size is remembered. So one that the database does not
   * have may be missing beside the tiles as well: there is what the database has. Any other note that is older than one
   * that came further was taken back by somebody, and is left to be found.
   *
   * @param stored newest note in the database, of a smaller size; undefined where it has none
   */
  async isUnfinished(tenant: string, newest: SizedNote, stored: string | undefined): Promise<boolean> {
    const byKeys = await this.#checkpoints.read(tenant)
    const byTiles = await this.#tiles.readCheckpoint(tenant)
    if (byKeys !== newest.note || (byTiles !== newest.note && byTiles !== stored)) return false
    return !(await this.sizes(tenant)).includes(newest.size)
  }

  /** Lists the tenants for whose log a checkpoint was signed. */
  async list(): Promise<string[]> {
    return [...(await this.#checkpoints.list()), ...(await this.#tiles.list())]
  }

  /** Replaces both notes, durable before it resolves. */
  async write(tenant: string, note: string): Promise<void> {
    await this.#checkpoints.write(tenant, note)
    await this.#tiles.writeCheckpoint(tenant, note)
  }

  /** Remembers that the checkpoint of a size is kept everywhere. */
  async remember(tenant: string, size: number): Promise<void> {
    await this.#checkpoints.remember(tenant, size)
  }

  /** Lists the sizes of checkpoints that were kept everywhere, in order; a crash may have left some out. */
  async sizes(tenant: string): Promise<number[]> {
    return this.#checkpoints.sizes(tenant)
  }
}
