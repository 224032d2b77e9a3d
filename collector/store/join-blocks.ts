/**
 * Writes a finished segment anew with its small blocks joined to large ones. Where little comes, a block is what came in
 * half a second: ten times the bytes of the same spans in a large one, and as much more for memory to keep.
 */
import { open, rm, type FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, crc32, zstdCompress, zstdDecompress } from 'node:zlib'
import { joinSummaries } from '../process/summary.ts'
import { decodeHeader, decodeMeta, encodeMeta, verifyPayload, type BlockMeta } from './block.ts'
import { readAt } from './read-at.ts'
import { summaryOf } from './recover-head.ts'
import type { Segment } from './segment.ts'
import { writeAt } from './write-at.ts'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/** Ending of a file that is not finished; one that a stop left is removed at the next start. */
export const joiningEnding = '.joining'

/** Fewer blocks are not worth the work. */
const fewestBlocks = 8

export interface Joined {
  readonly path: string
  readonly blocks: readonly BlockMeta[]
  readonly bytes: number
}

/** Tells whether the blocks of a segment are much smaller than they could be. */
export function isWorthJoining({ blocks }: Segment, blockBytes: number): boolean {
  if (blocks.length < fewestBlocks) return false
  const raw = blocks.reduce((sum, { rawBytes }) => sum + rawBytes, 0)
  return raw / blocks.length < blockBytes / 4
}

/** Writes the file beside the segment and syncs it; leaves nothing where a block or the disk is not as it should be. */
export async function joinBlocks(segment: Segment, blockBytes: number): Promise<Joined | undefined> {
  const path = `${segment.path}${joiningEnding}`
  try {
    const source = await open(segment.path, 'r')
    try {
      const target = await open(path, 'w', 0o600)
      try {
        return { path, ...(await copyJoined(segment.blocks, source, target, blockBytes)) }
      } finally {
        await target.close()
      }
    } finally {
      await source.close()
    }
  } catch {
    // The segment is as it was, and answers as before.
    await rm(path, { force: true })
    return undefined
  }
}

async function copyJoined(
  from: readonly BlockMeta[],
  source: FileHandle,
  target: FileHandle,
  blockBytes: number,
): Promise<Omit<Joined, 'path'>> {
  const blocks: BlockMeta[] = []
  let bytes = 0
  for (const group of groupsOf(from, blockBytes)) {
    const parts: Buffer[] = []
    for (const meta of group) {
      const payload = await readAt(source, meta.payloadAt, meta.payloadBytes)
      verifyPayload(meta, payload)
      parts.push(await decompress(payload, { maxOutputLength: Math.max(meta.rawBytes, 1) }))
    }
    const encoded = await encodeBlock(group, Buffer.concat(parts))
    await writeAt(target, Buffer.concat([encoded.meta, encoded.payload]), bytes)
    blocks.push(readMeta(encoded.meta, bytes))
    bytes += encoded.meta.length + encoded.payload.length
  }
  await target.datasync()
  return { blocks, bytes }
}

/** Splits blocks into runs of so many inflated bytes, or a little more. */
function groupsOf(blocks: readonly BlockMeta[], blockBytes: number): readonly (readonly BlockMeta[])[] {
  const groups: BlockMeta[][] = []
  let size = blockBytes
  for (const meta of blocks) {
    if (size + meta.rawBytes > blockBytes) {
      groups.push([])
      size = 0
    }
    groups.at(-1)?.push(meta)
    size += meta.rawBytes
  }
  return groups
}

async function encodeBlock(group: readonly BlockMeta[], raw: Buffer) {
  const payload = await compress(raw, compression)
  const summary = joinSummaries(group.map(summaryOf))
  // One whose services were too many stands for all of them.
  if (group.some(({ services }) => services.length === 0)) summary.services.clear()
  const facts = { payloadBytes: payload.length, rawBytes: raw.length, payloadCrc: crc32(payload) }
  return { meta: encodeMeta(summary, facts), payload }
}

function readMeta(encoded: Buffer, at: number): BlockMeta {
  const header = decodeHeader(encoded)
  const meta = header === undefined ? undefined : decodeMeta(encoded, header, at)
  if (meta === undefined) throw new RangeError('a block just written cannot be read')
  return meta
}
