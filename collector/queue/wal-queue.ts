/**
 * What waits for an exporter, on the disk: a request is acknowledged once it is here, and is gone from here once the
 * other side has it. Requests that arrive while a write is on its way share the next one and its sync. Bounded by bytes
 * and age; what a full queue refuses the client sends again.
 */
import { systemCodeOf } from '../../lib/errors.ts'
import type { FolderLock } from '../../lib/folder-lock.ts'
import { CollectorError } from '../errors.ts'
import { ownFolder } from '../own-folder.ts'
import { Quarantine } from '../store/quarantine.ts'
import { encodeHeader, headerBytes, headerOf, maxPayloadBytes, type QueuedSignal } from './record.ts'
import { QueueClock } from './queue-clock.ts'
import type { StoredRecord } from './read-wal.ts'
import { recoverFolder, type RecoveryFault } from './recover-folder.ts'
import {
  hasRoom,
  Tally,
  type Capacity,
  type QueueEntry,
  type Queued,
  type SendingQueue,
} from './sending-queue.ts'
import { WalFile } from './wal-file.ts'

export type QueueFault = RecoveryFault | 'payload_corrupt' | 'read_failed' | 'write_failed'

export interface WalQueueOptions {
  readonly directory: string
  /** Most bytes of the files in which something waits; one more file of `fileBytes` may be on the disk. */
  readonly maxBytes: number
  /** Of what waits and what is being sent. */
  readonly capacity: Capacity
  /** Age of a file after which what is left of it is given up, by the time that processes have had the queue open. */
  readonly maxAgeMillis: number
  /** Most requests that wait: the place of each is in memory. Default 250 000, some 100 MiB. */
  readonly maxRequests?: number
  /** Size at which a file is closed. Default 8 MiB. */
  readonly fileBytes?: number
  /** False leaves it to the system when bytes reach the disk: a power cut loses what was acknowledged. Default true. */
  readonly fsync?: boolean
  /** A clock that never jumps, in milliseconds. */
  readonly monotonicMillis: () => number
  readonly onFault: (fault: QueueFault) => void
  /** Told of bytes whose requests nobody can tell any more; a torn end, which nobody acknowledged, is among them. */
  readonly onDamaged: (bytes: number) => void
  /** Told of items that are given up. */
  readonly onLost: (signal: QueuedSignal, items: number, why: 'expired' | 'corrupt') => void
}

interface Pending {
  readonly queued: Queued
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

interface OwnedFolder {
  readonly files: readonly WalFile[]
  readonly clock: QueueClock
  readonly lock: FolderLock
}

const defaultMaxRequests = 250_000
const defaultFileBytes = 8 * 2 ** 20
/** A request is given up earlier than it might by at most this part of the age; likewise for their number. */
const filesPerBound = 16
/** Most bytes of requests that are in memory too: what is sent at once is not read back. */
const maxCachedBytes = 16 * 2 ** 20
/** Tries in a row, a second apart, after which what cannot be read in a file is given up: what follows it waits. */
const maxFailedReads = 60
/** Pause between two writes of the clock: what a crash may take from the age of what waits. */
const saveMillis = 60_000

export class WalQueue implements SendingQueue {
  readonly isDurable = true
  readonly #options: WalQueueOptions
  /** Oldest first; the last one is written where it is open. */
  #files: WalFile[] = []
  readonly #clock: QueueClock
  readonly #lock: FolderLock
  readonly #saving: NodeJS.Timeout
  #pending: Pending[] = []
  /** What is not in a file yet. */
  readonly #unwritten = new Tally()
  #cachedBytes = 0
  #draining: Promise<void> | undefined
  #waiters: (() => void)[] = []
  #isClosed = false

  private constructor(options: WalQueueOptions, { files, clock, lock }: OwnedFolder) {
    this.#options = options
    this.#files = [...files]
    this.#clock = clock
    this.#lock = lock
    this.#saving = setInterval(() => void clock.save(), saveMillis).unref()
  }

  /**
   * Opens the folder; what an earlier process left there is handed out first.
   *
   * @throws CollectorError FOLDER_IN_USE
   */
  static async open(options: WalQueueOptions): Promise<WalQueue> {
    const lock = await ownFolder(options.directory)
    try {
      return await WalQueue.#openOwned(options, lock)
    } catch (error) {
      await lock.release()
      throw error
    }
  }

  static async #openOwned(options: WalQueueOptions, lock: FolderLock): Promise<WalQueue> {
    const { directory, maxBytes, maxAgeMillis, monotonicMillis } = options
    const quarantine = new Quarantine({ maxBytes: Math.ceil(maxBytes / 16), maxAgeMillis })
    const { files, youngest } = await recoverFolder({ ...options, quarantine })
    const clock = await QueueClock.open(directory, { atLeast: youngest, monotonicMillis })
    const queue = new WalQueue(options, { files, clock, lock })
    await queue.#removeDone()
    await quarantine.enforceBounds(clock.now())
    return queue
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#files.reduce((sum, file) => sum + file.bytes, 0)
  }

  /** Items that wait or are being sent. */
  get items(): number {
    return this.#files.reduce((sum, { held }) => sum + held.items, this.#unwritten.items)
  }

  get requests(): number {
    return this.#files.reduce((sum, { held }) => sum + held.requests, this.#unwritten.requests)
  }

  /**
   * Takes a request; it survives the death of this process and, with `fsync`, a power cut when this resolves.
   *
   * @throws CollectorError STORE_FULL, STORE_FAILED, STORE_CLOSED
   */
  append(queued: Queued): Promise<void> {
    if (this.#isClosed) return Promise.reject(new CollectorError('STORE_CLOSED', 'the queue is closed'))
    const obstacle = this.#obstacleTo(queued)
    if (obstacle !== undefined) return Promise.reject(new CollectorError('STORE_FULL', obstacle))
    this.#unwritten.add(sizeOf(queued))
    return new Promise((resolve, reject) => {
      this.#pending.push({ queued, resolve, reject })
      this.#draining ??= this.#drain()
    })
  }

  hasRoomFor(queued: Queued): boolean {
    return this.#obstacleTo(queued) === undefined
  }

  /** Says what a request has no room for. */
  #obstacleTo({ items, bytes }: Queued): string | undefined {
    const { capacity, maxBytes, maxRequests = defaultMaxRequests } = this.#options
    const held = new Tally()
    // A file of which everything was sent may still be written to: it holds nothing.
    let onDisk = this.#unwritten.bytes + this.#unwritten.requests * headerBytes
    for (const part of [this.#unwritten, ...this.#files.map((file) => file.held)]) held.join(part)
    for (const file of this.#files) if (!file.isDone) onDisk += file.bytes
    if (!hasRoom(capacity, held, items, bytes.length) || held.requests >= maxRequests)
      return `${held.requests} requests wait`
    if (onDisk + headerBytes + bytes.length > maxBytes)
      return `found ${onDisk} bytes waiting, expected at most ${maxBytes}`
    return bytes.length > maxPayloadBytes ? `found a request of ${bytes.length} bytes` : undefined
  }

  /** Hands out the oldest request that was not handed out yet; waits for one, and answers undefined once closed. */
  async take(): Promise<QueueEntry | undefined> {
    while (!this.#isClosed) {
      const [file, record] = this.#next()
      if (file === undefined || record === undefined) {
        await new Promise<void>((resolve) => this.#waiters.push(resolve))
        continue
      }
      const entry = await this.#read(file, record)
      if (entry !== undefined) return entry
    }
    return undefined
  }

  /** Writes what is on its way and closes the files; what was not sent stays for the next start. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#draining
    this.#wake()
    for (const file of this.#files) await file.close()
    clearInterval(this.#saving)
    await this.#clock.save()
    await this.#lock.release()
  }

  #next(): readonly [WalFile?, StoredRecord?] {
    for (const file of this.#files) {
      const record = file.next()
      if (record !== undefined) return [file, record]
    }
    return []
  }

  /** Reads a record; undefined for one that is too old or damaged, which is counted and over with. */
  async #read(file: WalFile, record: StoredRecord): Promise<QueueEntry | undefined> {
    const { maxAgeMillis, onLost, onFault } = this.#options
    const { signal, items } = record
    const done = (): Promise<void> => this.#finish(file, record)
    const cached = this.#cached(record)
    if (this.#clock.now() - file.startedAt > maxAgeMillis) {
      onLost(signal, items, 'expired')
      await done()
      return undefined
    }
    const bytes = cached ?? (await this.#readBack(file, record))
    if (bytes !== undefined) return { signal, items, bytes, done }
    onFault('payload_corrupt')
    onLost(signal, items, 'corrupt')
    await done()
    return undefined
  }

  /** Reads a payload; undefined where it is damaged or gone for good. */
  async #readBack(file: WalFile, record: StoredRecord): Promise<Buffer | undefined> {
    try {
      return await file.read(record)
    } catch (error) {
      this.#options.onFault('read_failed')
      if (systemCodeOf(error) === 'ENOENT' || file.failedReads >= maxFailedReads) return undefined
      file.handBack(record)
      throw error
    }
  }

  /** Takes the payload of a record out of memory, where it is there. */
  #cached(record: StoredRecord): Buffer | undefined {
    const { bytes } = record
    if (bytes === undefined) return undefined
    delete record.bytes
    this.#cachedBytes -= bytes.length
    return bytes
  }

  async #finish(file: WalFile, record: StoredRecord): Promise<void> {
    try {
      await file.mark(record)
    } catch (error) {
      this.#options.onFault('write_failed')
      throw error
    }
    if (file.isDone && !file.isOpen) await this.#removeDone()
  }

  /** Unlinks the files of which everything was sent; the one that is written stays. */
  async #removeDone(): Promise<void> {
    const done = this.#files.filter((file) => file.isDone && !file.isOpen)
    this.#files = this.#files.filter((file) => !done.includes(file))
    for (const file of done) await file.remove()
  }

  async #drain(): Promise<void> {
    // Requests of the same turn of the event loop share the first write too.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#pending.length > 0) {
      const batch = this.#pending
      this.#pending = []
      try {
        await this.#write(batch)
        for (const { resolve } of batch) resolve()
        this.#wake()
      } catch (cause) {
        this.#options.onFault('write_failed')
        const error = new CollectorError('STORE_FAILED', 'the queue cannot be written', { cause })
        for (const { reject } of batch) reject(error)
      } finally {
        for (const { queued } of batch) this.#unwritten.remove(sizeOf(queued))
      }
    }
    // In the same moment as the last look: what comes later begins it again.
    this.#draining = undefined
  }

  async #write(batch: readonly Pending[]): Promise<void> {
    const file = await this.#writable()
    const records: StoredRecord[] = []
    const chunks: Uint8Array[] = []
    let at = file.bytes
    for (const { queued } of batch) {
      const { signal, items, bytes } = queued
      const header = headerOf(signal, items, bytes)
      chunks.push(encodeHeader(header), bytes)
      records.push({ ...header, payloadAt: at + headerBytes })
      at += headerBytes + bytes.length
    }
    await file.append(Buffer.concat(chunks), records, this.#options.fsync !== false)
    for (const [place, { queued }] of batch.entries()) {
      const { bytes } = queued
      if (this.#cachedBytes + bytes.length > maxCachedBytes) break
      this.#cachedBytes += bytes.length
      // As many records as requests.
      const record = records[place] as StoredRecord
      record.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
  }

  /** Answers the file that is written; a full or old one is closed and the next one begun. */
  async #writable(): Promise<WalFile> {
    const { directory, maxAgeMillis } = this.#options
    const { fileBytes = defaultFileBytes, maxRequests = defaultMaxRequests } = this.#options
    const last = this.#files.at(-1)
    if (last?.isOpen === true) {
      // Age is that of the file: where little comes it would be too old before it is full.
      const isYoung = this.#clock.now() - last.startedAt <= maxAgeMillis / filesPerBound
      const isShort = last.records < maxRequests / filesPerBound
      if (last.bytes < fileBytes && isYoung && isShort) return last
      await last.finish()
    }
    await this.#removeDone()
    const file = await WalFile.create(directory, this.#clock.now())
    this.#files.push(file)
    return file
  }

  #wake(): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const waiter of waiters) waiter()
  }
}

function sizeOf({ items, bytes }: Queued) {
  return { items, bytes: bytes.length }
}
