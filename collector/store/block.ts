/**
 * One block of a segment file: a header of 28 bytes, an index that tells what is inside, and the compressed
 * OTLP bytes of one or more requests. Header and index share a CRC-32, the payload has its own, so that a
 * start reads only headers and a damaged payload costs only its block.
 */
import { crc32 } from 'node:zlib'
import type { Summary } from '../process/summary.ts'
import { CollectorError } from '../errors.ts'

export const headerBytes = 28
const magic = 0x32424d43 // "CMB2"
/** The first bytes of every header. */
export const headerMark = Buffer.from('CMB2')
const maxIndexBytes = 16 * 2 ** 20
/** A request that names more services than programs have is not worth an index; their names are cut too. */
const maxServices = 256
const maxServiceLength = 256
const maxPayloadBytes = 256 * 2 ** 20

export interface BlockMeta {
  /** Where the payload starts in its file. */
  readonly payloadAt: number
  readonly payloadBytes: number
  readonly rawBytes: number
  readonly payloadCrc: number
  readonly items: number
  readonly minTime: bigint
  readonly maxTime: bigint
  readonly maxDuration: bigint
  /** Empty where there are more than an index holds: any may be in it. */
  readonly services: readonly string[]
  /** Sorted low halves of the fingerprints of the traces in it: most of what memory keeps of a store. */
  readonly traces: Uint32Array
}

export interface BlockHeader {
  readonly items: number
  readonly indexBytes: number
  readonly payloadBytes: number
  readonly rawBytes: number
  readonly payloadCrc: number
  readonly metaCrc: number
}

/** What a header tells of a payload. */
export type PayloadFacts = Pick<BlockHeader, 'payloadBytes' | 'rawBytes' | 'payloadCrc'>

/** Lays out the header and index of a block; the payload follows them. */
export function encodeMeta(summary: Summary, { payloadBytes, rawBytes, payloadCrc }: PayloadFacts): Buffer {
  const services = indexedServices(summary.services).map((service) => Buffer.from(service))
  const textBytes = services.reduce((sum, { length }) => sum + 2 + length, 0)
  const traces = indexedTraces(summary.traces)
  const indexBytes = 24 + 2 + textBytes + traces.length * 4
  const bytes = Buffer.alloc(headerBytes + indexBytes)
  const head = [magic, summary.items, indexBytes, payloadBytes, rawBytes, payloadCrc]
  head.forEach((value, index) => bytes.writeUInt32LE(value, index * 4))
  let at = headerBytes
  for (const time of [summary.minTime, summary.maxTime, summary.maxDuration])
    at = bytes.writeBigUInt64LE(time, at)
  at = bytes.writeUInt16LE(services.length, at)
  for (const service of services) {
    at = bytes.writeUInt16LE(service.length, at)
    at += service.copy(bytes, at)
  }
  for (const trace of traces) at = bytes.writeUInt32LE(trace, at)
  bytes.writeUInt32LE(metaCrc(bytes, bytes.subarray(headerBytes)), 24)
  return bytes
}

/** Reads a header, or undefined when these bytes are not one. */
export function decodeHeader(bytes: Buffer): BlockHeader | undefined {
  if (bytes.length < headerBytes || bytes.readUInt32LE(0) !== magic) return undefined
  const header = {
    items: bytes.readUInt32LE(4),
    indexBytes: bytes.readUInt32LE(8),
    payloadBytes: bytes.readUInt32LE(12),
    rawBytes: bytes.readUInt32LE(16),
    payloadCrc: bytes.readUInt32LE(20),
    metaCrc: bytes.readUInt32LE(24),
  }
  const { indexBytes, payloadBytes } = header
  return indexBytes < 26 || indexBytes > maxIndexBytes || payloadBytes > maxPayloadBytes ? undefined : header
}

/** Reads the index that follows a header at `offset`, or undefined when the checksum of both does not match. */
export function decodeMeta(bytes: Buffer, header: BlockHeader, offset: number): BlockMeta | undefined {
  const index = bytes.subarray(headerBytes, headerBytes + header.indexBytes)
  if (index.length < header.indexBytes || metaCrc(bytes, index) !== header.metaCrc) return undefined
  const services: string[] = []
  let at = 26
  for (let left = index.readUInt16LE(24); left > 0; left--) {
    const length = index.readUInt16LE(at)
    services.push(index.toString('utf8', at + 2, at + 2 + length))
    at += 2 + length
  }
  const traces = new Uint32Array(Math.floor((index.length - at) / 4))
  for (let trace = 0; trace < traces.length; trace++) traces[trace] = index.readUInt32LE(at + trace * 4)
  return {
    payloadAt: offset + headerBytes + header.indexBytes,
    payloadBytes: header.payloadBytes,
    rawBytes: header.rawBytes,
    payloadCrc: header.payloadCrc,
    items: header.items,
    minTime: index.readBigUInt64LE(0),
    maxTime: index.readBigUInt64LE(8),
    maxDuration: index.readBigUInt64LE(16),
    services,
    traces,
  }
}

/**
 * Proves that a payload is the one that was written.
 *
 * @throws CollectorError STORE_BLOCK_CORRUPT
 */
export function verifyPayload(meta: BlockMeta, payload: Uint8Array): void {
  if (payload.length !== meta.payloadBytes || crc32(payload) !== meta.payloadCrc) {
    throw new CollectorError('STORE_BLOCK_CORRUPT', 'a block does not match its checksum')
  }
}

/** Lists what an index keeps of services: all of them, or none where they are too many. */
export function indexedServices(services: ReadonlySet<string>): readonly string[] {
  return services.size > maxServices ? [] : [...services].map((service) => service.slice(0, maxServiceLength))
}

/** Lists what an index keeps of fingerprints of 52 bits. */
export function indexedTraces(traces: ReadonlySet<number>): Uint32Array {
  // The array keeps the low 32 bits of each.
  return Uint32Array.from(traces).sort()
}

/** Tells whether a block may hold something of a service. */
export function mayBeOf({ services }: BlockMeta, service: string): boolean {
  return services.length === 0 || services.includes(service.slice(0, maxServiceLength))
}

/** Tells whether a block may hold a trace: a binary search over its fingerprints. */
export function mayHold({ traces }: BlockMeta, fingerprint: number): boolean {
  const trace = fingerprint % 2 ** 32
  let low = 0
  let high = traces.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    // In bounds: middle lies between low and high.
    const found = traces[middle] as number
    if (found === trace) return true
    if (found < trace) low = middle + 1
    else high = middle - 1
  }
  return false
}

function metaCrc(header: Buffer, index: Uint8Array): number {
  return crc32(index, crc32(header.subarray(0, 24)))
}
