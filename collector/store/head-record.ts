/**
 * How requests stand in the file of a head, which is written again and again from its beginning: each behind a mark, the
 * number of the turn it belongs to, its size and a checksum of the three; behind the last one a mark of size zero. What
 * follows that is of an earlier turn. So damage costs the requests it hit, and a write that was cut short makes nothing of
 * an earlier turn come back.
 */
import { crc32 } from 'node:zlib'

/** Bytes of what stands before a request. */
export const recordBytes = 16
const mark = Buffer.from('CMHR')

export interface HeadRecord {
  readonly turn: number
  /** Where its block begins. */
  readonly at: number
  /** Of the block behind it; 0 where nothing more is in this turn. */
  readonly blockBytes: number
}

/** Writes what stands before a block; with 0 bytes, the end of a turn. */
export function encodeRecord(turn: number, blockBytes: number): Buffer {
  const bytes = Buffer.allocUnsafe(recordBytes)
  mark.copy(bytes)
  bytes.writeUInt32LE(turn, 4)
  bytes.writeUInt32LE(blockBytes, 8)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 12)), 12)
  return bytes
}

export interface FoundRecords {
  /** Of the newest turn, in order, without its end. */
  readonly records: readonly HeadRecord[]
  /** False where something before the end of the turn is no record. */
  readonly isWhole: boolean
}

/** Finds the requests of the newest turn; behind damage, those whose marks and checksums hold. */
export function findRecords(content: Buffer): FoundRecords {
  const records: HeadRecord[] = []
  let isWhole = true
  let turn: number | undefined
  for (let at = 0; at < content.length;) {
    const record = recordAt(content, at)
    if (record !== undefined && (turn ??= record.turn) === record.turn) {
      if (record.blockBytes === 0) return { records, isWhole }
      records.push(record)
      at = record.at + record.blockBytes
      continue
    }
    isWhole = false
    const next = content.indexOf(mark, at + 1)
    if (next < 0) break
    at = next
  }
  // Without its end the last write was cut short, which is no damage where nothing follows it.
  const last = records.at(-1)
  const isCut = last !== undefined && last.at + last.blockBytes >= content.length
  return { records, isWhole: isWhole || content.length === 0 || isCut }
}

function recordAt(content: Buffer, at: number): HeadRecord | undefined {
  if (at + recordBytes > content.length || !content.subarray(at, at + mark.length).equals(mark))
    return undefined
  if (crc32(content.subarray(at, at + 12)) !== content.readUInt32LE(at + 12)) return undefined
  return {
    turn: content.readUInt32LE(at + 4),
    at: at + recordBytes,
    blockBytes: content.readUInt32LE(at + 8),
  }
}
