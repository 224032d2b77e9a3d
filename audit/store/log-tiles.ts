/** The tiles of each log, bundles compressed: what proofs are computed from and what is served as it lies there. */
import { promisify } from 'node:util'
import { constants, gunzip, gzip } from 'node:zlib'
import { AuditError } from '../log/errors.ts'
import { tileFolder, tilePath, tileWidth, widthAt, leavesPerHash, type TilePlace } from '../log/tile.ts'
import type { Tile } from '../log/tile-edge.ts'
import type { FileTiles } from './file-tiles.ts'

const deflate = promisify(gzip)
const decompress = promisify(gunzip)
/** What leaves are made of compresses as well at the quickest level as at the default one, at a third of the time. */
const compress = (bundle: Uint8Array) => deflate(bundle, { level: constants.Z_BEST_SPEED })
/** 256 entries of 65,535 bytes and their lengths. */
const maxBundleBytes = tileWidth * (65_535 + 2)

export class LogTiles {
  readonly #files: FileTiles

  constructor(files: FileTiles) {
    this.#files = files
  }

  /** Writes tiles; all are durable when it resolves. */
  async write(tenant: string, tiles: readonly Tile[]): Promise<void> {
    const files = await Promise.all(
      tiles.map(async ({ place, bytes }) => ({
        path: `${tenant}/${tilePath(place)}`,
        bytes: place.level === 'entries' ? await compress(bytes) : bytes,
      })),
    )
    await this.#files.write(files)
  }

  /** Writes the checkpoint beside the tiles, so that the folder is a whole log. */
  async writeCheckpoint(tenant: string, note: string): Promise<void> {
    await this.#files.write([{ path: `${tenant}/checkpoint`, bytes: Buffer.from(note) }])
  }

  /** Reads the checkpoint beside the tiles; undefined before the first. */
  async readCheckpoint(tenant: string): Promise<string | undefined> {
    return (await this.#files.read(`${tenant}/checkpoint`))?.toString()
  }

  /** Lists the tenants that have a folder of tiles. */
  list(): Promise<string[]> {
    return this.#files.list()
  }

  /** Reads a tile as it is stored: bundles are gzip. Undefined where there is none. */
  readStored(tenant: string, place: TilePlace): Promise<Buffer | undefined> {
    return this.#files.read(`${tenant}/${tilePath(place)}`)
  }

  /**
   * Reads a tile or bundle; undefined where there is none.
   *
   * @throws AuditError AUDIT_LOG_CORRUPT when a bundle does not decompress
   */
  async read(tenant: string, place: TilePlace): Promise<Buffer | undefined> {
    const stored = await this.readStored(tenant, place)
    if (stored === undefined || place.level !== 'entries') return stored
    return inflateBundle(stored)
  }

  /**
   * Reads the hashes or entries a tile has in a log of `size`, from the full tile once there is one.
   *
   * @throws AuditError AUDIT_LOG_CORRUPT when the tile is missing
   */
  async readAt(tenant: string, place: Omit<TilePlace, 'width'>, size: number): Promise<Buffer> {
    const width = widthAt(place, size)
    const found =
      (width < tileWidth ? await this.read(tenant, { ...place, width }) : undefined) ??
      // Partial tiles are collected once the full one exists.
      (await this.read(tenant, { ...place, width: tileWidth }))
    if (found === undefined)
      throw new AuditError('AUDIT_LOG_CORRUPT', `found no ${tileFolder(place)} of size ${size}`)
    return found
  }

  /** Removes the partial tiles that full ones have taken the place of while the log grew. */
  async collect(tenant: string, from: number, to: number): Promise<void> {
    const rows: TilePlace['level'][] = ['entries']
    for (let level = 0; leavesPerHash(level) * tileWidth <= to; level++) rows.push(level)
    for (const level of rows) {
      const width = leavesPerHash(level) * tileWidth
      // One before the first, in case a crash came between signing and collecting.
      const first = Math.max(0, Math.floor(from / width) - 1)
      for (let index = first; index < Math.floor(to / width); index++) {
        await this.#files.remove(`${tenant}/${tileFolder({ level, index })}.p`)
      }
    }
  }
}

/** Decompresses a stored bundle. @throws AuditError AUDIT_LOG_CORRUPT */
export async function inflateBundle(stored: Uint8Array): Promise<Buffer> {
  try {
    return await decompress(stored, { maxOutputLength: maxBundleBytes })
  } catch (cause) {
    throw new AuditError('AUDIT_LOG_CORRUPT', 'a bundle does not decompress', { cause })
  }
}
