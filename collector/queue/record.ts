/**
 * A record of the write-ahead log: a header of 24 bytes with a checksum of its own, then the bytes of one request. Where
 * bytes were damaged the next whole header is looked for, so that damage costs the records it hit and no others.
 */
import { crc32 } from 'node:zlib'

export const headerBytes = 24
const magic = 0x31514d43 // "CMQ1"
const magicBytes = Buffer.alloc(4)
magicBytes.writeUInt32LE(magic)
/** Longest request. */
export const maxPayloadBytes = 256 * 2 ** 20

const signals = ['traces', 'logs', 'metrics'] as const
export type QueuedSignal = (typeof signals)[number]

export interface RecordHeader {
  readonly signal: QueuedSignal
  readonly items: number
  readonly payloadBytes: number
  readonly payloadCrc: number
}

/** Lays out the header that goes before a payload. */
export function encodeHeader(signal: QueuedSignal, items: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(headerBytes)
  const words = [magic, signals.indexOf(signal), items, payload.length, crc32(payload)]
  words.forEach((word, at) => header.writeUInt32LE(word, 4 * at))
  header.writeUInt32LE(crc32(header.subarray(0, headerBytes - 4)), headerBytes - 4)
  return header
}

/** Reads the header at a place; undefined when these bytes are none. */
export function decodeHeader(bytes: Buffer, at: number): RecordHeader | undefined {
  if (at + headerBytes > bytes.length || bytes.readUInt32LE(at) !== magic) return undefined
  const checked = bytes.subarray(at, at + headerBytes - 4)
  if (crc32(checked) !== bytes.readUInt32LE(at + headerBytes - 4)) return undefined
  const signal = signals[bytes.readUInt32LE(at + 4)]
  const payloadBytes = bytes.readUInt32LE(at + 12)
  if (signal === undefined || payloadBytes > maxPayloadBytes) return undefined
  return { signal, items: bytes.readUInt32LE(at + 8), payloadBytes, payloadCrc: bytes.readUInt32LE(at + 16) }
}

/** Finds the next place from `from` on where a header may begin; the length of the bytes where there is none. */
export function nextMagic(bytes: Buffer, from: number): number {
  const found = bytes.indexOf(magicBytes, from)
  return found < 0 ? bytes.length : found
}

/** Tells whether a payload is the one that was written. */
export function isWhole(header: RecordHeader, payload: Uint8Array): boolean {
  return payload.length === header.payloadBytes && crc32(payload) === header.payloadCrc
}
