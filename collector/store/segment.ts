/** One append-only file of blocks, and what memory keeps of it. */
import { open, type FileHandle } from 'node:fs/promises'
import { verifyPayload, type BlockMeta } from './block.ts'
import { BlockWalk, type Walk } from './block-walk.ts'
import { setTailAside } from './quarantine.ts'
import { readAt } from './read-at.ts'

export interface Segment {
  readonly path: string
  /** When it was begun, milliseconds since 1970. */
  readonly startedAt: number
  readonly blocks: BlockMeta[]
  bytes: number
}

/** What was found; whole blocks stay, what follows the last of them is set aside. */
export interface Recovery {
  /** `tail_cut`: a stop cut the last block short or left zeros. `quarantined`: bytes are there and are wrong. */
  readonly status: 'whole' | 'tail_cut' | 'quarantined'
  /** Absent when nothing of the file was good. */
  readonly segment?: Segment
  /** File that holds what was cut off, if that was more than zeros. */
  readonly aside?: string
}

/**
 * Reads a segment back after a stop of any kind. Every header is checked; of payloads only the last is read,
 * because the death of a process can only have cut that one; the others are checked when they are asked for. Damage
 * between whole blocks is passed over and stays where it is.
 */
export async function recoverSegment(path: string, startedAt: number): Promise<Recovery> {
  const { blocks, size, goodBytes, end, hasHoles } = await readBlocks(path)
  const segment = { path, startedAt, blocks: [...blocks], bytes: end === 'clean' ? size : goodBytes }
  if (end === 'clean') return { status: hasHoles ? 'quarantined' : 'whole', segment }
  const aside = await trySetAside(segment, size)
  if (aside === undefined) return { status: hasHoles ? 'quarantined' : 'tail_cut', segment }
  const status = end === 'torn' && !hasHoles ? 'tail_cut' : 'quarantined'
  return { status, aside, ...(blocks.length === 0 ? {} : { segment }) }
}

/** A full disk has no room for what is set aside: it stays in the file then, and nothing is written behind it. */
async function trySetAside(segment: Segment, size: number): Promise<string | undefined> {
  try {
    return await setTailAside(segment.path, segment.bytes)
  } catch {
    segment.bytes = size
    return undefined
  }
}

async function readBlocks(path: string): Promise<Walk & { readonly size: number }> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const walk = await new BlockWalk(handle, size).run()
    const isWhole = walk.end !== 'clean' || (await isLastWhole(handle, walk.blocks.at(-1)))
    return { ...(isWhole ? walk : withoutLast(walk)), size }
  } finally {
    await handle.close()
  }
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

function withoutLast({ blocks, hasHoles }: Walk): Walk {
  const kept = blocks.slice(0, -1)
  const previous = kept.at(-1)
  const goodBytes = previous === undefined ? 0 : previous.payloadAt + previous.payloadBytes
  return { blocks: kept, goodBytes, end: 'torn', hasHoles }
}
