/** One file of a disk whose power can be cut: what was synced stays, of the rest any sectors. */

/** The disk a file is on. */
interface Disk {
  readonly options: { readonly random: () => number; readonly liesAboutSync?: boolean }
  readonly isOff: boolean
  /** Fails where the operation is to fail. */
  readonly step: (operation: 'write' | 'sync' | 'truncate', path: string) => Promise<void>
}

import { systemCodeOf } from '../../../lib/errors.ts'

const sectorBytes = 64 // small, so that most records span several

export class CutFile {
  readonly path: string
  content: Buffer
  #synced: Buffer
  #unsynced: { readonly position: number; readonly bytes: Buffer }[] = []

  constructor(path: string, content: Buffer = Buffer.alloc(0)) {
    this.path = path
    this.content = content
    this.#synced = Buffer.from(content)
  }

  handle(disk: Disk, flags: string) {
    const { path } = this
    let end = 0
    const write = async (bytes: Buffer, position: number) => {
      // A full disk takes the first part and says no to the rest.
      const part = bytes.subarray(0, Math.floor(bytes.length * disk.options.random()))
      try {
        await disk.step('write', path)
      } catch (error) {
        if (!disk.isOff) this.#put(position, part)
        throw error
      }
      this.#put(position, bytes)
    }
    /** As Linux does: where there is room for a part, that is taken, and only the next write says no. */
    const taken = async (bytes: Buffer, position: number) => {
      const before = this.content.length
      try {
        await write(Buffer.from(bytes), position)
        return bytes.length
      } catch (error) {
        const part = this.content.length - before
        if (systemCodeOf(error) !== 'ENOSPC' || disk.isOff || part <= 0) throw error
        return part
      }
    }
    const sync = () => this.#sync(disk)
    return {
      writeFile: async (data: Uint8Array | string) => {
        const bytes = Buffer.from(data as Uint8Array)
        const position = flags === 'a' ? this.content.length : end
        end = position + bytes.length
        await write(bytes, position)
      },
      write: async (bytes: Buffer, offset: number, length: number, position: number) => {
        return { bytesWritten: await taken(bytes.subarray(offset, offset + length), position) }
      },
      truncate: async (length: number) => {
        await disk.step('truncate', path)
        this.content = this.content.subarray(0, length)
      },
      sync,
      datasync: sync,
      close: async () => undefined,
    }
  }

  /** What the next boot finds. */
  survive(random: () => number): CutFile {
    return new CutFile(this.path, survived(this.#synced, this.#unsynced, random))
  }

  async #sync(disk: Disk): Promise<void> {
    try {
      await disk.step('sync', this.path)
    } catch (error) {
      // A failed sync drops pages and says so once, as Linux does.
      if (!disk.isOff) this.#settle(survived(this.#synced, this.#unsynced, disk.options.random))
      throw error
    }
    if (disk.options.liesAboutSync !== true) this.#settle(this.content)
  }

  #settle(content: Buffer): void {
    this.content = content
    this.#synced = Buffer.from(content)
    this.#unsynced = []
  }

  #put(position: number, bytes: Buffer): void {
    this.content = written(this.content, position, bytes)
    this.#unsynced.push({ position, bytes })
  }
}

function written(content: Buffer, position: number, bytes: Buffer): Buffer {
  const grown = Buffer.alloc(Math.max(content.length, position + bytes.length))
  content.copy(grown)
  bytes.copy(grown, position)
  return grown
}

/** What is synced, and of the rest any sectors; a length may survive without what it is the length of. */
function survived(
  synced: Buffer,
  unsynced: readonly { readonly position: number; readonly bytes: Buffer }[],
  random: () => number,
): Buffer {
  let content: Buffer = Buffer.from(synced)
  for (const { position, bytes } of unsynced) {
    const mode = random()
    if (mode < 0.2) continue
    for (let at = 0; at < bytes.length;) {
      // Sectors lie where the disk has them, not where a write begins.
      const length = Math.min(sectorBytes - ((position + at) % sectorBytes), bytes.length - at)
      const sector = bytes.subarray(at, at + length)
      const isNew = position + at >= synced.length
      if (mode < 0.4 || random() < 0.5) content = written(content, position + at, sector)
      else if (isNew && random() < 0.3) content = written(content, position + at, Buffer.alloc(length))
      at += length
    }
  }
  return content
}
