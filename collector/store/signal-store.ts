/**
 * The last hours of one signal in segment files, bounded by bytes and age: the oldest file is unlinked. Appends
 * that arrive while a write is on its way share the next block (group commit).
 */
import { mkdir, open, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import { CollectorError } from '../errors.ts'
import { joinSummaries, type Summary } from '../process/summary.ts'
import { decodeHeader, decodeMeta, encodeMeta, verifyPayload, type BlockMeta } from './block.ts'
import { Quarantine } from './quarantine.ts'
import { readAt } from './read-at.ts'
import { recoverSegment, type Segment } from './segment.ts'
import { SegmentWriter } from './segment-writer.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)
// Level 1: on spans 2 % larger than level 3 at twice the speed.
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/**
 * `tail_cut`: a stop cut a file short. `quarantined`: bytes are there and are wrong. `file_unreadable`: a whole file
 * cannot be read. `block_corrupt`, `block_unreadable`: a block is not what was written, or is and cannot be read.
 */
export type StoreFault =
  'tail_cut' | 'quarantined' | 'file_unreadable' | 'block_corrupt' | 'block_unreadable' | 'sync_failed'

export interface SignalStoreOptions {
  readonly directory: string
  /** Most bytes on disk; the segment being written may pass it by one block. */
  readonly maxBytes: number
  /** Age after which a segment is unlinked. */
  readonly maxAgeMillis: number
  /** Size at which a segment is closed. Default a sixteenth of `maxBytes`, at most 64 MiB. */
  readonly segmentBytes?: number
  /**
   * Longest time a written block waits for the disk, in milliseconds: what a power cut may cost. 0 syncs before
   * each acknowledgement. Default 1000.
   */
  readonly syncMillis?: number
  readonly now: () => number
  readonly onFault: (fault: StoreFault) => void
}

export interface StoredBlock {
  readonly segment: Segment
  readonly meta: BlockMeta
}

export type BlockContent =
  | { readonly status: 'read'; readonly bytes: Uint8Array }
  | { readonly status: 'gone' }
  | { readonly status: 'damaged' }

interface Pending {
  readonly bytes: Uint8Array
  readonly summary: Summary
  readonly done: (error?: unknown) => void
}

/** Most bytes waiting to be written; beyond it appends are refused. */
const maxPendingBytes = 64 * 2 ** 20
/** Most raw bytes of one block: what a query inflates to look for one trace. */
const maxBlockBytes = 2 ** 20

export class SignalStore {
  readonly #options: SignalStoreOptions
  /** Oldest first; the last is the one of `#writer` while there is one. */
  readonly #segments: Segment[] = []
  readonly #quarantine: Quarantine
  #pending: Pending[] = []
  #pendingBytes = 0
  #pendingItems = 0
  #draining: Promise<void> | undefined
  #writer: SegmentWriter | undefined
  #closed = false

  private constructor(options: SignalStoreOptions) {
    this.#options = options
    const { maxBytes, maxAgeMillis } = options
    this.#quarantine = new Quarantine({ maxBytes: Math.ceil(maxBytes / 16), maxAgeMillis })
  }

  /** Opens the folder and reads back what an earlier process left there. */
  static async open(options: SignalStoreOptions): Promise<SignalStore> {
    const store = new SignalStore(options)
    await mkdir(options.directory, { recursive: true, mode: 0o700 })
    for (const name of (await readdir(options.directory)).sort()) {
      const [, started, ending] = /^(\d{13})-\d{4}\.seg(\.corrupt)?$/.exec(name) ?? []
      const path = join(options.directory, name)
      if (started === undefined) continue
      if (ending === undefined) await store.#recover(path, Number(started))
      else await store.#quarantine.add(path, Number(started))
    }
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

  /** Size on disk in bytes. */
  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0)
  }

  /** Items accepted and not yet written. */
  get pendingItems(): number {
    return this.#pendingItems
  }

  /**
   * Appends one request; resolves when the death of this process cannot lose it any more. A power cut can, until
   * `syncMillis` later.
   *
   * @param bytes OTLP export request, not changed afterwards
   * @throws CollectorError STORE_FULL, STORE_FAILED, STORE_CLOSED
   */
  append(bytes: Uint8Array, summary: Summary): Promise<void> {
    if (this.#closed) return Promise.reject(new CollectorError('STORE_CLOSED', 'the store is closed'))
    if (this.#pendingBytes + bytes.length > maxPendingBytes) {
      return Promise.reject(
        new CollectorError('STORE_FULL', `more than ${maxPendingBytes} bytes wait for the disk`),
      )
    }
    return new Promise((resolve, reject) => {
      const done = (error?: unknown) => (error === undefined ? resolve() : reject(error as Error))
      this.#pending.push({ bytes, summary, done })
      this.#pendingBytes += bytes.length
      this.#pendingItems += summary.items
      this.#draining ??= this.#drain()
    })
  }

  async #drain(): Promise<void> {
    // Let everything that arrived in this turn of the loop into the same block.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#pending.length > 0) {
      const taken = this.#take()
      try {
        await this.#write(taken)
        for (const { done } of taken) done()
      } catch (cause) {
        const error = new CollectorError('STORE_FAILED', 'the disk did not take a block', { cause })
        for (const { done } of taken) done(error)
      }
    }
    this.#draining = undefined
  }

  #take(): Pending[] {
    let size = 0
    let count = 0
    for (const { bytes } of this.#pending) {
      if (count > 0 && size + bytes.length > maxBlockBytes) break
      size += bytes.length
      count++
    }
    const taken = this.#pending.splice(0, count)
    this.#pendingBytes -= size
    for (const { summary } of taken) this.#pendingItems -= summary.items
    return taken
  }

  async #write(taken: readonly Pending[]): Promise<void> {
    const raw = Buffer.concat(taken.map(({ bytes }) => bytes))
    const payload = await compress(raw, compression)
    const meta = encodeMeta(joinSummaries(taken.map(({ summary }) => summary)), payload, raw.length)
    const writer = await this.#writable()
    const { segment } = writer
    const at = segment.bytes
    await writer.append(Buffer.concat([meta, payload]))
    segment.blocks.push(metaOf(meta, at))
    await this.enforceBounds()
  }

  async #writable(): Promise<SegmentWriter> {
    const { directory, maxBytes, maxAgeMillis, syncMillis = 1_000, onFault, now } = this.#options
    const limit = this.#options.segmentBytes ?? Math.min(64 * 2 ** 20, Math.ceil(maxBytes / 16))
    const current = this.#writer
    if (current !== undefined) {
      const { bytes, startedAt } = current.segment
      if (!current.isSpent && bytes < limit && now() - startedAt <= maxAgeMillis / 16) return current
      await this.#seal()
    }
    const onSyncFailed = () => onFault('sync_failed')
    this.#writer = await SegmentWriter.create({ directory, now: now(), syncMillis, onSyncFailed })
    this.#segments.push(this.#writer.segment)
    return this.#writer
  }

  async #seal(): Promise<void> {
    const writer = this.#writer
    this.#writer = undefined
    await writer?.close()
  }

  /** Unlinks the oldest segments until both bounds hold. The one being written stays. */
  async enforceBounds(): Promise<void> {
    const { maxBytes, maxAgeMillis, now } = this.#options
    await this.#quarantine.enforceBounds(now())
    for (;;) {
      const [oldest, next] = this.#segments
      if (oldest === undefined || (next === undefined && this.#writer !== undefined)) return
      const endedAt = next?.startedAt ?? oldest.startedAt
      if (this.bytes <= maxBytes && now() - endedAt <= maxAgeMillis) return
      this.#segments.shift()
      await unlink(oldest.path)
    }
  }

  /** Lists the blocks that pass a test, newest first. */
  *blocks(test: (meta: BlockMeta) => boolean): Generator<StoredBlock> {
    for (const segment of this.#segments.toReversed()) {
      for (const meta of segment.blocks.toReversed()) if (test(meta)) yield { segment, meta }
    }
  }

  /** Reads the OTLP bytes of a block. One that is damaged is counted; one that is past the bounds is gone. */
  async read({ segment, meta }: StoredBlock): Promise<BlockContent> {
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
    this.#closed = true
    await this.#draining
    await this.#seal()
  }
}

function metaOf(encoded: Buffer, offset: number): BlockMeta {
  const header = decodeHeader(encoded)
  const meta = header === undefined ? undefined : decodeMeta(encoded, header, offset)
  if (meta === undefined)
    throw new CollectorError('STORE_BLOCK_CORRUPT', 'a block just written cannot be read')
  return meta
}
