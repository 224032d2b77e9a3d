/** Numbers and bytes packed one after the other: LEB128, differences as zigzag, up to 2^53. */
import { AuditError } from './errors.ts'

export class PackedWriter {
  #buffer: Buffer
  #at = 0

  /** @param expected bytes; it grows beyond them */
  constructor(expected: number) {
    this.#buffer = Buffer.allocUnsafe(expected)
  }

  byte(value: number): void {
    this.#reserve(1)
    this.#buffer[this.#at++] = value
  }

  /** Writes a whole number from 0 to 2^53 - 1. */
  count(value: number): void {
    this.#reserve(8)
    let rest = value
    while (rest >= 0x80) {
      this.#buffer[this.#at++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.#buffer[this.#at++] = rest
  }

  /** Writes a whole number between -2^52 and 2^52. */
  difference(value: number): void {
    this.count(value < 0 ? -2 * value - 1 : 2 * value)
  }

  /** Writes bytes that are given as text of a known length. */
  encoded(text: string, encoding: 'hex' | 'base64url', length: number): void {
    this.#reserve(length)
    this.#buffer.write(text, this.#at, length, encoding)
    this.#at += length
  }

  /** Writes text after its length. */
  text(text: string): void {
    const bytes = Buffer.from(text)
    this.count(bytes.length)
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#at)
    this.#at += bytes.length
  }

  /** Answers what was written. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at)
  }

  #reserve(length: number): void {
    if (this.#at + length <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe(2 * (this.#buffer.length + length))
    grown.set(this.#buffer)
    this.#buffer = grown
  }
}

/** Reads what `PackedWriter` wrote; every call fails with AUDIT_LOG_CORRUPT where the bytes end or mean nothing. */
export class PackedReader {
  readonly #buffer: Buffer
  #at = 0

  constructor(buffer: Buffer) {
    this.#buffer = buffer
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#buffer.length
  }

  byte(): number {
    const value = this.#buffer[this.#at++]
    if (value === undefined) throw new AuditError('AUDIT_LOG_CORRUPT', 'packed bytes end too early')
    return value
  }

  count(): number {
    let value = 0
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (!Number.isSafeInteger(value))
        throw new AuditError('AUDIT_LOG_CORRUPT', 'found no number of 53 bits')
      if (byte < 0x80) return value
    }
  }

  difference(): number {
    const value = this.count()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  encoded(encoding: 'hex' | 'base64url', length: number): string {
    return this.#take(length).toString(encoding)
  }

  text(): string {
    return this.#take(this.count()).toString()
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#buffer.length) throw new AuditError('AUDIT_LOG_CORRUPT', 'packed bytes end too early')
    const taken = this.#buffer.subarray(this.#at, end)
    this.#at = end
    return taken
  }
}
