/** Reads back what a process took and did not come to put into a block. */
import { readFile } from 'node:fs/promises'
import { decodeHeader, decodeMeta, headerBytes, verifyPayload, type BlockMeta } from './block.ts'
import type { Kept } from './head.ts'

export interface RecoveredHead {
  readonly kept: readonly Kept[]
  /** `tail_cut`: a stop cut a request short. `quarantined`: bytes are there and are wrong. */
  readonly status: 'whole' | 'tail_cut' | 'quarantined'
}

/** Reads the file of a head: blocks that are not compressed, then zeros, then what is of another time. */
export async function recoverHead(path: string): Promise<RecoveredHead> {
  const content = await readFile(path)
  const kept: Kept[] = []
  let status: RecoveredHead['status'] = 'whole'
  for (let at = 0; !isEnd(content, at);) {
    const meta = metaAt(content, at)
    // Where the next one begins is not known either.
    if (meta === undefined) return { kept: withAnyService(kept), status: 'quarantined' }
    at = meta.payloadAt + meta.payloadBytes
    const bytes = content.subarray(meta.payloadAt, at)
    if (isWhole(meta, bytes)) kept.push({ bytes, summary: summaryOf(meta) })
    else status = 'tail_cut'
  }
  return { kept: withAnyService(kept), status }
}

/** One whose services were too many stands for all of them, and so does what it is joined with. */
function withAnyService(kept: readonly Kept[]): readonly Kept[] {
  if (kept.some(({ summary }) => summary.items > 0 && summary.services.size === 0))
    for (const { summary } of kept) summary.services.clear()
  return kept
}

/** Tells whether nothing follows: zeros, or too little for a request. */
function isEnd(content: Buffer, at: number): boolean {
  return (
    at + headerBytes > content.length || content.subarray(at, at + headerBytes).every((byte) => byte === 0)
  )
}

function metaAt(content: Buffer, at: number): BlockMeta | undefined {
  const rest = content.subarray(at)
  const header = decodeHeader(rest)
  if (header === undefined || rest.length < headerBytes + header.indexBytes) return undefined
  return decodeMeta(rest, header, at)
}

function isWhole(meta: BlockMeta, bytes: Uint8Array): boolean {
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
