/** One append-only file of blocks, and what memory keeps of it. */
import { open, type FileHandle } from 'node:fs/promises'
import { decodeHeader, decodeMeta, headerBytes, verifyPayload, type BlockMeta } from './block.ts'
import { setTailAside } from './quarantine.ts'
import { readAt } from './read-at.ts'

export interface Segment {
  readonly path: string
  /** When it was begun, milliseconds since 1970. */
  readonly startedAt: number
  readonly blocks: BlockMeta[]
  bytes: number
}

/** What was found; blocks before the damage stay, what follows the last of them is set aside. */
export interface Recovery {
  /** `tail_cut`: a stop cut the last block short or left zeros. `quarantined`: bytes are there and are wrong. */
  readonly status: 'whole' | 'tail_cut' | 'quarantined'
  /** Absent when nothing of the file was good. */
  readonly segment?: Segment
  /** File that holds what was cut off, if that was more than zeros. */
  readonly aside?: string
}

/** How far reading got, and whether a header was cut off by the end of the file or is wrong. */
interface Walk {
  readonly blocks: readonly BlockMeta[]
  readonly goodBytes: number
  readonly end: 'clean' | 'torn' | 'damaged'
}

/**
 * Reads a segment back after a stop of any kind. Every header is checked; of payloads only the last is read,
 * because the death of a process can only have cut that one; the others are checked when they are asked for.
 */
export async function recoverSegment(path: string, startedAt: number): Promise<Recovery> {
  const { blocks, goodBytes, end } = await readBlocks(path)
  const segment = { path, startedAt, blocks: [...blocks], bytes: goodBytes }
  if (end === 'clean') return { status: 'whole', segment }
  const aside = await setTailAside(path, goodBytes)
  if (aside === undefined) return { status: 'tail_cut', segment }
  const status = end === 'torn' ? 'tail_cut' : 'quarantined'
  return { status, aside, ...(goodBytes === 0 ? {} : { segment }) }
}

async function readBlocks(path: string): Promise<Walk> {
  const handle = await open(path, 'r')
  try {
    return await walkBlocks(handle, (await handle.stat()).size)
  } finally {
    await handle.close()
  }
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
