/** Writes protobuf into one growing buffer; nested lengths are patched in place, without a size pass. */

const initialBytes = 65_536

export class ProtobufWriter {
  #bytes: Buffer = Buffer.allocUnsafeSlow(initialBytes)
  #at = 0

  /** Returns a copy of what was written and starts again with the same buffer. */
  take(): Buffer {
    const written = Buffer.allocUnsafeSlow(this.#at)
    this.#bytes.copy(written, 0, 0, this.#at)
    this.#at = 0
    return written
  }

  /**
   * Opens a nested message and returns the mark to close it with.
   *
   * @param reserve bytes the length will probably need; a wrong guess costs one move of the message
   */
  begin(tag: number, reserve: 1 | 2 | 3 = 1): number {
    this.#varint(tag)
    this.#room(reserve)
    this.#at += reserve
    return this.#at * 4 + reserve
  }

  /** Closes a message that `begin` opened. */
  end(mark: number): void {
    const reserved = mark & 3
    const start = (mark - reserved) / 4
    const length = this.#at - start
    const needed = varintSize(length)
    if (needed !== reserved) {
      this.#room(needed)
      this.#bytes.copyWithin(start - reserved + needed, start, this.#at)
    }
    this.#at = start - reserved
    this.#varint(length)
    this.#at += length
  }

  uint32(tag: number, value: number): void {
    if (value === 0) return
    this.#varint(tag)
    this.#varint(value)
  }

  /** Writes a varint even when it is 0: members of a oneof need it. */
  int64(tag: number, value: number | bigint): void {
    this.#varint(tag)
    if (typeof value === 'number' && value >= 0) this.#varint(value)
    else this.#bigVarint(BigInt.asUintN(64, BigInt(value)))
  }

  fixed32(tag: number, value: number): void {
    if (value === 0) return
    this.#varint(tag)
    this.#room(4)
    this.#at = this.#bytes.writeUInt32LE(value, this.#at)
  }

  fixed64(tag: number, value: bigint): void {
    if (value === 0n) return
    this.#varint(tag)
    this.#room(8)
    this.#at = this.#bytes.writeBigUInt64LE(value, this.#at)
  }

  double(tag: number, value: number): void {
    this.#varint(tag)
    this.#room(8)
    this.#at = this.#bytes.writeDoubleLE(value, this.#at)
  }

  sint32(tag: number, value: number): void {
    this.uint32(tag, ((value << 1) ^ (value >> 31)) >>> 0)
  }

  /** Writes a signed number of fixed width even when it is 0: members of a oneof need it. */
  sfixed64(tag: number, value: number | bigint): void {
    this.#varint(tag)
    this.#room(8)
    this.#at = this.#bytes.writeBigInt64LE(BigInt.asIntN(64, BigInt(value)), this.#at)
  }

  packedVarints(tag: number, values: readonly bigint[]): void {
    if (values.length === 0) return
    const mark = this.begin(tag)
    for (const value of values) this.#bigVarint(value)
    this.end(mark)
  }

  packedFixed64(tag: number, values: readonly bigint[]): void {
    if (values.length === 0) return
    this.#varint(tag)
    this.#varint(values.length * 8)
    this.#room(values.length * 8)
    for (const value of values) this.#at = this.#bytes.writeBigUInt64LE(value, this.#at)
  }

  packedDoubles(tag: number, values: readonly number[]): void {
    if (values.length === 0) return
    this.#varint(tag)
    this.#varint(values.length * 8)
    this.#room(values.length * 8)
    for (const value of values) this.#at = this.#bytes.writeDoubleLE(value, this.#at)
  }

  /** Writes text that is absent when empty. */
  text(tag: number, value: string): void {
    if (value !== '') this.string(tag, value)
  }

  /** Writes text even when it is empty. */
  string(tag: number, value: string): void {
    this.#varint(tag)
    this.#room(value.length * 3 + 5)
    if (value.length < 64 && this.#ascii(value)) return
    const length = Buffer.byteLength(value)
    this.#varint(length)
    this.#at += this.#bytes.write(value, this.#at, length, 'utf8')
  }

  bytes(tag: number, value: Uint8Array): void {
    this.#varint(tag)
    this.#varint(value.length)
    this.raw(value)
  }

  /** Writes an id from its hex digits; absent when empty. */
  id(tag: number, hex: string): void {
    if (hex === '') return
    this.#varint(tag)
    this.#varint(hex.length / 2)
    this.#room(hex.length / 2)
    this.#at += this.#bytes.write(hex, this.#at, hex.length / 2, 'hex')
  }

  raw(value: Uint8Array): void {
    this.#room(value.length)
    this.#bytes.set(value, this.#at)
    this.#at += value.length
  }

  /** Writes short text byte by byte; gives up, leaving no trace, at the first character beyond ASCII. */
  #ascii(value: string): boolean {
    const bytes = this.#bytes
    const start = this.#at
    bytes[start] = value.length
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index)
      if (code > 0x7f) return false
      bytes[start + 1 + index] = code
    }
    this.#at = start + 1 + value.length
    return true
  }

  #varint(value: number): void {
    this.#room(10)
    let rest = value
    while (rest > 0x7f) {
      this.#bytes[this.#at++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes[this.#at++] = rest
  }

  #bigVarint(value: bigint): void {
    this.#room(10)
    let rest = value
    while (rest > 0x7fn) {
      this.#bytes[this.#at++] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    this.#bytes[this.#at++] = Number(rest)
  }

  #room(needed: number): void {
    if (this.#at + needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + needed))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
  }
}

function varintSize(value: number): number {
  let size = 1
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) size++
  return size
}
