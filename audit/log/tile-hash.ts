/**
 * Hashes bundles and rows of hashes whole. One hash at a time, as `leafHash` and `nodeHash` do it, costs three times
 * as much: an allocation for what is hashed and one for what comes out of it.
 */
import { hash } from 'node:crypto'
import { AuditError } from './errors.ts'
import { hashBytes } from './hash.ts'

/** Bytes of a length before an entry. */
const lengthBytes = 2
/** Prefix and two hashes; owned by `foldRow`, which finishes with it before it returns. */
const pair = Buffer.alloc(1 + 2 * hashBytes, 0x01)

/** Called for each entry of a bundle, before it is hashed. */
export type OnEntry = (at: number, start: number, end: number) => void

/**
 * Hashes the first entries of a bundle as leaves; the lengths before them are overwritten.
 *
 * @param bundle attacker-controlled
 * @param width entries to hash; the bundle may hold more
 * @returns their hashes, one after the other
 * @throws AuditError AUDIT_LOG_CORRUPT when the bundle ends before the last of them
 */
export function hashBundle(bundle: Buffer, width: number, onEntry?: OnEntry): Buffer {
  const hashes = Buffer.allocUnsafe(width * hashBytes)
  let at = 0
  for (let entry = 0; entry < width; entry++) {
    const start = at + lengthBytes
    const end = start <= bundle.length ? start + bundle.readUInt16BE(at) : Infinity
    if (end > bundle.length) {
      throw new AuditError('AUDIT_LOG_CORRUPT', `a bundle ends within entry ${entry}, expected ${width}`)
    }
    onEntry?.(entry, start, end)
    // The prefix of a leaf takes the place of the length's second byte, so that nothing is copied.
    bundle[start - 1] = 0x00
    hashes.write(hash('sha256', bundle.subarray(start - 1, end), 'binary'), entry * hashBytes, 'binary')
    at = end
  }
  return hashes
}

/** Tells how many bytes the first entries of a bundle take; the bundle is as long when it holds no more. */
export function bundleBytes(bundle: Buffer, width: number): number {
  let at = 0
  for (let entry = 0; entry < width && at + lengthBytes <= bundle.length; entry++) {
    at += lengthBytes + bundle.readUInt16BE(at)
  }
  return at
}

/**
 * Computes the Merkle tree hash over neighbouring hashes of one level, of which the first begins a complete subtree.
 *
 * @param row at least one hash; it is left as it is
 */
export function foldRow(row: Uint8Array): Buffer {
  let count = row.length / hashBytes
  const nodes = Buffer.from(row)
  while (count > 1) {
    const above = count >> 1
    for (let at = 0; at < above; at++) {
      nodes.copy(pair, 1, at * 2 * hashBytes, (at * 2 + 2) * hashBytes)
      nodes.write(hash('sha256', pair, 'binary'), at * hashBytes, 'binary')
    }
    // A last one without neighbour moves up as it is (RFC 6962 §2.1).
    if (count % 2 === 1) nodes.copy(nodes, above * hashBytes, (count - 1) * hashBytes, count * hashBytes)
    count = above + (count % 2)
  }
  return nodes.subarray(0, hashBytes)
}
