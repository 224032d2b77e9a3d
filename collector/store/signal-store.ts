/**
 * The last hours of one signal in segment files, bounded by bytes and age: the oldest file is unlinked. How requests
 * come into them is `store-writer.ts`.
 */
import { renameSync } from 'node:fs'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import type { Summary } from '../process/summary.ts'
import { syncFolder } from '../../lib/sync-files.ts'
import { verifyPayload, type BlockMeta } from './block.ts'
import { metaOf, type Kept } from './head.ts'
import { isWorthJoining, joinBlocks, joiningEnding, type Joined } from './join-blocks.ts'
import { Quarantine } from './quarantine.ts'
import { readAt } from './read-at.ts'
import { isSameBlock, recoverHead } from './recover-head.ts'
import { Removals } from './removals.ts'
import { recoverSegment, type Segment } from './segment.ts'
import { StoreWriter } from './store-writer.ts'

const decompress = promisify(zstdDecompress)

/**
 * `tail_cut`: a stop cut a file short. `quarantined`: bytes are there and are wrong. `file_unreadable`: a whole file
 * cannot be read. `block_corrupt`, `block_unreadable`: a block is not what was written, or is and cannot be read.
 * `file_not_removed`: a file is past the bounds and the disk keeps it.
 */
export type StoreFault =
  | 'tail_cut'
  | 'quarantined'
  | 'file_unreadable'
  | 'block_corrupt'
  | 'block_unreadable'
  | 'sync_failed'
  | 'file_not_removed'

export interface SignalStoreOptions {
  readonly directory: string
  /** Most bytes on disk; the segment being written may pass it by one block. */
  readonly maxBytes: number
  /** Age after which a segment is unlinked. */
  readonly maxAgeMillis: number
  /** Size at which a segment is closed. Default a sixteenth of `maxBytes`, at most 64 MiB. */
  readonly segmentBytes?: number
  /** Size of the requests that become one block. Default 1 MiB. */
  readonly blockBytes?: number
  /**
   * Longest time a written request waits for the disk, in milliseconds: what a power cut may cost. 0 syncs before
   * each acknowledgement. Default 1000.
   */
  readonly syncMillis?: number
  readonly now: () => number
  readonly onFault: (fault: StoreFault) => void
}

export interface StoredBlock {
  /** Absent for what is in no segment yet. */
  readonly segment?: Segment
  readonly meta: BlockMeta
  /** A copy of what is in no segment yet. */
  readonly held?: Uint8Array
}

export type BlockContent =
  | { readonly status: 'read'; readonly bytes: Uint8Array }
  | { readonly status: 'gone' }
  | { readonly status: 'damaged' }

/** Most raw bytes of one block: what a query inflates to look for one trace. */
const defaultBlockBytes = 2 ** 20

export class SignalStore {
  readonly #options: SignalStoreOptions
  /** Oldest first; the last is the one of `#writer` while there is one. */
  readonly #segments: Segment[] = []
  readonly #quarantine: Quarantine
  readonly #removals: Removals
  readonly #writer: StoreWriter
  readonly #blockBytes: number
  /** Segments are joined one after another. Never rejects. */
  #joining: Promise<void> = Promise.resolve()
  /** Scans that are on their way; files are replaced while there is none. */
  #readers = 0
  #onIdle: (() => void) | undefined
  #isClosed = false

  private constructor(options: SignalStoreOptions) {
    this.#options = options
    this.#blockBytes = options.blockBytes ?? defaultBlockBytes
    const { directory, maxBytes, maxAgeMillis, syncMillis = 1_000, onFault, now } = options
    this.#removals = new Removals(() => onFault('file_not_removed'))
    this.#quarantine = new Quarantine({ maxBytes: Math.ceil(maxBytes / 16), maxAgeMillis })
    this.#writer = new StoreWriter({
      directory,
      segmentBytes: options.segmentBytes ?? Math.min(64 * 2 ** 20, Math.ceil(maxBytes / 16)),
      segmentMillis: segmentMillisOf(maxAgeMillis),
      blockBytes: this.#blockBytes,
      syncMillis,
      now,
      onSyncFailed: () => onFault('sync_failed'),
      segments: this.#segments,
      onBlock: () => this.#keepBounds(),
      onFinished: (segment) => this.#join(segment),
    })
  }

  /** Opens the folder and reads back what an earlier process left there. */
  static async open(options: SignalStoreOptions): Promise<SignalStore> {
    const store = new SignalStore(options)
    await mkdir(options.directory, { recursive: true, mode: 0o700 })
    const heads: (readonly [string, number])[] = []
    for (const name of (await readdir(options.directory)).sort()) {
      const [, started, kind, ending] = /^(\d{13})-\d{4}\.(seg|head)(\.corrupt)?$/.exec(name) ?? []
      const path = join(options.directory, name)
      if (name.endsWith(joiningEnding)) await rm(path, { force: true })
      if (started === undefined) continue
      if (ending !== undefined) await store.#quarantine.add(path, Number(started))
      else if (kind === 'seg') await store.#recover(path, Number(started))
      else heads.push([path, Number(started)])
    }
    const found = [...store.#segments]
    let isLeft = false
    for (const [path, startedAt] of heads) isLeft = !(await store.#recoverHead(path, startedAt)) || isLeft
    // What is left is looked for at the next start among blocks as they were written.
    if (!isLeft) for (const segment of found) store.#join(segment)
    return store
  }

  async #recover(path: string, startedAt: number): Promise<void> {
    try {
      const { status, segment, aside } = await recoverSegment(path, startedAt)
      if (status !== 'whole') this.#options.onFault(status)
      if (segment !== undefined) this.#segments.push(segment)
      if (aside !== undefined) await this.#quarantine.add(aside, startedAt)
    } catch {
      // Whatever is wrong with one file, the others are there.
      this.#options.onFault('file_unreadable')
      await this.#quarantine.take(path, startedAt)
    }
  }

  /**
   * Puts what an earlier process came to take into a block. A head that cannot be put there is left for the next start.
   *
   * @returns false for one that is left
   */
  async #recoverHead(path: string, startedAt: number): Promise<boolean> {
    const { onFault } = this.#options
    try {
      const { status, kept } = await recoverHead(path)
      if (status !== 'whole') onFault(status)
      const isThere = await this.#hasBlockOf(kept, startedAt)
      if (kept.length > 0 && !isThere) await this.#writer.writeBlock(kept)
      if (status === 'quarantined') await this.#quarantine.take(path, startedAt)
      else await rm(path, { force: true })
      return true
    } catch {
      onFault('file_unreadable')
      return false
    }
  }

  /** Tells whether a process ended between the block of a head and the head: its index may be like another's by chance. */
  async #hasBlockOf(kept: readonly Kept[], startedAt: number): Promise<boolean> {
    const found = metaOf(kept)
    const bytes = Buffer.concat(kept.map((one) => one.bytes))
    // What a process took is in segments that it began.
    const segments = this.#segments.filter(
      (segment, at, { length }) => segment.startedAt >= startedAt || at >= length - 2,
    )
    for (const segment of segments) {
      for (const meta of segment.blocks.filter((one) => isSameBlock(one, found))) {
        const content = await this.read({ segment, meta })
        if (content.status === 'read' && bytes.equals(content.bytes)) return true
      }
    }
    return false
  }

  /** Size on disk in bytes. */
  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, this.#removals.bytes)
  }

  /** Items accepted and not yet written. */
  get pendingItems(): number {
    return this.#writer.pendingItems
  }

  /**
   * Appends one request; resolves when the death of this process cannot lose it any more. A power cut can, until
   * `syncMillis` later.
   *
   * @param bytes OTLP export request, not changed afterwards
   * @throws CollectorError STORE_FULL, STORE_FAILED, STORE_CLOSED
   */
  append(bytes: Uint8Array, summary: Summary): Promise<void> {
    return this.#writer.append(bytes, summary)
  }

  /** Unlinks the oldest segments until both bounds hold; to be called now and then, also where nothing comes. */
  async enforceBounds(): Promise<void> {
    await this.#writer.finishOld()
    await this.#keepBounds()
  }

  /** Never rejects: what is stored stays so. The segment being written stays. */
  async #keepBounds(): Promise<void> {
    const { maxBytes, maxAgeMillis, now, onFault } = this.#options
    await this.#removals.retry()
    await this.#quarantine.enforceBounds(now()).catch(() => onFault('file_not_removed'))
    for (;;) {
      const [oldest, next] = this.#segments
      if (oldest === undefined || (next === undefined && this.#writer.isWriting)) return
      const lastAt = oldest.startedAt + segmentMillisOf(maxAgeMillis)
      const endedAt = Math.min(next?.startedAt ?? lastAt, lastAt)
      if (this.bytes <= maxBytes && now() - endedAt <= maxAgeMillis) return
      this.#segments.shift()
      await this.#removals.remove(oldest)
    }
  }

  /** Joins the small blocks of a finished segment, after those before it. */
  #join(segment: Segment): void {
    if (!isWorthJoining(segment, this.#blockBytes)) return
    this.#joining = this.#joining.then(async () => {
      if (this.#isClosed || !this.#segments.includes(segment)) return
      const joined = await joinBlocks(segment, this.#blockBytes)
      if (joined === undefined) return
      // Whoever waits for a turn may begin in the step in which the last one ends.
      while (this.#readers > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve))
      // In one step: whoever reads next finds the new file and the places in it.
      if (this.#segments.includes(segment)) this.#replace(segment, joined)
      else await rm(joined.path, { force: true })
      await syncFolder(this.#options.directory).catch(() => undefined)
    })
  }

  #replace(segment: Segment, { path, blocks, bytes }: Joined): void {
    try {
      renameSync(path, segment.path)
    } catch {
      // The file as it was answers as before; the other is removed at the next start.
      return
    }
    segment.blocks.length = 0
    segment.blocks.push(...blocks)
    segment.bytes = bytes
  }

  /** Keeps the places of blocks as they are until the function it returns is called. */
  hold(): () => void {
    this.#readers++
    return () => {
      this.#readers--
      if (this.#readers === 0) this.#onIdle?.()
    }
  }

  /** Lists the blocks that pass a test and are there now, newest first. */
  *blocks(test: (meta: BlockMeta) => boolean): Generator<StoredBlock> {
    // All of them at once: what is in no segment yet may be in one when the reader comes back for more.
    const open = this.#writer.heads
      .filter(({ meta }) => test(meta))
      .map(({ meta, held }): StoredBlock => ({ meta, held: Buffer.from(held.bytes) }))
    const segments = this.#segments.map((segment) => ({ segment, count: segment.blocks.length })).reverse()
    yield* open
    for (const { segment, count } of segments) {
      for (const meta of segment.blocks.slice(0, count).reverse()) if (test(meta)) yield { segment, meta }
    }
  }

  /** Reads the OTLP bytes of a block. One that is damaged is counted; one that is past the bounds is gone. */
  async read({ segment, meta, held = Buffer.alloc(0) }: StoredBlock): Promise<BlockContent> {
    if (segment === undefined) {
      return { status: 'read', bytes: held }
    }
    try {
      const handle = await open(segment.path, 'r')
      try {
        const payload = await readAt(handle, meta.payloadAt, meta.payloadBytes)
        verifyPayload(meta, payload)
        const bytes = await decompress(payload, { maxOutputLength: Math.max(meta.rawBytes, 1) })
        return { status: 'read', bytes }
      } finally {
        await handle.close()
      }
    } catch {
      if (!this.#segments.includes(segment)) return { status: 'gone' }
      this.#options.onFault('block_corrupt')
      return { status: 'damaged' }
    }
  }

  /** Counts a block that is what was written and yet cannot be read. */
  reportUnreadable(): void {
    this.#options.onFault('block_unreadable')
  }

  /** Writes what waits, syncs it to the disk and refuses what comes after. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#writer.close()
    await this.#joining
  }
}

/** Longest time in which a segment takes blocks. */
function segmentMillisOf(maxAgeMillis: number): number {
  return maxAgeMillis / 16
}
