/**
 * A record of the write-ahead log: a header of 24 bytes with a checksum of its own, then the bytes of one request. Where
 * bytes were damaged the next whole header is looked for, so that damage costs the records it hit and no others.
 */
import { crc32 } from 'node:zlib'
import { crc32c } from '@node-rs/crc32'

export const headerBytes = 24
const magic = 0x32514d43 // "CMQ2"
const earlierMagic = 0x31514d43 // "CMQ1"
/** By the first bytes of a header; those of an earlier build are read, never written. */
const checksums: ReadonlyMap<number, (bytes: Uint8Array) => number> = new Map([
  [earlierMagic, (bytes) => crc32(bytes)],
  [magic, (bytes) => crc32c(bytes)],
])
/** What the first bytes of all headers share. */
const magicBytes = Buffer.from('CMQ')
/** Longest request. */
export const maxPayloadBytes = 256 * 2 ** 20

const signals = ['traces', 'logs', 'metrics'] as const
export type QueuedSignal = (typeof signals)[number]

export interface RecordHeader {
  readonly signal: QueuedSignal
  readonly items: number
  readonly payloadBytes: number
  /** CRC-32C, or CRC-32 behind the magic of an earlier build. */
  readonly payloadCrc: number
  readonly magic: number
}

/** Describes the record of a payload. */
export function headerOf(signal: QueuedSignal, items: number, payload: Uint8Array): RecordHeader {
  return { signal, items, payloadBytes: payload.length, payloadCrc: crc32c(payload), magic }
}

/** Lays out a header that `headerOf` made. */
export function encodeHeader({ signal, items, payloadBytes, payloadCrc }: RecordHeader): Buffer {
  const bytes = Buffer.alloc(headerBytes)
  const words = [magic, signals.indexOf(signal), items, payloadBytes, payloadCrc]
  words.forEach((word, at) => bytes.writeUInt32LE(word, 4 * at))
  bytes.writeUInt32LE(crc32c(bytes.subarray(0, headerBytes - 4)), headerBytes - 4)
  return bytes
}

/** Reads the header at a place; undefined when these bytes are none. */
export function decodeHeader(bytes: Buffer, at: number): RecordHeader | undefined {
  if (at + headerBytes > bytes.length) return undefined
  const found = bytes.readUInt32LE(at)
  const checked = bytes.subarray(at, at + headerBytes - 4)
  if (checksums.get(found)?.(checked) !== bytes.readUInt32LE(at + headerBytes - 4)) return undefined
  const signal = signals[bytes.readUInt32LE(at + 4)]
  const payloadBytes = bytes.readUInt32LE(at + 12)
  if (signal === undefined || payloadBytes > maxPayloadBytes) return undefined
  const [items, payloadCrc] = [bytes.readUInt32LE(at + 8), bytes.readUInt32LE(at + 16)]
  return { signal, items, payloadBytes, payloadCrc, magic: found }
}

/** Finds the next place from `from` on where a header may begin; the length of the bytes where there is none. */
export function nextMagic(bytes: Buffer, from: number): number {
  const found = bytes.indexOf(magicBytes, from)
  return found < 0 ? bytes.length : found
}

/** Tells whether a payload is the one that was written. */
export function isWhole(header: RecordHeader, payload: Uint8Array): boolean {
  return (
    payload.length === header.payloadBytes && checksums.get(header.magic)?.(payload) === header.payloadCrc
  )
}
