/**
 * The last hours of one signal in segment files, bounded by bytes and age: the oldest file is unlinked. Appends
 * that arrive while a write is on its way share the next block (group commit).
 */
import { mkdir, open, readdir, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import { CollectorError } from '../errors.ts'
import { joinSummaries, type Summary } from '../process/summary.ts'
import { decodeHeader, decodeMeta, encodeMeta, verifyPayload, type BlockMeta } from './block.ts'
import { readAt, recoverSegment, type Segment } from './segment.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)
// Level 1: on spans 2 % larger than level 3 at twice the speed.
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

export type StoreFault = 'tail_cut' | 'quarantined' | 'block_corrupt'

export interface SignalStoreOptions {
  readonly directory: string
  /** Most bytes on disk; the segment being written may pass it by one block. */
  readonly maxBytes: number
  /** Age after which a segment is unlinked. */
  readonly maxAgeMillis: number
  /** Size at which a segment is closed. Default a sixteenth of `maxBytes`, at most 64 MiB. */
  readonly segmentBytes?: number
  readonly now: () => number
  readonly onFault: (fault: StoreFault) => void
}

export interface StoredBlock {
  readonly segment: Segment
  readonly meta: BlockMeta
}

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
  /** Oldest first; the last is the one being written when `#handle` is open. */
  readonly #segments: Segment[] = []
  #pending: Pending[] = []
  #pendingBytes = 0
  #pendingItems = 0
  #draining: Promise<void> | undefined
  #handle: FileHandle | undefined
  #closed = false

  private constructor(options: SignalStoreOptions) {
    this.#options = options
  }

  /** Opens the folder and reads back what an earlier process left there. */
  static async open(options: SignalStoreOptions): Promise<SignalStore> {
    const store = new SignalStore(options)
    await mkdir(options.directory, { recursive: true, mode: 0o700 })
    for (const name of (await readdir(options.directory)).sort()) {
      const started = /^(\d{13})-\d{4}\.seg$/.exec(name)?.[1]
      if (started !== undefined) await store.#recover(join(options.directory, name), Number(started))
    }
    return store
  }

  async #recover(path: string, startedAt: number): Promise<void> {
    const recovery = await recoverSegment(path, startedAt)
    if (recovery.status !== 'whole') this.#options.onFault(recovery.status)
    if (recovery.status !== 'quarantined') this.#segments.push(recovery.segment)
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
   * Appends one request; resolves when a crash of this process cannot lose it any more (it is in the file; the
   * disk is synced when the segment is closed).
   *
   * @param bytes OTLP export request, not changed afterwards
   * @throws CollectorError STORE_FULL, STORE_CLOSED
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
      } catch (error) {
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
    const { handle, segment } = await this.#writable()
    const block = Buffer.concat([meta, payload])
    try {
      await writeAll(handle, block, segment.bytes)
    } catch (error) {
      // What was written of it is overwritten by the next block, or cut off at the next start.
      await handle.truncate(segment.bytes).catch(() => undefined)
      throw error
    }
    segment.blocks.push(metaOf(meta, segment.bytes))
    segment.bytes += block.length
    await this.enforceBounds()
  }

  async #writable(): Promise<{ handle: FileHandle; segment: Segment }> {
    const limit = this.#options.segmentBytes ?? Math.min(64 * 2 ** 20, Math.ceil(this.#options.maxBytes / 16))
    const now = this.#options.now()
    const current = this.#segments.at(-1)
    if (this.#handle !== undefined && current !== undefined) {
      const isFull = current.bytes >= limit || now - current.startedAt > this.#options.maxAgeMillis / 16
      if (!isFull) return { handle: this.#handle, segment: current }
      await this.#seal()
    }
    const { path, handle } = await createSegmentFile(this.#options.directory, now)
    const segment: Segment = { path, startedAt: now, blocks: [], bytes: 0 }
    this.#handle = handle
    this.#segments.push(segment)
    return { handle, segment }
  }

  async #seal(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.datasync()
    await handle?.close()
  }

  /** Unlinks the oldest segments until both bounds hold. The one being written stays. */
  async enforceBounds(): Promise<void> {
    const { maxBytes, maxAgeMillis, now } = this.#options
    for (;;) {
      const [oldest, next] = this.#segments
      if (oldest === undefined || (next === undefined && this.#handle !== undefined)) return
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

  /** Reads the OTLP bytes of a block; one that is damaged is counted and answers undefined. */
  async read({ segment, meta }: StoredBlock): Promise<Uint8Array | undefined> {
    try {
      const handle = await open(segment.path, 'r')
      try {
        const payload = await readAt(handle, meta.payloadAt, meta.payloadBytes)
        verifyPayload(meta, payload)
        return await decompress(payload, { maxOutputLength: Math.max(meta.rawBytes, 1) })
      } finally {
        await handle.close()
      }
    } catch {
      // Unlinked meanwhile: its data is past the bounds, which is not a fault.
      if (this.#segments.includes(segment)) this.#options.onFault('block_corrupt')
      return undefined
    }
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

/** Creates a file whose name sorts by time; the number tells apart those of one millisecond. */
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

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    written += (await handle.write(bytes, written, bytes.length - written, position + written)).bytesWritten
  }
}
