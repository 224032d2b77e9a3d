/** Reads back what a process took and did not come to put into a block. */
import { readFile } from 'node:fs/promises'
import { decodeHeader, decodeMeta, verifyPayload, type BlockMeta } from './block.ts'
import { findRecords } from './head-record.ts'
import type { Kept } from './head.ts'

export interface RecoveredHead {
  readonly kept: readonly Kept[]
  /** `tail_cut`: a stop cut a request short. `quarantined`: bytes are there and are wrong. */
  readonly status: 'whole' | 'tail_cut' | 'quarantined'
}

/** Reads the file of a head; damage costs the requests it hit. */
export async function recoverHead(path: string): Promise<RecoveredHead> {
  const content = await readFile(path)
  const { records, isWhole } = findRecords(content)
  const kept: Kept[] = []
  let isCut = false
  for (const { at, blockBytes } of records) {
    const block = content.subarray(at, at + blockBytes)
    const meta = metaOfBlock(block)
    const bytes = meta === undefined ? undefined : block.subarray(meta.payloadAt)
    if (meta !== undefined && bytes !== undefined && isSound(meta, bytes)) {
      kept.push({ bytes, summary: summaryOf(meta) })
    } else isCut = true
  }
  const status = isCut ? 'tail_cut' : 'whole'
  return { kept: withAnyService(kept), status: isWhole ? status : 'quarantined' }
}

/** One whose services were too many stands for all of them, and so does what it is joined with. */
function withAnyService(kept: readonly Kept[]): readonly Kept[] {
  if (kept.some(({ summary }) => summary.items > 0 && summary.services.size === 0))
    for (const { summary } of kept) summary.services.clear()
  return kept
}

function metaOfBlock(block: Buffer): BlockMeta | undefined {
  const header = decodeHeader(block)
  return header === undefined ? undefined : decodeMeta(block, header, 0)
}

function isSound(meta: BlockMeta, bytes: Uint8Array): boolean {
  try {
    verifyPayload(meta, bytes)
    return true
  } catch {
    return false
  }
}

/** Tells what the requests of a block are, as far as its index says. */
export function summaryOf({
  items,
  minTime,
  maxTime,
  maxDuration,
  services,
  traces,
}: BlockMeta): Kept['summary'] {
  return { items, minTime, maxTime, maxDuration, services: new Set(services), traces: new Set(traces) }
}

/** Tells whether two blocks may hold the same requests, as far as their indexes say. */
export function isSameBlock(one: BlockMeta, other: BlockMeta): boolean {
  return (
    one.rawBytes === other.rawBytes &&
    one.items === other.items &&
    one.minTime === other.minTime &&
    one.maxTime === other.maxTime &&
    one.traces.length === other.traces.length &&
    one.traces.every((trace, at) => trace === other.traces[at])
  )
}
