/**
 * What a store took since its last block: on the disk as it came, so that the death of this process cannot lose it, and
 * in memory until there is enough of it to be compressed into a block.
 */
import { open, rm, type FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { joinSummaries, type Summary } from '../process/summary.ts'
import { encodeMeta, indexedServices, indexedTraces, type BlockMeta } from './block.ts'

/** A request after the fence, not changed any more. */
export interface Kept {
  readonly bytes: Uint8Array
  readonly summary: Summary
}

export class Head {
  readonly #path: string
  #handle: FileHandle | undefined
  /** Bytes of the file. */
  #end = 0
  /** Bytes of the requests. */
  #bytes = 0
  #held: Kept[] = []
  #meta: BlockMeta | undefined

  /** @param path a file of its own, made when something comes */
  constructor(path: string) {
    this.#path = path
  }

  /** Bytes of the requests in it. */
  get bytes(): number {
    return this.#bytes
  }

  /** The requests in it, oldest first. */
  get held(): readonly Kept[] {
    return this.#held
  }

  /** What the index of a block of these requests says. */
  get meta(): BlockMeta {
    return (this.#meta ??= metaOf(this.#held))
  }

  /** Writes requests at the end, as one block that is not compressed. What was written of it is cut off when that fails. */
  async append(taken: readonly Kept[]): Promise<void> {
    const parts = taken.map(({ bytes }) => bytes)
    const size = sizeOf(parts)
    let payloadCrc = 0
    for (const part of parts) payloadCrc = crc32(part, payloadCrc)
    const summary = joinSummaries(taken.map((one) => one.summary))
    const meta = encodeMeta(summary, { payloadBytes: size, rawBytes: size, payloadCrc })
    // The owner alone: like every file of the store.
    const handle = (this.#handle ??= await open(this.#path, 'wx', 0o600))
    try {
      await writeParts(handle, [meta, ...parts], this.#end)
    } catch (error) {
      // What cannot be cut off is overwritten by the next requests.
      await handle.truncate(this.#end).catch(() => undefined)
      throw error
    }
    this.#end += meta.length + size
    this.#bytes += size
    this.#held.push(...taken)
    this.#meta = undefined
  }

  /** Forgets the requests: a block has them. Their file has them still, until it is truncated. */
  forget(): void {
    this.#held = []
    this.#bytes = 0
    this.#meta = undefined
  }

  /** Empties the file. */
  async truncate(): Promise<void> {
    await this.#handle?.truncate(0)
    this.#end = 0
  }

  /** Closes the file, and removes it when nothing is in it; what is in it is found again at the next start. */
  async close(): Promise<void> {
    await this.#handle?.close()
    this.#handle = undefined
    if (this.#held.length === 0) await rm(this.#path, { force: true })
  }
}

/** Tells what the index of a block of some requests says; it has no place in a file. */
export function metaOf(held: readonly Kept[]): BlockMeta {
  const summary = joinSummaries(held.map((one) => one.summary))
  const rawBytes = sizeOf(held.map(({ bytes }) => bytes))
  return {
    payloadAt: 0,
    payloadBytes: rawBytes,
    rawBytes,
    payloadCrc: 0,
    items: summary.items,
    minTime: summary.minTime,
    maxTime: summary.maxTime,
    maxDuration: summary.maxDuration,
    services: indexedServices(summary.services),
    traces: indexedTraces(summary.traces),
  }
}

function sizeOf(parts: readonly Uint8Array[]): number {
  let size = 0
  for (const { length } of parts) size += length
  return size
}

async function writeParts(handle: FileHandle, parts: readonly Uint8Array[], at: number): Promise<void> {
  const size = sizeOf(parts)
  let { bytesWritten: written } = await handle.writev([...parts], at)
  if (written === size) return
  // A disk that is nearly full takes less than it was given, and tells why when it is asked again.
  const whole = Buffer.concat(parts)
  while (written < size) {
    written += (await handle.write(whole, written, size - written, at + written)).bytesWritten
  }
}
