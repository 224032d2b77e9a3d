/**
 * The marks of requests that were sent, beside the file that holds them: the place of each payload and a checksum, 4 bytes
 * each. Places outlive damage, counts do not; and a damaged mark may not pass for the place of another request.
 */
import { readFile } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { systemCodeOf } from '../../lib/errors.ts'

const markBytes = 8
/** Tells marks from the checksums of records. */
const seed = 0x5e47

/** Path of the file of the marks. */
export function sentPathOf(path: string): string {
  return `${path}.sent`
}

/** Lays out the mark of a payload. */
export function encodeMark(payloadAt: number): Buffer {
  const mark = Buffer.alloc(markBytes)
  mark.writeUInt32LE(payloadAt)
  mark.writeUInt32LE(crc32(mark.subarray(0, 4), seed), 4)
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
    const isMark = crc32(bytes.subarray(at, at + 4), seed) === bytes.readUInt32LE(at + 4)
    if (isMark) found.push(bytes.readUInt32LE(at))
    // After a torn mark the next ones stand elsewhere.
    at += isMark ? markBytes : 1
  }
  return found
}
