/**
 * A segment is a row of records: `FF 53 01 kind ‖ u32 length ‖ u32 CRC-32C(kind ‖ length ‖ payload) ‖ payload`, numbers
 * big-endian. No byte of UTF-8 is FF, so that behind damage the next record is found again.
 *
 * Kinds: `H` head of the segment (JSON), first in its file; `G` head of a group, whose payload is the length up to
 * which the file was synced before the group was written; `E` an event (JSON).
 */
import { crc32c } from '@node-rs/crc32'

export type RecordKind = 'H' | 'G' | 'E'

export const recordHeadBytes = 12
export const groupHeadBytes = recordHeadBytes + 4

/** A whole record whose checksum fits. */
export interface FoundRecord {
  readonly kind: RecordKind
  readonly offset: number
  /** With its head. */
  readonly bytes: number
}

export interface Range {
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

export interface Scan {
  readonly records: readonly FoundRecord[]
  /** What is no record, between or behind them. */
  readonly damage: readonly Range[]
  /** Length up to which the file was synced when its last group was written; 0 without groups. */
  readonly syncedBytes: number
}

const marker = Buffer.from([0xff, 0x53, 0x01])
const kinds: Readonly<Record<RecordKind, number>> = { H: 0x48, G: 0x47, E: 0x45 }
const kindOf: ReadonlyMap<number, RecordKind> = new Map([
  [0x48, 'H'],
  [0x47, 'G'],
  [0x45, 'E'],
])

/**
 * Writes the head of a record whose payload stands already at `offset + recordHeadBytes`.
 *
 * @param payloadBytes length of the payload
 */
export function sealRecord(target: Buffer, kind: RecordKind, offset: number, payloadBytes: number): void {
  target[offset] = 0xff
  target[offset + 1] = 0x53
  target[offset + 2] = 0x01
  target[offset + 3] = kinds[kind]
  target.writeUInt32BE(payloadBytes, offset + 4)
  target.writeUInt32BE(checksum(target, offset, payloadBytes), offset + 8)
}

/** Makes a whole record of its own. */
export function encodeRecord(kind: RecordKind, payload: string): Buffer {
  const payloadBytes = Buffer.byteLength(payload)
  const record = Buffer.allocUnsafe(recordHeadBytes + payloadBytes)
  record.write(payload, recordHeadBytes)
  sealRecord(record, kind, 0, payloadBytes)
  return record
}

/** Writes the head of a group at the start of `target`. */
export function sealGroup(target: Buffer, syncedBytes: number): void {
  target.writeUInt32BE(syncedBytes, recordHeadBytes)
  sealRecord(target, 'G', 0, 4)
}

/** Reads the record at an offset; undefined when there is none or it is damaged. */
export function recordAt(bytes: Buffer, offset: number): FoundRecord | undefined {
  if (offset + recordHeadBytes > bytes.length) return undefined
  if (bytes[offset] !== 0xff || bytes[offset + 1] !== 0x53 || bytes[offset + 2] !== 0x01) return undefined
  const kind = kindOf.get(bytes[offset + 3] ?? 0)
  const payloadBytes = bytes.readUInt32BE(offset + 4)
  if (kind === undefined || payloadBytes > bytes.length - offset - recordHeadBytes) return undefined
  if (bytes.readUInt32BE(offset + 8) !== checksum(bytes, offset, payloadBytes)) return undefined
  if (kind === 'G' && payloadBytes !== 4) return undefined
  return { kind, offset, bytes: recordHeadBytes + payloadBytes }
}

/** The payload of a record as text. */
export function payloadOf(bytes: Buffer, record: FoundRecord): string {
  return bytes.toString('utf8', record.offset + recordHeadBytes, record.offset + record.bytes)
}

/** Finds every whole record of a file and what lies between them. */
export function scanRecords(bytes: Buffer): Scan {
  const records: FoundRecord[] = []
  const damage: Range[] = []
  let syncedBytes = 0
  let at = 0
  while (at < bytes.length) {
    const record = recordAt(bytes, at)
    if (record === undefined) {
      const to = nextRecord(bytes, at + 1)
      damage.push({ from: at, to })
      at = to
      continue
    }
    records.push(record)
    if (record.kind === 'G') syncedBytes = Math.max(syncedBytes, bytes.readUInt32BE(at + recordHeadBytes))
    at += record.bytes
  }
  return { records, damage, syncedBytes }
}

function nextRecord(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(marker, from); at >= 0; at = bytes.indexOf(marker, at + 1)) {
    if (recordAt(bytes, at) !== undefined) return at
  }
  return bytes.length
}

function checksum(bytes: Buffer, offset: number, payloadBytes: number): number {
  const head = crc32c(bytes.subarray(offset + 3, offset + 8))
  const from = offset + recordHeadBytes
  return crc32c(bytes.subarray(from, from + payloadBytes), head)
}
