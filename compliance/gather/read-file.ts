/** Reads one file within bounds. Whoever wrote the folder controls names, sizes and contents. */
import { isUtf8 } from 'node:buffer'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { systemCodeOf } from '../../lib/errors.ts'
import type { GatherFaultCode } from '../evidence.ts'

export type FileOutcome =
  | { readonly status: 'read'; readonly bytes: Uint8Array }
  | { readonly status: 'refused'; readonly code: GatherFaultCode; readonly message: string }

/** Where git looks for a zero byte, too. */
const headBytes = 8_000

/**
 * Reads a regular file of UTF-8 text.
 *
 * @param limitBytes a larger file is refused after a look at its start, which tells whether it is text at all
 */
export async function readTextFile(path: string, limitBytes: number): Promise<FileOutcome> {
  let handle: FileHandle | undefined
  try {
    // Without O_NONBLOCK a named pipe nobody writes to would hold the scan for ever.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stats = await handle.stat()
    if (!stats.isFile()) return refused('GATHER_UNREADABLE', 'expected a regular file')
    if (stats.size > limitBytes) {
      const start = await readUpTo(handle, Math.min(headBytes, limitBytes), headBytes)
      return start.includes(0) ? noText() : tooLarge(stats.size, limitBytes)
    }
    return textOf(await readUpTo(handle, limitBytes, stats.size), limitBytes)
  } catch (error) {
    return refused('GATHER_UNREADABLE', `cannot be read: ${systemCodeOf(error) ?? 'unknown error'}`)
  } finally {
    await handle?.close().catch(() => undefined)
  }
}

/**
 * Reads to the end, or one byte beyond the limit. The file may grow while it is read, so the size it had before proves
 * nothing; it says how much room most of them need, with one byte to see the end by.
 */
async function readUpTo(handle: FileHandle, limitBytes: number, sizeBytes = 0): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let roomBytes = sizeBytes + 1
  for (let length = 0; length <= limitBytes;) {
    const buffer = Buffer.alloc(Math.min(roomBytes, limitBytes + 1 - length))
    const bytesRead = await fill(handle, buffer)
    chunks.push(buffer.subarray(0, bytesRead))
    if (bytesRead < buffer.length) break
    length += bytesRead
    roomBytes = 65_536
  }
  const [only] = chunks
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks)
}

/** Reads until the buffer is full or the file ends; answers how much. */
async function fill(handle: FileHandle, buffer: Buffer): Promise<number> {
  for (let filled = 0; ;) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, null)
    filled += bytesRead
    if (bytesRead === 0 || filled === buffer.length) return filled
  }
}

function textOf(bytes: Uint8Array, limitBytes: number): FileOutcome {
  if (bytes.length > limitBytes) return tooLarge(bytes.length, limitBytes)
  if (bytes.includes(0)) return noText()
  if (!isUtf8(bytes)) return refused('GATHER_NOT_TEXT', 'found bytes that are no utf-8, expected text')
  return { status: 'read', bytes }
}

function noText(): FileOutcome {
  return refused('GATHER_NOT_TEXT', 'found a zero byte, expected text')
}

function tooLarge(size: number, limitBytes: number): FileOutcome {
  return refused('GATHER_TOO_LARGE', `found ${size} bytes, expected at most ${limitBytes}`)
}

function refused(code: GatherFaultCode, message: string): FileOutcome {
  return { status: 'refused', code, message }
}
