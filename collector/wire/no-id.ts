/** Tells ids that are none: zeros, and texts in their place, which random bytes never are and names of people may be. */
import { isPaddedText } from '../../privacy/detect/readable.ts'

/** Different characters of a name; ids that somebody typed for a test have fewer. */
const fewestLetters = 5

/**
 * Tells whether the bytes of an id are none: zeros, or in the sixteen of a trace a text, with or without zeros around
 * it. Of most ids the first bytes tell. Eight bytes by themselves are readable too often to be judged.
 */
export function isNoId(bytes: Uint8Array, at: number, length: number): boolean {
  const end = at + length
  let from = at
  while (from < end && bytes[from] === 0) from++
  if (from === end) return true
  if (length !== 16 || !mayBeText(bytes, from, end)) return false
  const id = [...bytes.subarray(from, end)]
  return new Set(id).size >= fewestLetters && isPaddedText(id)
}

/** Tells whether no byte up to the end, or up to zeros, is one that no text has there; most ids are out after two. */
function mayBeText(bytes: Uint8Array, from: number, end: number): boolean {
  let following = 0
  for (let at = from; at < end; at++) {
    // In bounds: the caller has read the length.
    const byte = bytes[at] as number
    if (byte === 0) return true
    const isFollowing = byte >= 0x80 && byte < 0xc0
    if (isFollowing !== following > 0 || byte < 32 || byte === 127) return false
    following = isFollowing ? following - 1 : byte < 0x80 ? 0 : byte < 0xe0 ? 1 : 2
  }
  return true
}
