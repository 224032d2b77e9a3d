/**
 * Reads protobuf from bytes a stranger sent. Every step checks the bound of the message it is in, so that
 * hostile input ends in a coded error: it is never read past, never looped over, never recursed into deeply.
 */
import { CollectorError } from '../errors.ts'
import { isNoId } from './no-id.ts'

/** Deepest nesting of groups and values; real telemetry stays below 5. */
export const maxDepth = 32

/**
 * Most messages inside one request: every span, record, attribute, value and histogram bucket is one. The largest batch an SDK
 * sends by default, 512 spans of 128 attributes, has 132 000; without a bound 20 kB on the wire become ten
 * million spans.
 */
export const maxParts = 600_000

const internSlots = 8_192
const internLongest = 64

/**
 * Strings seen before, by a hash of their bytes. One table for the process: it holds at most 8 192 strings of
 * at most 64 ASCII characters, whatever arrives.
 */
const interned: string[] = new Array<string>(internSlots).fill('')

export class ProtobufReader {
  readonly #bytes: Buffer
  #at: number
  #end: number
  /** Parts that may still come. */
  #partsLeft: number

  /** @param mostParts default `maxParts`; Infinity for what this process has made or let through */
  constructor(bytes: Uint8Array, mostParts = maxParts) {
    this.#partsLeft = mostParts
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#at = 0
    this.#end = bytes.byteLength
  }

  /** Reads the next field's tag (number × 8 + wire type), or 0 at the end of the message. */
  tag(): number {
    if (this.#at >= this.#end) return 0
    const tag = this.uint32()
    if (tag < 8) throw malformed('field number 0')
    return tag
  }

  /** Enters a length-delimited message and returns the mark to leave it with. */
  enter(): number {
    this.#countPart()
    const outer = this.#end
    const length = this.#length()
    this.#end = this.#at + length
    return outer
  }

  /** Leaves a message, whatever was left unread in it. */
  leave(outer: number): void {
    this.#at = this.#end
    this.#end = outer
  }

  /** Skips a field this reader does not know, or knows with another wire type (both are legal). */
  skip(tag: number, depth = 0): void {
    switch (tag & 7) {
      case 0:
        this.#skipVarint()
        return
      case 1:
        this.#advance(8)
        return
      case 2:
        this.#advance(this.#length())
        return
      case 3:
        this.#skipGroup(tag, depth)
        return
      case 5:
        this.#advance(4)
        return
      default:
        throw malformed(`wire type ${tag & 7}`)
    }
  }

  /** Reads a varint and keeps its low 32 bits, as protobuf does for enums and uint32. */
  uint32(): number {
    const bytes = this.#bytes
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#at >= this.#end) throw malformed('a number that breaks off')
      // In bounds: `#at` is below `#end`, which never exceeds the buffer.
      const byte = bytes[this.#at++] as number
      if (shift < 32) value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
    throw malformed('a number of more than 10 bytes')
  }

  /** Reads an int64: a number where it is safe, else a bigint. */
  int64(): number | bigint {
    const bytes = this.#bytes
    const first = this.#at < this.#end ? (bytes[this.#at] as number) : 0x80
    if (first < 0x80) {
      this.#at++
      return first
    }
    let low = 0
    let middle = 0
    let high = 0
    for (let index = 0; index < 10; index++) {
      if (this.#at >= this.#end) throw malformed('a number that breaks off')
      const byte = bytes[this.#at++] as number
      if (index < 4) low |= (byte & 0x7f) << (index * 7)
      else if (index < 8) middle |= (byte & 0x7f) << ((index - 4) * 7)
      else high |= (byte & 0x7f) << ((index - 8) * 7)
      if (byte < 0x80) return assemble(low, middle, high)
    }
    throw malformed('a number of more than 10 bytes')
  }

  bool(): boolean {
    return this.int64() !== 0
  }

  /** Reads a zigzag-coded 32-bit number. */
  sint32(): number {
    const coded = this.uint32()
    return (coded >>> 1) ^ -(coded & 1)
  }

  uint64(): bigint {
    return BigInt.asUintN(64, BigInt(this.int64()))
  }

  /** Reads a signed 64-bit number of fixed width: a number where it is safe, else a bigint. */
  sfixed64(): number | bigint {
    const at = this.#advance(8)
    const whole = this.#bytes.readBigInt64LE(at)
    return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole
  }

  /** Reads every element of a packed field; each counts as a part, as if it were a message. */
  packed<T>(into: T[], readElement: () => T): void {
    const outer = this.enter()
    while (this.#at < this.#end) this.element(into, readElement)
    this.leave(outer)
  }

  /** Reads one element of a repeated number; it counts as a part. */
  element<T>(into: T[], readElement: () => T): void {
    this.#countPart()
    into.push(readElement())
  }

  fixed32(): number {
    const at = this.#advance(4)
    return this.#bytes.readUInt32LE(at)
  }

  fixed64(): bigint {
    const at = this.#advance(8)
    return this.#bytes.readBigUInt64LE(at)
  }

  double(): number {
    const at = this.#advance(8)
    return this.#bytes.readDoubleLE(at)
  }

  bytes(): Uint8Array {
    const length = this.#length()
    const at = this.#advance(length)
    return Uint8Array.prototype.slice.call(this.#bytes, at, at + length)
  }

  /** Reads a length-delimited field as a view of the bytes that were given. */
  view(): Buffer {
    const length = this.#length()
    const at = this.#advance(length)
    return this.#bytes.subarray(at, at + length)
  }

  /** Reads text; short ASCII text that was seen before is returned without making a new string. */
  string(): string {
    const length = this.#length()
    const at = this.#advance(length)
    if (length === 0) return ''
    return length > internLongest ? this.#bytes.toString('utf8', at, at + length) : this.#intern(at, length)
  }

  /** Reads an id of `size` bytes as lower-case hex; one without bytes, or that is no id, is empty. */
  id(size: 8 | 16): string {
    const length = this.#length()
    const at = this.#advance(length)
    if (length === 0) return ''
    if (length !== size) throw malformed(`an id of ${length} bytes, expected ${size}`)
    return isNoId(this.#bytes, at, length) ? '' : this.#bytes.toString('hex', at, at + length)
  }

  #intern(at: number, length: number): string {
    const bytes = this.#bytes
    let hash = 0x811c9dc5 ^ length
    for (let index = at; index < at + length; index++)
      hash = Math.imul(hash ^ (bytes[index] as number), 0x01000193)
    const slot = (hash ^ (hash >>> 15)) & (internSlots - 1)
    const known = interned[slot] as string
    if (known.length === length && matches(bytes, at, known)) return known
    const text = bytes.toString('utf8', at, at + length)
    interned[slot] = text
    return text
  }

  #length(): number {
    const length = this.uint32()
    if (length > this.#end - this.#at) throw malformed('a length beyond the end of its message')
    return length
  }

  #countPart(): void {
    if (--this.#partsLeft < 0) throw new CollectorError('OTLP_TOO_MANY', `found more than ${maxParts} parts`)
  }

  /** Moves on and returns where it was. */
  #advance(length: number): number {
    const at = this.#at
    if (length > this.#end - at) throw malformed('a value that breaks off')
    this.#at = at + length
    return at
  }

  #skipVarint(): void {
    for (let count = 0; count < 10; count++) {
      if (this.#at >= this.#end) throw malformed('a number that breaks off')
      if ((this.#bytes[this.#at++] as number) < 0x80) return
    }
    throw malformed('a number of more than 10 bytes')
  }

  #skipGroup(opening: number, depth: number): void {
    if (depth >= maxDepth) throw new CollectorError('OTLP_TOO_DEEP', `groups nest deeper than ${maxDepth}`)
    for (;;) {
      const tag = this.tag()
      if (tag === 0) throw malformed('a group that is not closed')
      if ((tag & 7) === 4) {
        if (tag >>> 3 !== opening >>> 3) throw malformed('a group closed by another')
        return
      }
      this.skip(tag, depth + 1)
    }
  }
}

function matches(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 0x7f || code !== bytes[at + index]) return false
  }
  return true
}

/** Joins 28 + 28 + 8 bits of a varint to a signed 64-bit number. */
function assemble(low: number, middle: number, high: number): number | bigint {
  if (high === 0 && middle < 0x200_0000) return low + middle * 0x1000_0000
  const whole = BigInt(low) | (BigInt(middle) << 28n) | (BigInt(high & 0xff) << 56n)
  const signed = BigInt.asIntN(64, whole)
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed
}

export function malformed(found: string): CollectorError {
  return new CollectorError('OTLP_MALFORMED', `found ${found}, expected an otlp message`)
}
