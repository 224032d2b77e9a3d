/** Writes a stretch of a file. */
import type { FileHandle } from 'node:fs/promises'

/** Writes all bytes at a place. A disk that is nearly full takes less than it was given, and tells why when asked again. */
export async function writeAt(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  let written = 0
  while (written < bytes.length) {
    written += (await handle.write(bytes, written, bytes.length - written, at + written)).bytesWritten
  }
}
