/**
 * Finds the whole blocks of a file, whatever has become of the rest. Where a header is wrong, the next one whose
 * checksum holds is looked for, so that damage costs the block it hit.
 */
import type { FileHandle } from 'node:fs/promises'
import { decodeHeader, decodeMeta, headerBytes, headerMark, type BlockMeta } from './block.ts'
import { readAt } from './read-at.ts'

/** How far reading got. */
export interface Walk {
  readonly blocks: readonly BlockMeta[]
  /** Where the last whole block ends. */
  readonly goodBytes: number
  /** What follows it: nothing, a block that the end of the file cut off, or bytes that are wrong. */
  readonly end: 'clean' | 'torn' | 'damaged'
  /** True when something between whole blocks is wrong. */
  readonly hasHoles: boolean
}

/** Read at a time: headers of small blocks stand close together, and large payloads are stepped over. */
const windowBytes = 2 ** 16
const searchBytes = 2 ** 20
/** Most bytes of indexes checked while looking for a header: bytes that look like one may be anything. */
const maxCheckedBytes = 64 * 2 ** 20

export class BlockWalk {
  readonly #handle: FileHandle
  readonly #size: number
  #window: Buffer = Buffer.alloc(0)
  #windowAt = 0
  #checked = 0

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle
    this.#size = size
  }

  /** Reads the file from its beginning to its end. */
  async run(): Promise<Walk> {
    const blocks: BlockMeta[] = []
    let at = 0
    let goodBytes = 0
    let hasHoles = false
    while (at < this.#size) {
      const step = await this.#metaAt(at)
      if (typeof step !== 'string') {
        hasHoles ||= at > goodBytes
        blocks.push(step)
        at = goodBytes = step.payloadAt + step.payloadBytes
        continue
      }
      const next = await this.#nextAfter(at)
      if (next === undefined) return { blocks, goodBytes, end: step, hasHoles }
      at = next
    }
    return { blocks, goodBytes, end: 'clean', hasHoles }
  }

  async #metaAt(at: number): Promise<BlockMeta | 'torn' | 'damaged'> {
    if (at + headerBytes > this.#size) return 'torn'
    const header = decodeHeader(await this.#read(at, headerBytes))
    if (header === undefined) return 'damaged'
    const end = at + headerBytes + header.indexBytes + header.payloadBytes
    if (end > this.#size) return 'torn'
    this.#checked += header.indexBytes
    const meta = decodeMeta(await this.#read(at, headerBytes + header.indexBytes), header, at)
    // What was whole does not count as looked at in vain.
    if (meta !== undefined) this.#checked -= header.indexBytes
    return meta ?? 'damaged'
  }

  async #nextAfter(from: number): Promise<number | undefined> {
    for (let at = from + 1; at < this.#size; at += searchBytes) {
      // Three bytes more than a step, for a mark that lies across two.
      const chunk = await readAt(this.#handle, at, Math.min(searchBytes + 3, this.#size - at))
      for (let found = chunk.indexOf(headerMark); found >= 0; found = chunk.indexOf(headerMark, found + 1)) {
        if (this.#checked > maxCheckedBytes) return undefined
        if (typeof (await this.#metaAt(at + found)) !== 'string') return at + found
      }
    }
    return undefined
  }

  async #read(at: number, length: number): Promise<Buffer> {
    const start = at - this.#windowAt
    if (start >= 0 && start + length <= this.#window.length)
      return this.#window.subarray(start, start + length)
    this.#window = await readAt(this.#handle, at, Math.min(Math.max(length, windowBytes), this.#size - at))
    this.#windowAt = at
    return this.#window.subarray(0, length)
  }
}
