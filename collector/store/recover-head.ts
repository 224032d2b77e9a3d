/** Reads back what a process took and did not come to put into a block. */
import { open } from 'node:fs/promises'
import { verifyPayload, type BlockMeta } from './block.ts'
import type { Kept } from './head.ts'
import { readAt } from './read-at.ts'
import { recoverSegment, type Recovery, type Segment } from './segment.ts'

export interface RecoveredHead {
  readonly status: Recovery['status']
  readonly kept: readonly Kept[]
  /** Writes that are not what was written. */
  readonly damages: number
  /** File that holds what was cut off. */
  readonly aside?: string
}

/** Reads the file of a head: blocks that are not compressed. */
export async function recoverHead(path: string, startedAt: number): Promise<RecoveredHead> {
  const { status, segment, aside } = await recoverSegment(path, startedAt)
  const kept = segment === undefined ? [] : await readKept(segment)
  return {
    status,
    kept,
    damages: (segment?.blocks.length ?? 0) - kept.length,
    ...(aside === undefined ? {} : { aside }),
  }
}

async function readKept({ path, blocks }: Segment): Promise<Kept[]> {
  const kept: Kept[] = []
  const handle = await open(path, 'r')
  try {
    for (const meta of blocks) {
      const bytes = await readAt(handle, meta.payloadAt, meta.payloadBytes)
      if (isWhole(meta, bytes)) kept.push({ bytes, summary: summaryOf(meta) })
    }
  } finally {
    await handle.close()
  }
  return kept
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

/** Tells whether two blocks hold the same requests: a process that ended between two steps leaves them in both. */
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
