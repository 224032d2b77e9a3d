/** How the `file` exporter writes payloads: OTLP JSON, one a line, or protobuf with its length before it. */
import type { FileHandle } from 'node:fs/promises'
import type { Load, LoadSignal } from '../graph/load.ts'
import { readAt } from '../store/read-at.ts'
import { jsonOf } from './load-json.ts'

export type PayloadFormat = 'json' | 'proto'

/** Lays out a payload as it stands in a file. */
export function formatPayload(format: PayloadFormat, load: Load<LoadSignal>): Buffer {
  if (format === 'json') return Buffer.from(`${JSON.stringify(jsonOf(load))}\n`)
  const { bytes } = load
  const framed = Buffer.allocUnsafe(4 + bytes.length)
  framed.writeUInt32BE(bytes.length)
  framed.set(bytes, 4)
  return framed
}

/** Answers where the last whole payload of a file ends: what a crash tore would spoil what is written behind it. */
export async function endOfWhole(handle: FileHandle, format: PayloadFormat): Promise<number> {
  const { size } = await handle.stat()
  return format === 'json' ? endOfLastLine(handle, size) : endOfLastFrame(handle, size)
}

const windowBytes = 65_536

async function endOfLastLine(handle: FileHandle, size: number): Promise<number> {
  for (let end = size; end > 0; end -= windowBytes) {
    const start = Math.max(0, end - windowBytes)
    const found = (await readAt(handle, start, end - start)).lastIndexOf(0x0a)
    if (found >= 0) return start + found + 1
  }
  return 0
}

async function endOfLastFrame(handle: FileHandle, size: number): Promise<number> {
  let at = 0
  while (at + 4 <= size) {
    const next = at + 4 + (await readAt(handle, at, 4)).readUInt32BE()
    if (next > size) return at
    at = next
  }
  return at
}
