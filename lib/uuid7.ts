/**
 * UUIDs of version 7 (RFC 9562 §5.7): 48 bits of milliseconds, 12 bits that count within one millisecond (§6.2,
 * method 1), 62 random bits. Ids made one after the other stand beside each other in an index.
 */
import { randomFillSync } from 'node:crypto'

export interface Uuid7Parts {
  /** Milliseconds since the epoch; a clock that steps back is not followed. */
  readonly now: () => number
  /** Fills the whole array. */
  readonly fillRandom: (bytes: Uint8Array) => void
}

const randomBytesPerId = 10
/** Ids for each call of the random source, which costs more than the rest of an id. */
const idsPerFill = 128
/** Counts of one millisecond: `rand_a` has 12 bits, and beginning in its lower half leaves 2,048 steps at least. */
const maxCount = 0xfff
const firstCountMask = 0x7ff

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Makes a source of ids that only grow, whatever its clock does. */
export function createUuid7({ now, fillRandom }: Uuid7Parts): () => string {
  const random = new Uint8Array(randomBytesPerId * idsPerFill)
  let used = random.length
  let millis = -1
  let count = 0
  return () => {
    if (used === random.length) {
      fillRandom(random)
      used = 0
    }
    const at = used
    used += randomBytesPerId
    const time = now()
    if (time > millis) {
      millis = time
      count = ((byteAt(random, at + 8) << 8) | byteAt(random, at + 9)) & firstCountMask
    } else if (++count > maxCount) {
      // More ids than a millisecond can count: the next one is borrowed (§6.2, counter rollover).
      millis++
      count = 0
    }
    return format(millis, count, random.subarray(at, at + 8))
  }
}

/** Makes an id of this process; each is greater than the one before it. */
export const uuid7 = createUuid7({ now: Date.now, fillRandom: (bytes) => randomFillSync(bytes) })

function format(millis: number, count: number, random: Uint8Array): string {
  const high = Math.floor(millis / 0x1_0000)
  const low = millis % 0x1_0000
  const time = `${byteHex(high >>> 24)}${byteHex(high >>> 16)}${byteHex(high >>> 8)}${byteHex(high)}-${byteHex(low >>> 8)}${byteHex(low)}`
  const counted = `7${(count >>> 8).toString(16)}${byteHex(count)}`
  const variant = byteHex((byteAt(random, 0) & 0x3f) | 0x80)
  let node = ''
  for (let i = 2; i < 8; i++) node += byteHex(byteAt(random, i))
  return `${time}-${counted}-${variant}${byteHex(byteAt(random, 1))}-${node}`
}

/** @param value only its lowest eight bits count */
function byteHex(value: number): string {
  // Every byte has an entry.
  return hex[value & 0xff] as string
}

function byteAt(bytes: Uint8Array, index: number): number {
  // Callers stay inside the array.
  return bytes[index] as number
}
