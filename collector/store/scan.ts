/** Reads the blocks a question may concern, one after another, as far as its budget goes. */
import { CollectorError } from '../errors.ts'
import type { BlockMeta } from './block.ts'
import type { SignalStore } from './signal-store.ts'

/** Most inflated bytes one question may read; what few items answer ends there. */
const maxScanBytes = 512 * 2 ** 20

export interface Scan {
  /** True when blocks that may hold answers could not be read, or were left because the budget was used up. */
  readonly isPartial: boolean
  readonly blocks: number
  readonly bytes: number
}

export interface ScanOptions {
  readonly test: (meta: BlockMeta) => boolean
  /** Is given the inflated requests of a block, and answers true to end the scan. */
  readonly take: (bytes: Uint8Array) => boolean
  /** Most inflated bytes to read. Default 512 MiB. */
  readonly maxBytes?: number
}

/**
 * Hands the blocks that pass a test to `take`, newest first, until it answers true. A block that cannot be read costs
 * itself and is counted.
 */
export async function scanBlocks(store: SignalStore, options: ScanOptions): Promise<Scan> {
  const release = store.hold()
  try {
    return await scan(store, options)
  } finally {
    release()
  }
}

async function scan(store: SignalStore, { test, take, maxBytes = maxScanBytes }: ScanOptions): Promise<Scan> {
  let isPartial = false
  let blocks = 0
  let bytes = 0
  for (const block of store.blocks(test)) {
    if (blocks > 0 && bytes + block.meta.rawBytes > maxBytes) return { isPartial: true, blocks, bytes }
    blocks++
    bytes += block.meta.rawBytes
    const found = await store.read(block)
    if (found.status === 'gone') continue
    const outcome = found.status === 'damaged' ? 'unreadable' : taken(store, found.bytes, take)
    if (outcome === 'done') break
    isPartial ||= outcome === 'unreadable'
  }
  return { isPartial, blocks, bytes }
}

function taken(
  store: SignalStore,
  bytes: Uint8Array,
  take: ScanOptions['take'],
): 'done' | 'on' | 'unreadable' {
  try {
    return take(bytes) ? 'done' : 'on'
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error
    store.reportUnreadable()
    return 'unreadable'
  }
}
