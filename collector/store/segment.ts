/** One append-only file of blocks, and what memory keeps of it. */
import { open, rename, truncate, type FileHandle } from 'node:fs/promises'
import { decodeHeader, decodeMeta, headerBytes, verifyPayload, type BlockMeta } from './block.ts'

export interface Segment {
  readonly path: string
  /** When it was begun, milliseconds since 1970. */
  readonly startedAt: number
  readonly blocks: BlockMeta[]
  bytes: number
}

export type Recovery =
  | { readonly status: 'whole'; readonly segment: Segment }
  /** A crash cut the last block short; the file was cut back to the whole ones. */
  | { readonly status: 'tail_cut'; readonly segment: Segment }
  /** Bytes in the middle are damaged; the file was set aside under another name. */
  | { readonly status: 'quarantined' }

/** How far reading got, and whether a header was cut off by the end of the file or is wrong. */
interface Walk {
  readonly blocks: readonly BlockMeta[]
  readonly goodBytes: number
  readonly end: 'clean' | 'torn' | 'damaged'
}

/**
 * Reads a segment back after a stop of any kind. Every header is checked; of payloads only the last is read,
 * because a crash can only have cut that one; the others are checked when they are asked for.
 */
export async function recoverSegment(path: string, startedAt: number): Promise<Recovery> {
  const handle = await open(path, 'r')
  let walk: Walk
  let size: number
  try {
    size = (await handle.stat()).size
    walk = await walkBlocks(handle, size)
  } finally {
    await handle.close()
  }
  if (walk.end === 'damaged') {
    await rename(path, `${path}.corrupt`)
    return { status: 'quarantined' }
  }
  const segment = { path, startedAt, blocks: [...walk.blocks], bytes: walk.goodBytes }
  if (walk.end === 'clean') return { status: 'whole', segment }
  await truncate(path, walk.goodBytes)
  return { status: 'tail_cut', segment }
}

async function walkBlocks(handle: FileHandle, size: number): Promise<Walk> {
  const blocks: BlockMeta[] = []
  let at = 0
  while (at < size) {
    const step = await readMeta(handle, at, size)
    if (typeof step === 'string') return { blocks, goodBytes: at, end: step }
    blocks.push(step)
    at = step.payloadAt + step.payloadBytes
  }
  return (await isLastWhole(handle, blocks.at(-1)))
    ? { blocks, goodBytes: at, end: 'clean' }
    : withoutLast(blocks)
}

async function readMeta(
  handle: FileHandle,
  at: number,
  size: number,
): Promise<BlockMeta | 'torn' | 'damaged'> {
  if (at + headerBytes > size) return 'torn'
  const header = decodeHeader(await readAt(handle, at, headerBytes))
  if (header === undefined) return 'damaged'
  const end = at + headerBytes + header.indexBytes + header.payloadBytes
  if (end > size) return 'torn'
  const meta = decodeMeta(await readAt(handle, at, headerBytes + header.indexBytes), header, at)
  return meta ?? 'damaged'
}

async function isLastWhole(handle: FileHandle, last: BlockMeta | undefined): Promise<boolean> {
  if (last === undefined) return true
  try {
    verifyPayload(last, await readAt(handle, last.payloadAt, last.payloadBytes))
    return true
  } catch {
    return false
  }
}

function withoutLast(blocks: readonly BlockMeta[]): Walk {
  const kept = blocks.slice(0, -1)
  const previous = kept.at(-1)
  const goodBytes = previous === undefined ? 0 : previous.payloadAt + previous.payloadBytes
  return { blocks: kept, goodBytes, end: 'torn' }
}

/** Reads exactly `length` bytes, fewer only at the end of the file. */
export async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, at + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}
