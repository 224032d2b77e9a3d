/**
 * The marks of requests that were sent, beside the file that holds them: the place of each payload and a checksum, 4 bytes
 * each. Places outlive damage, counts do not; and a damaged mark may not pass for the place of another request.
 */
import { appendFile, open, readFile, type FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { crc32c } from '@node-rs/crc32'
import { systemCodeOf } from '../../lib/errors.ts'

const markBytes = 8
/** Tells marks from the checksums of records. */
const seed = 0x5e47
/** What is written, and what an earlier build wrote. */
const checksums = [crc32c, crc32] as const

/** Path of the file of the marks. */
export function sentPathOf(path: string): string {
  return `${path}.sent`
}

/** Lays out the mark of a payload. */
export function encodeMark(payloadAt: number): Buffer {
  const mark = Buffer.alloc(markBytes)
  mark.writeUInt32LE(payloadAt)
  mark.writeUInt32LE(crc32c(mark.subarray(0, 4), seed), 4)
  return mark
}

/** Reads the marks of a file; whose mark was damaged is sent once more. */
export async function readMarks(path: string): Promise<number[]> {
  const bytes = await readFile(sentPathOf(path)).catch((error: unknown) => {
    if (systemCodeOf(error) === 'ENOENT') return Buffer.alloc(0)
    throw error
  })
  const found: number[] = []
  for (let at = 0; at + markBytes <= bytes.length;) {
    const isMark = checksums.some(
      (checksum) => checksum(bytes.subarray(at, at + 4), seed) === bytes.readUInt32LE(at + 4),
    )
    if (isMark) found.push(bytes.readUInt32LE(at))
    // After a torn mark the next ones stand elsewhere.
    at += isMark ? markBytes : 1
  }
  return found
}

/** Adds marks to a file; those of one moment share a write. */
export class MarkWriter {
  readonly #path: string
  #handle: Promise<FileHandle> | undefined
  #waiting: Buffer[] = []
  /** The write that has not begun, which takes all that wait by then. */
  #next: Promise<void> | undefined
  #last: Promise<void> = Promise.resolve()
  #isClosed = false

  /** @param path of the file that holds the requests */
  constructor(path: string) {
    this.#path = sentPathOf(path)
  }

  /** Resolves when the mark is in the file. */
  add(mark: Buffer): Promise<void> {
    this.#waiting.push(mark)
    this.#next ??= this.#writeAfter(this.#last)
    return this.#next
  }

  /** Closes the file; what was being sent when everything was closed is still marked. */
  async close(): Promise<void> {
    this.#isClosed = true
    await (this.#next ?? this.#last).catch(() => undefined)
    const handle = await this.#handle
    this.#handle = undefined
    await handle?.close()
  }

  async #writeAfter(last: Promise<void>): Promise<void> {
    // Whoever waited for that one was told of its failure.
    await last.catch(() => undefined)
    await new Promise((resolve) => setImmediate(resolve))
    const marks = Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#last = this.#next ?? last
    this.#next = undefined
    if (this.#isClosed) {
      await appendFile(this.#path, marks, { mode: 0o600 })
      return
    }
    this.#handle ??= open(this.#path, 'a', 0o600)
    // The next write tries again.
    this.#handle.catch(() => (this.#handle = undefined))
    await (await this.#handle).appendFile(marks)
  }
}
