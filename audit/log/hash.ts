/** The hashes of the tree, RFC 6962 §2.1 (the same in RFC 9162): SHA-256 with a prefix that tells leaf from node. */
import { hash } from 'node:crypto'

/** Bytes of every hash in the tree. */
export const hashBytes = 32

const leafPrefix = Buffer.of(0x00)
const nodePrefix = Buffer.of(0x01)

/** Root of the tree without leaves: SHA-256 of nothing. */
export const emptyRoot: Buffer = sha256(Buffer.alloc(0))

/**
 * Hashes bytes with SHA-256. By way of a string of 32 characters: a `Buffer` of its own for every digest costs three
 * times what the hashing does.
 */
export function sha256(bytes: Uint8Array): Buffer {
  return Buffer.from(hash('sha256', bytes, 'binary'), 'latin1')
}

// Hashing is synchronous, so that one buffer serves every call.
const nodeInput = Buffer.alloc(1 + 2 * hashBytes, 0x01)
let scratch = Buffer.alloc(1_024)

/** Hashes one entry as a leaf: SHA-256(0x00 ‖ entry); text as UTF-8. */
export function leafHash(entry: Uint8Array | string): Buffer {
  return hashJoined(leafPrefix, entry)
}

/** Hashes two children: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  if (left.length !== hashBytes || right.length !== hashBytes) return hashJoined(nodePrefix, left, right)
  nodeInput.set(left, 1)
  nodeInput.set(right, 1 + hashBytes)
  return sha256(nodeInput)
}

/** Hashes parts one after the other; text as UTF-8. */
export function hashJoined(...parts: readonly (Uint8Array | string)[]): Buffer {
  let length = 0
  for (const part of parts) length += typeof part === 'string' ? 3 * part.length : part.length
  if (length > scratch.length) scratch = Buffer.alloc(2 * length)
  let at = 0
  for (const part of parts) {
    if (typeof part === 'string') at += scratch.write(part, at)
    else {
      scratch.set(part, at)
      at += part.length
    }
  }
  return sha256(scratch.subarray(0, at))
}

/** Cuts hashes that follow one another; the last is shorter where the bytes end within one. */
export function splitHashes(bytes: Buffer): Buffer[] {
  const hashes: Buffer[] = []
  for (let at = 0; at < bytes.length; at += hashBytes) hashes.push(bytes.subarray(at, at + hashBytes))
  return hashes
}
