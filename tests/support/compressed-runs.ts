/** Looks inside files of unknown layout: finds compressed runs by their magic numbers (RFC 8878, RFC 1952). */
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'

/** Inflates whatever begins with the magic number of zstd or gzip, wherever it lies in a file. */
export function compressedRuns(bytes: Buffer): Buffer[] {
  const magics = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), Buffer.from([0x1f, 0x8b, 0x08])]
  const starts = magics.flatMap((magic) => {
    const found: number[] = []
    for (let at = bytes.indexOf(magic); at !== -1; at = bytes.indexOf(magic, at + 1)) found.push(at)
    return found
  })
  starts.sort((a, b) => a - b)
  return starts.map((from, at) => inflated(bytes.subarray(from, starts[at + 1])))
}

/** Undoes any of the codings we speak; bytes that are none of them stay as they are. */
export function inflated(bytes: Buffer): Buffer {
  for (const undo of [zstdDecompressSync, gunzipSync, inflateSync, brotliDecompressSync]) {
    try {
      return undo(bytes)
    } catch {
      // Not this coding; the raw bytes are searched in any case.
    }
  }
  return bytes
}
