/** Entry bundles of tlog-tiles: each entry is its length, two bytes big-endian, and its bytes. */
import { AuditError } from './errors.ts'

const lengthBytes = 2

/**
 * Joins entries into one bundle.
 *
 * @param entries at most 65,535 bytes each
 */
export function joinBundle(entries: readonly Uint8Array[]): Buffer {
  const bundle = Buffer.allocUnsafe(entries.reduce((sum, { length }) => sum + lengthBytes + length, 0))
  let at = 0
  for (const entry of entries) {
    at = bundle.writeUInt16BE(entry.length, at)
    bundle.set(entry, at)
    at += entry.length
  }
  return bundle
}

/**
 * Cuts a bundle into its entries; they share its memory.
 *
 * @param bundle attacker-controlled
 * @throws AuditError AUDIT_LOG_CORRUPT when it ends within an entry
 */
export function splitBundle(bundle: Buffer): Buffer[] {
  const entries: Buffer[] = []
  let at = 0
  while (at < bundle.length) {
    const start = at + lengthBytes
    const end = start <= bundle.length ? start + bundle.readUInt16BE(at) : Infinity
    if (end > bundle.length)
      throw new AuditError('AUDIT_LOG_CORRUPT', `a bundle ends within entry ${entries.length}`)
    entries.push(bundle.subarray(start, end))
    at = end
  }
  return entries
}
