/** One file of the write-ahead log: requests at its end, and beside it the places of those that were sent. */
import { open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '../../lib/sync-files.ts'
import { readAt } from '../store/read-at.ts'
import { isWhole } from './record.ts'
import { Tally } from './sending-queue.ts'
import type { FoundFile, StoredRecord } from './read-wal.ts'
import { encodeMark, MarkWriter, sentPathOf } from './sent-marks.ts'

export class WalFile {
  readonly path: string
  /** In the time of the queue. */
  readonly startedAt: number
  readonly #records: StoredRecord[]
  readonly #sent: Set<number>
  /** What was not sent. */
  readonly held = new Tally()
  /** Reads in a row that have failed. */
  failedReads = 0
  #next = 0
  #bytes: number
  /** Absent once nothing is added any more. */
  #handle: FileHandle | undefined
  readonly #marks: MarkWriter
  /** Marks on their way into their file. */
  #marking = 0

  private constructor(
    path: string,
    startedAt: number,
    found: Pick<FoundFile, 'records' | 'sent' | 'goodBytes'>,
  ) {
    this.path = path
    this.#marks = new MarkWriter(path)
    this.startedAt = startedAt
    this.#records = [...found.records]
    this.#sent = new Set(found.sent)
    this.#bytes = found.goodBytes
    for (const record of this.#records) if (!this.#sent.has(record.payloadAt)) this.held.add(sizeOf(record))
  }

  /** Makes a file that is written. The number tells apart the files of one millisecond. */
  static async create(directory: string, now: number): Promise<WalFile> {
    for (let number = 0; ; number++) {
      const path = join(directory, `${String(now).padStart(13, '0')}-${String(number).padStart(4, '0')}.wal`)
      const handle = await openNew(path)
      if (handle === undefined) continue
      // A file without a name is lost with all in it.
      await syncFolder(directory)
      const file = new WalFile(path, now, { records: [], sent: new Set(), goodBytes: 0 })
      file.#handle = handle
      return file
    }
  }

  /** Takes a file that an earlier process left; nothing is added to it. */
  static recovered(path: string, startedAt: number, found: FoundFile): WalFile {
    return new WalFile(path, startedAt, found)
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Requests in it, sent or not. */
  get records(): number {
    return this.#records.length
  }

  /** True while requests are added. */
  get isOpen(): boolean {
    return this.#handle !== undefined
  }

  /** True when everything in it was sent and marked. */
  get isDone(): boolean {
    return this.#sent.size >= this.#records.length && this.#marking === 0
  }

  /** Answers the next record that was not handed out and not sent. */
  next(): StoredRecord | undefined {
    while (this.#next < this.#records.length) {
      const record = this.#records[this.#next++]
      if (record !== undefined && !this.#sent.has(record.payloadAt)) return record
    }
    return undefined
  }

  /** Has a record that could not be read handed out again. */
  handBack(record: StoredRecord): void {
    this.#next = Math.min(this.#next, this.#records.indexOf(record))
  }

  /** Adds records, and closes the file when that fails: the kernel may have dropped what it could not write. */
  async append(bytes: Uint8Array, records: readonly StoredRecord[], isSynced: boolean): Promise<void> {
    const handle = this.#handle
    if (handle === undefined) throw new Error('found a closed file')
    try {
      for (let written = 0; written < bytes.length;) {
        const left = bytes.length - written
        written += (await handle.write(bytes, written, left, this.#bytes + written)).bytesWritten
      }
      if (isSynced) await handle.datasync()
    } catch (error) {
      await handle.truncate(this.#bytes).catch(() => undefined)
      await this.finish().catch(() => undefined)
      throw error
    }
    this.#bytes += bytes.length
    for (const record of records) {
      this.#records.push(record)
      this.held.add(sizeOf(record))
    }
  }

  /** Reads a payload; undefined when it is not what was written. */
  async read(record: StoredRecord): Promise<Buffer | undefined> {
    this.failedReads++
    const handle = this.#handle ?? (await open(this.path, 'r'))
    try {
      const bytes = await readAt(handle, record.payloadAt, record.payloadBytes)
      this.failedReads = 0
      return isWhole(record, bytes) ? bytes : undefined
    } finally {
      if (handle !== this.#handle) await handle.close()
    }
  }

  /** Notes that a record was sent. Not synced: what a power cut takes of it is sent once more. */
  async mark(record: StoredRecord): Promise<void> {
    const { payloadAt } = record
    if (!this.#sent.has(payloadAt)) this.held.remove(sizeOf(record))
    this.#sent.add(payloadAt)
    this.#marking++
    try {
      await this.#marks.add(encodeMark(payloadAt))
    } finally {
      this.#marking--
    }
  }

  /** Closes the file for requests. */
  async finish(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }

  /** Closes everything. */
  async close(): Promise<void> {
    await this.finish()
    await this.#marks.close()
  }

  async remove(): Promise<void> {
    await this.close()
    await rm(this.path, { force: true })
    await rm(sentPathOf(this.path), { force: true })
  }
}

function sizeOf({ items, payloadBytes }: StoredRecord) {
  return { items, bytes: payloadBytes }
}

async function openNew(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'wx+', 0o600)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined
    throw error
  }
}
