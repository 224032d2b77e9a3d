/**
 * The way of requests into a store: into a head at once, and when there are enough of them, or for long enough, into one
 * compressed block of a segment. Two heads take turns, so that nobody waits while a block is compressed. What cannot go
 * into a head waits, and shares the next block with all that wait with it (group commit).
 */
import { join } from 'node:path'
import { promisify } from 'node:util'
import { constants, crc32, zstdCompress } from 'node:zlib'
import { CollectorError } from '../errors.ts'
import { joinSummaries, type Summary } from '../process/summary.ts'
import { decodeHeader, decodeMeta, encodeMeta, type BlockMeta } from './block.ts'
import { Head, type Kept } from './head.ts'
import type { Segment } from './segment.ts'
import { SegmentWriter } from './segment-writer.ts'

const compress = promisify(zstdCompress)
// Level 1: on spans 2 % larger than level 3 at twice the speed.
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

export interface StoreWriterOptions {
  readonly directory: string
  /** Size at which a segment is closed. */
  readonly segmentBytes: number
  /** Age at which a segment is closed. */
  readonly segmentMillis: number
  /** Size of the requests that become a block: what a query inflates to look for one trace. */
  readonly blockBytes: number
  /** Longest time a request waits for the disk; 0 syncs before each acknowledgement. */
  readonly syncMillis: number
  readonly now: () => number
  readonly onSyncFailed: () => void
  /** The store's segments, oldest first; those that are begun here are added. */
  readonly segments: Segment[]
  /** Called after each block, to keep the store within its bounds. */
  readonly onBlock: () => Promise<void>
  /** Told of a segment that nothing more is written to. */
  readonly onFinished: (segment: Segment) => void
}

interface Pending extends Kept {
  readonly done: (error?: unknown) => void
}

/** Answers a request that is on the disk already. */
const kept = Promise.resolve()

/** Most bytes waiting to be written; beyond it appends are refused. */
const maxPendingBytes = 64 * 2 ** 20

export class StoreWriter {
  readonly #options: StoreWriterOptions
  #pending: Pending[] = []
  #pendingBytes = 0
  #pendingItems = 0
  #draining: Promise<void> | undefined
  /** Takes requests. */
  #head: Head
  /** The other one: empty, or on its way into a block. */
  #spare: Head
  /** Set while the spare head is on its way. Never rejects. */
  #sealing: Promise<void> | undefined
  /** Why the spare head is still not in a block; nothing more is acknowledged before it is. */
  #failure: unknown
  #timer: NodeJS.Timeout | undefined
  #segment: SegmentWriter | undefined
  /** Blocks are written one after another. */
  #writing: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(options: StoreWriterOptions) {
    this.#options = options
    const started = String(options.now()).padStart(13, '0')
    const headOf = (name: string) => new Head(join(options.directory, `${started}-${name}.head`))
    this.#head = headOf('0000')
    this.#spare = headOf('0001')
  }

  /** Items accepted and not yet on the disk. */
  get pendingItems(): number {
    return this.#pendingItems
  }

  /** True while there is a segment that is written. */
  get isWriting(): boolean {
    return this.#segment !== undefined
  }

  /** What is on the disk and in no block, newest first. */
  get heads(): readonly Head[] {
    return [this.#head, this.#spare].filter(({ bytes }) => bytes > 0)
  }

  /**
   * Takes a request; resolves when the death of this process cannot lose it any more.
   *
   * @throws CollectorError STORE_FULL, STORE_FAILED, STORE_CLOSED
   */
  append(bytes: Uint8Array, summary: Summary): Promise<void> {
    if (this.#isClosed) return Promise.reject(new CollectorError('STORE_CLOSED', 'the store is closed'))
    if (this.#pendingBytes + bytes.length > maxPendingBytes) {
      return Promise.reject(
        new CollectorError('STORE_FULL', `more than ${maxPendingBytes} bytes wait for the disk`),
      )
    }
    return this.#takesAtOnce(bytes)
      ? this.#appendToHead({ bytes, summary })
      : this.#appendLater(bytes, summary)
  }

  /** Whoever waits for the disk waits for one write only, and what is a block by itself needs no head. */
  #takesAtOnce({ length }: Uint8Array): boolean {
    const { blockBytes, syncMillis } = this.#options
    const isFree = this.#draining === undefined && this.#failure === undefined
    return isFree && syncMillis > 0 && length < blockBytes && this.#head.bytes < blockBytes
  }

  #appendToHead(one: Kept): Promise<void> {
    try {
      this.#addToHead(one)
      return kept
    } catch (cause) {
      return Promise.reject(failed(cause))
    }
  }

  #addToHead(kept: Kept): void {
    this.#head.append(kept)
    if (this.#head.bytes >= this.#options.blockBytes) this.#seal()
    // The other half of the interval is the segment's.
    else this.#timer ??= setTimeout(() => this.#sealLate(), this.#options.syncMillis / 2)
  }

  #appendLater(bytes: Uint8Array, summary: Summary): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error?: unknown) => (error === undefined ? resolve() : reject(error as Error))
      this.#pending.push({ bytes, summary, done })
      this.#pendingBytes += bytes.length
      this.#pendingItems += summary.items
      this.#draining ??= this.#drain()
    })
  }

  /**
   * Compresses requests into a block at the end of the segment that is written.
   *
   * @param onWritten called in the moment in which the block can be read
   */
  writeBlock(kept: readonly Kept[], onWritten: () => void = () => undefined): Promise<void> {
    const written = this.#writing.then(() => this.#write(kept, onWritten))
    this.#writing = written.catch(() => undefined)
    return written
  }

  /** Closes the segment that is written, once it is so old that nothing more may come into it. */
  finishOld(): Promise<void> {
    const { now, segmentMillis } = this.#options
    const finished = this.#writing.then(async () => {
      const startedAt = this.#segment?.segment.startedAt
      if (startedAt !== undefined && now() - startedAt > segmentMillis) await this.#finishSegment()
    })
    this.#writing = finished.catch(() => undefined)
    return finished
  }

  /** Writes what waits, syncs it to the disk and refuses what comes after. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#draining
    clearTimeout(this.#timer)
    // What the disk does not take stays in the heads, for the next start.
    for (let turn = 0; turn < 2; turn++) {
      await this.#sealing
      this.#seal()
    }
    await this.#sealing
    this.#head.close()
    this.#spare.close()
    await this.#finishSegment()
  }

  async #drain(): Promise<void> {
    // Let everything that arrived in this turn of the loop into the same write.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#pending.length > 0) {
      const taken = this.#take()
      try {
        await this.#keep(taken)
        for (const { done } of taken) done()
      } catch (cause) {
        const error = failed(cause)
        for (const { done } of taken) done(error)
      }
    }
    this.#draining = undefined
  }

  #take(): Pending[] {
    let size = 0
    let count = 0
    for (const { bytes } of this.#pending) {
      if (count > 0 && size + bytes.length > this.#options.blockBytes) break
      size += bytes.length
      count++
    }
    const taken = this.#pending.splice(0, count)
    this.#pendingBytes -= size
    for (const { summary } of taken) this.#pendingItems -= summary.items
    return taken
  }

  async #keep(taken: readonly Pending[]): Promise<void> {
    const { blockBytes, syncMillis } = this.#options
    const size = taken.reduce((sum, { bytes }) => sum + bytes.length, 0)
    if (syncMillis === 0 || (size >= blockBytes && this.#head.bytes === 0)) {
      await this.writeBlock(taken)
      return
    }
    await this.#makeRoom()
    for (const { bytes, summary, done } of taken) {
      this.#addToHead({ bytes, summary })
      // It is stored now, whatever becomes of those behind it.
      done()
    }
  }

  /** Waits for the other head where this one is full, or where the disk did not take the other one. */
  async #makeRoom(): Promise<void> {
    if (this.#failure !== undefined) this.#seal()
    if (this.#failure !== undefined || this.#head.bytes >= this.#options.blockBytes) await this.#sealing
    if (this.#failure !== undefined) throw this.#failure
    if (this.#head.bytes >= this.#options.blockBytes) this.#seal()
  }

  #sealLate(): void {
    this.#timer = undefined
    this.#seal()
    // The other head is on its way: this one has its turn after it, and so has one that the disk did not take.
    if (this.heads.length > 0)
      this.#timer ??= setTimeout(() => this.#sealLate(), this.#options.syncMillis / 2)
  }

  /** Begins to make a block of the head, unless the other one is still on its way. */
  #seal(): void {
    if (this.#sealing !== undefined) return
    if (this.#spare.bytes === 0) {
      this.#failure = undefined
      if (this.#head.bytes === 0) return
      const full = this.#head
      this.#head = this.#spare
      this.#spare = full
    }
    this.#sealing = this.#sealSpare()
  }

  async #sealSpare(): Promise<void> {
    const head = this.#spare
    try {
      // At once: what is in a block and in a head when the process dies is looked for in the last blocks only.
      await this.writeBlock([head.held], () => {
        head.forget()
        head.empty()
      })
      this.#failure = undefined
    } catch (error) {
      this.#failure = error
    }
    this.#sealing = undefined
    if (this.#failure === undefined && this.#head.bytes >= this.#options.blockBytes) this.#seal()
  }

  async #write(kept: readonly Kept[], onWritten: () => void): Promise<void> {
    const { bytes: raw, summary } = joined(kept)
    const payload = await compress(raw, compression)
    const facts = { payloadBytes: payload.length, rawBytes: raw.length, payloadCrc: crc32(payload) }
    const meta = encodeMeta(summary, facts)
    const writer = await this.#writable()
    const { segment } = writer
    const at = segment.bytes
    await writer.append(Buffer.concat([meta, payload]))
    segment.blocks.push(readMeta(meta, at))
    onWritten()
    await this.#options.onBlock()
  }

  async #writable(): Promise<SegmentWriter> {
    const { directory, segmentBytes, segmentMillis, syncMillis, onSyncFailed, now, segments } = this.#options
    const current = this.#segment
    if (current !== undefined) {
      const { bytes, startedAt } = current.segment
      if (!current.isSpent && bytes < segmentBytes && now() - startedAt <= segmentMillis) return current
      await this.#finishSegment()
    }
    const options = { directory, now: now(), syncMillis: syncMillis / 2, onSyncFailed }
    this.#segment = await SegmentWriter.create(options)
    segments.push(this.#segment.segment)
    return this.#segment
  }

  async #finishSegment(): Promise<void> {
    const writer = this.#segment
    this.#segment = undefined
    if (writer === undefined) return
    await writer.close()
    this.#options.onFinished(writer.segment)
  }
}

/** Makes one of several; one is what it is. */
function joined(kept: readonly Kept[]): Kept {
  const [only] = kept
  if (only !== undefined && kept.length === 1) return only
  return {
    bytes: Buffer.concat(kept.map(({ bytes }) => bytes)),
    summary: joinSummaries(kept.map(({ summary }) => summary)),
  }
}

function failed(cause: unknown): CollectorError {
  return new CollectorError('STORE_FAILED', 'the disk did not take a request', { cause })
}

function readMeta(encoded: Buffer, offset: number): BlockMeta {
  const header = decodeHeader(encoded)
  const meta = header === undefined ? undefined : decodeMeta(encoded, header, offset)
  if (meta === undefined)
    throw new CollectorError('STORE_BLOCK_CORRUPT', 'a block just written cannot be read')
  return meta
}
