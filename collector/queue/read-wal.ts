/** Reads back after a stop of any kind what is in a file of the write-ahead log, and what of it was sent. */
import { open, type FileHandle } from 'node:fs/promises'
import { readAt } from '../store/read-at.ts'
import { decodeHeader, headerBytes, nextMagic, type RecordHeader } from './record.ts'
import { readMarks } from './sent-marks.ts'

export interface StoredRecord extends RecordHeader {
  /** Where its payload begins. */
  readonly payloadAt: number
  /** The payload, while it is in memory too. */
  bytes?: Buffer
}

export interface FoundFile {
  readonly records: readonly StoredRecord[]
  /** Places of the payloads that were sent. */
  readonly sent: ReadonlySet<number>
  /** Where the last whole record ends. */
  readonly goodBytes: number
  readonly bytes: number
  /** Stretches of bytes that are no records, besides a torn end, and their bytes. */
  readonly damages: number
  readonly damagedBytes: number
}

/** A stretch of a file that is in memory. */
interface Window {
  readonly start: number
  readonly bytes: Buffer
}

const windowBytes = 2 ** 20
/** Small requests have many headers in one; of large ones the header alone is read. */
const headerWindowBytes = 2 ** 16

/** Reads the headers of a file; payloads are checked when they are sent. */
export async function readWalFile(path: string): Promise<FoundFile> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const records: StoredRecord[] = []
    let at = 0
    let goodBytes = 0
    let damages = 0
    let damagedBytes = 0
    let isDamaged = false
    let window: Window = { start: 0, bytes: Buffer.alloc(0) }
    while (at + headerBytes <= size) {
      if (at + headerBytes > window.start + window.bytes.length) {
        const isSmall = (records.at(-1)?.payloadBytes ?? 0) < headerWindowBytes / 4
        const length = Math.min(isSmall ? headerWindowBytes : headerBytes, size - at)
        window = { start: at, bytes: await readAt(handle, at, length) }
      }
      const header = decodeHeader(window.bytes, at - window.start)
      const end = header === undefined ? 0 : at + headerBytes + header.payloadBytes
      if (header === undefined || end > size) {
        // A torn end is no damage: nothing whole follows it.
        isDamaged = true
        at = await findHeader(handle, at + 1, size)
        continue
      }
      if (isDamaged) {
        damages++
        damagedBytes += at - goodBytes
      }
      isDamaged = false
      records.push({ ...header, payloadAt: at + headerBytes })
      at = end
      goodBytes = end
    }
    const known = new Set(records.map(({ payloadAt }) => payloadAt))
    const sent = (await readMarks(path)).filter((place) => known.has(place))
    return { records, sent: new Set(sent), goodBytes, bytes: size, damages, damagedBytes }
  } finally {
    await handle.close()
  }
}

/** Answers where the next whole header begins, or the size. */
async function findHeader(handle: FileHandle, from: number, size: number): Promise<number> {
  for (let start = from; start < size; start += windowBytes - headerBytes) {
    const window = await readAt(handle, start, Math.min(windowBytes, size - start))
    for (let at = nextMagic(window, 0); at < window.length; at = nextMagic(window, at + 1)) {
      if (decodeHeader(window, at) !== undefined) return start + at
    }
  }
  return size
}
