/**
 * The times of leaves in a row, which must never decrease. They are read from the end of the canonical text, where
 * `time` and `version` stand: parsing each leaf would cost more than hashing it.
 */

export interface TimeSpan {
  /** Of the first and the last leaf that has one, milliseconds since the epoch; absent where none has. */
  readonly firstTime?: number
  readonly lastTime?: number
  /** Entries that are no leaves of this ledger: their times are unknown. */
  readonly foreign: number
}

const ending = Buffer.from(',"version":2}')
const name = Buffer.from('"time":')
const zero = 0x30
/** Digits of 2^53 − 1. */
const maxDigits = 16

export class LeafTimes {
  #first: number | undefined
  #last = 0
  #foreign = 0

  /** Takes the next leaf; false when it is older than the one before. */
  take(bytes: Buffer, start: number, end: number): boolean {
    const time = timeOf(bytes, start, end)
    if (time === undefined) {
      this.#foreign++
      return true
    }
    if (time < this.#last) return false
    this.#first ??= time
    this.#last = time
    return true
  }

  span(): TimeSpan {
    const foreign = this.#foreign
    return this.#first === undefined ? { foreign } : { firstTime: this.#first, lastTime: this.#last, foreign }
  }
}

function timeOf(bytes: Buffer, start: number, end: number): number | undefined {
  const digitsEnd = end - ending.length
  if (digitsEnd <= start || !isAt(bytes, ending, digitsEnd)) return undefined
  let at = digitsEnd
  let time = 0
  let unit = 1
  for (
    let digit = digitAt(bytes, at - 1);
    digit !== undefined && at > start;
    digit = digitAt(bytes, at - 1)
  ) {
    if (digitsEnd - at >= maxDigits) return undefined
    time += digit * unit
    unit *= 10
    at--
  }
  const isNamed = at < digitsEnd && at - name.length >= start && isAt(bytes, name, at - name.length)
  return isNamed ? time : undefined
}

function digitAt(bytes: Buffer, at: number): number | undefined {
  const digit = (bytes[at] ?? 0) - zero
  return digit >= 0 && digit <= 9 ? digit : undefined
}

function isAt(bytes: Buffer, text: Buffer, at: number): boolean {
  for (let offset = 0; offset < text.length; offset++) {
    if (bytes[at + offset] !== text[offset]) return false
  }
  return true
}
