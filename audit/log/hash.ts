/** The hashes of the tree, RFC 6962 §2.1 (the same in RFC 9162): SHA-256 with a prefix that tells leaf from node. */
import { hash } from 'node:crypto'

/** Bytes of every hash in the tree. */
export const hashBytes = 32

/** Root of the tree without leaves: SHA-256 of nothing. */
export const emptyRoot: Buffer = sha256(Buffer.alloc(0))

/**
 * Hashes bytes with SHA-256. By way of a string of 32 characters: a `Buffer` of its own for every digest costs three
 * times what the hashing does.
 */
export function sha256(bytes: Uint8Array): Buffer {
  return Buffer.from(hash('sha256', bytes, 'binary'), 'latin1')
}

/** Hashes one entry as a leaf: SHA-256(0x00 ‖ entry). */
export function leafHash(entry: Uint8Array): Buffer {
  const input = Buffer.allocUnsafe(entry.length + 1)
  input[0] = 0x00
  input.set(entry, 1)
  return sha256(input)
}

/** Hashes two children: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const input = Buffer.allocUnsafe(1 + left.length + right.length)
  input[0] = 0x01
  input.set(left, 1)
  input.set(right, 1 + left.length)
  return sha256(input)
}

/** Cuts hashes that follow one another; the last is shorter where the bytes end within one. */
export function splitHashes(bytes: Buffer): Buffer[] {
  const hashes: Buffer[] = []
  for (let at = 0; at < bytes.length; at += hashBytes) hashes.push(bytes.subarray(at, at + hashBytes))
  return hashes
}
