/**
 * What a store took since its last block: on the disk as it came, so that the death of this process cannot lose it, and
 * in memory until there is enough of it to be compressed into a block. The file is written again and again from its
 * beginning, in the turn of the loop that took the request: its pages are in memory, and a write to them takes 3 µs where
 * a new page and a thread take 30.
 */
import { closeSync, ftruncateSync, openSync, rmSync, writeSync, writevSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { addSummary, emptySummary, joinSummaries, type Summary } from '../process/summary.ts'
import { encodeMeta, indexedServices, indexedTraces, type BlockMeta } from './block.ts'
import { encodeRecord } from './head-record.ts'

/** A request after the fence, not changed any more. */
export interface Kept {
  readonly bytes: Uint8Array
  readonly summary: Summary
}

/** Size of a file, and of a buffer, that is not kept when its requests have left. */
const maxKeptBytes = 4 * 2 ** 20
const firstBufferBytes = 2 ** 18

export class Head {
  readonly #path: string
  #file: number | undefined
  /** Counts how often the file was begun again, from 1. */
  #turn = 1
  /** Stands behind the last request of this turn. */
  #end = encodeRecord(1, 0)
  /** Where the next request goes. */
  #at = 0
  /** Bytes of the file. */
  #fileBytes = 0
  /** Bytes of the requests. */
  #bytes = 0
  /** The requests, one behind the other. Copied: what came in with each of them is free to go while it is young. */
  #buffer = Buffer.alloc(0)
  #summary = emptySummary()
  #meta: BlockMeta | undefined

  /** @param path a file of its own, made when something comes */
  constructor(path: string) {
    this.#path = path
  }

  /** Bytes of the requests in it. */
  get bytes(): number {
    return this.#bytes
  }

  /** The requests in it as one, oldest first; its bytes are others once they are forgotten. */
  get held(): Kept {
    return { bytes: this.#buffer.subarray(0, this.#bytes), summary: this.#summary }
  }

  /** What the index of a block of these requests says. */
  get meta(): BlockMeta {
    return (this.#meta ??= metaOf([this.held]))
  }

  /**
   * Writes a request behind the others, as a block that is not compressed.
   *
   * @throws Error what the disk answers; nothing is added then
   */
  append({ bytes, summary }: Kept): void {
    const size = bytes.length
    const meta = encodeMeta(summary, { payloadBytes: size, rawBytes: size, payloadCrc: crc32(bytes) })
    // The owner alone: like every file of the store.
    const file = (this.#file ??= openSync(this.#path, 'wx', 0o600))
    const record = encodeRecord(this.#turn, meta.length + size)
    writeParts(file, [record, meta, bytes, this.#end], this.#at)
    this.#at += record.length + meta.length + size
    this.#fileBytes = Math.max(this.#fileBytes, this.#at + this.#end.length)
    this.#makeRoom(size)
    this.#buffer.set(bytes, this.#bytes)
    this.#bytes += size
    addSummary(this.#summary, summary)
    this.#meta = undefined
  }

  #makeRoom(size: number): void {
    const needed = this.#bytes + size
    if (needed <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length, firstBufferBytes))
    this.#buffer.copy(larger, 0, 0, this.#bytes)
    this.#buffer = larger
  }

  /** Forgets the requests: a block has them. Their file has them still, until it is emptied. */
  forget(): void {
    if (this.#buffer.length > maxKeptBytes) this.#buffer = Buffer.alloc(0)
    this.#summary = emptySummary()
    this.#bytes = 0
    this.#meta = undefined
  }

  /** Empties the file. */
  empty(): void {
    // First: where the disk refuses, the next request takes the place of what is in a block already.
    this.#at = 0
    this.#turn++
    this.#end = encodeRecord(this.#turn, 0)
    if (this.#file === undefined) return
    if (this.#fileBytes > maxKeptBytes) {
      ftruncateSync(this.#file)
      this.#fileBytes = 0
    } else writeParts(this.#file, [this.#end], 0)
  }

  /** Closes the file, and removes it when nothing is in it; what is in it is found again at the next start. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
    if (this.#bytes === 0) rmSync(this.#path, { force: true })
  }
}

/** Tells what the index of a block of some requests says; it has no place in a file. */
export function metaOf(held: readonly Kept[]): BlockMeta {
  const summary = joinSummaries(held.map((one) => one.summary))
  const rawBytes = held.reduce((sum, { bytes }) => sum + bytes.length, 0)
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

function writeParts(file: number, parts: readonly Uint8Array[], at: number): void {
  const size = parts.reduce((sum, { length }) => sum + length, 0)
  let written = writevSync(file, parts, at)
  if (written === size) return
  // A disk that is nearly full takes less than it was given, and tells why when it is asked again.
  const whole = Buffer.concat(parts)
  while (written < size) written += writeSync(file, whole, written, size - written, at + written)
}
