/**
 * Trace and span ids (W3C Trace Context level 2) as 32-bit words: a word is a small integer for the engine,
 * so a span carries its ids without a string until somebody asks for one.
 */
import { randomFillSync } from 'node:crypto'

// One system call per 2 048 words. Owned by `randomWord`.
const pool = new Int32Array(2_048)
let next = pool.length

/** Draws 32 random bits as a signed integer. */
export function randomWord(): number {
  if (next === pool.length) {
    randomFillSync(pool)
    next = 0
  }
  // Always below the length.
  return pool[next++] as number
}

/** Draws 32 random bits that are not all zero, so that no id made with it is the invalid one. */
export function randomNonZeroWord(): number {
  let word = randomWord()
  while (word === 0) word = randomWord()
  return word
}

/** Writes a word as eight lower-case hexadecimal digits. */
export function wordToHex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0')
}

/** Reads eight hexadecimal digits at `offset`; the caller has checked that they are. */
export function hexToWord(text: string, offset: number): number {
  return Number.parseInt(text.substring(offset, offset + 8), 16) | 0
}
