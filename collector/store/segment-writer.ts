/**
 * The one segment of a store that is being written. A block that was written survives the death of this process;
 * it survives a power cut once it is synced, which is at most `syncMillis` later.
 */
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '../../lib/sync-files.ts'
import type { Segment } from './segment.ts'
import { writeAt } from './write-at.ts'

export interface SegmentWriterOptions {
  readonly directory: string
  /** Milliseconds since 1970. */
  readonly now: number
  /** Longest time a block waits for the disk, in milliseconds; 0 syncs each block before it is acknowledged. */
  readonly syncMillis: number
  readonly onSyncFailed: () => void
}

export class SegmentWriter {
  readonly segment: Segment
  readonly #handle: FileHandle
  readonly #options: SegmentWriterOptions
  #timer: NodeJS.Timeout | undefined
  #syncing: Promise<void> = Promise.resolve()
  #isSpent = false

  private constructor(segment: Segment, handle: FileHandle, options: SegmentWriterOptions) {
    this.segment = segment
    this.#handle = handle
    this.#options = options
  }

  /** Creates a file whose name sorts by time, and syncs the folder: a file without a name is lost with all in it. */
  static async create(options: SegmentWriterOptions): Promise<SegmentWriter> {
    const { directory, now } = options
    const { path, handle } = await createSegmentFile(directory, now)
    await syncFolder(directory)
    return new SegmentWriter({ path, startedAt: now, blocks: [], bytes: 0 }, handle, options)
  }

  /** True when a sync failed: the kernel may have dropped what it could not write, so nothing is added after it. */
  get isSpent(): boolean {
    return this.#isSpent
  }

  /** Writes a block at the end. What was written of it is cut off again when that fails. */
  async append(block: Uint8Array): Promise<void> {
    const { segment } = this
    try {
      await writeAt(this.#handle, block, segment.bytes)
      if (this.#options.syncMillis === 0) await this.#sync()
      else this.#syncSoon()
    } catch (error) {
      // What cannot be cut off is overwritten by the next block, or set aside at the next start.
      await this.#handle.truncate(segment.bytes).catch(() => undefined)
      throw error
    }
    segment.bytes += block.length
  }

  /** Syncs what was written and closes the file. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#syncing
    await this.#sync().catch(() => undefined)
    await this.#handle.close()
  }

  /** One timer for all blocks of an interval: the disk is asked once for all of them. */
  #syncSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      // A failed sync has been told; nobody waits for this one.
      this.#syncing = this.#sync().catch(() => undefined)
    }, this.#options.syncMillis)
  }

  async #sync(): Promise<void> {
    try {
      await this.#handle.datasync()
    } catch (error) {
      this.#isSpent = true
      this.#options.onSyncFailed()
      throw error
    }
  }
}

/** The number tells apart the files of one millisecond. */
async function createSegmentFile(
  directory: string,
  now: number,
): Promise<{ path: string; handle: FileHandle }> {
  const started = String(now).padStart(13, '0')
  for (let number = 0; ; number++) {
    const path = join(directory, `${started}-${String(number).padStart(4, '0')}.seg`)
    try {
      return { path, handle: await open(path, 'wx', 0o600) }
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EEXIST'
      if (!isTaken || number > 9_000) throw error
    }
  }
}
