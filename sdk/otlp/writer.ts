/**
 * Writes protobuf (proto3 wire format) over one buffer that grows by doubling. No message objects: callers
 * write fields in order, so that encoding a span allocates nothing.
 */

/** Length-delimited, the only wire type a caller opens by hand. */
const lengthDelimited = 2
/** Bytes kept free for the length of an open message: enough for 16 383 bytes without moving its content. */
const lengthRoom = 2

export class ProtoWriter {
  bytes: Buffer
  length = 0

  /** @param capacity bytes to begin with */
  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity)
  }

  /** Forgets what was written and keeps the memory. */
  reset(): void {
    this.length = 0
  }

  /** Makes room for `more` bytes. */
  ensure(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + more))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
  }

  /** @param value a non-negative integer up to 2^53 - 1 */
  varint(value: number): void {
    this.ensure(10)
    let rest = value
    while (rest > 0x7f_ff_ff_ff) {
      this.bytes[this.length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    while (rest > 127) {
      this.bytes[this.length++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.bytes[this.length++] = rest
  }

  /** Writes an int64 as varint; negative numbers take ten bytes in two's complement. */
  int64(field: number, value: number): void {
    this.varint(field << 3)
    if (value >= 0) {
      this.varint(value)
      return
    }
    let rest = BigInt.asUintN(64, BigInt(value))
    while (rest > 127n) {
      this.bytes[this.length++] = Number(rest & 127n) | 128
      rest >>= 7n
    }
    this.bytes[this.length++] = Number(rest)
  }

  /** Writes a bool, an enum or an unsigned number. */
  number(field: number, value: number): void {
    this.varint(field << 3)
    this.varint(value)
  }

  double(field: number, value: number): void {
    this.varint((field << 3) | 1)
    this.ensure(8)
    this.length = this.bytes.writeDoubleLE(value, this.length)
  }

  fixed32(field: number, value: number): void {
    this.varint((field << 3) | 5)
    this.ensure(4)
    this.#word(value)
  }

  /** Writes a time as `fixed64` nanoseconds; exact, though nanoseconds do not fit a double. */
  nanos(field: number, micros: number): void {
    this.varint((field << 3) | 1)
    this.ensure(8)
    const high = Math.floor(micros / 0x1_0000_0000)
    const low = (micros - high * 0x1_0000_0000) * 1_000
    this.#word((low % 0x1_0000_0000) | 0)
    this.#word(high * 1_000 + Math.floor(low / 0x1_0000_0000))
  }

  /** Writes big-endian words as `bytes`: an id. */
  words(field: number, first: number, second: number): void {
    this.varint((field << 3) | lengthDelimited)
    this.ensure(9)
    this.bytes[this.length++] = 8
    this.bigEndian(first)
    this.bigEndian(second)
  }

  /** Writes one word big-endian without a key; the caller has made room. */
  bigEndian(word: number): void {
    const { bytes } = this
    bytes[this.length++] = word >>> 24
    bytes[this.length++] = (word >>> 16) & 255
    bytes[this.length++] = (word >>> 8) & 255
    bytes[this.length++] = word & 255
  }

  string(field: number, text: string): void {
    this.varint((field << 3) | lengthDelimited)
    const { length } = text
    this.ensure(length * 3 + 10)
    if (length < 128 && this.#ascii(text, length)) return
    const size = Buffer.byteLength(text)
    this.varint(size)
    this.length += this.bytes.write(text, this.length, size, 'utf8')
  }

  /** Appends bytes that are already encoded. */
  raw(encoded: Uint8Array): void {
    this.ensure(encoded.length)
    this.bytes.set(encoded, this.length)
    this.length += encoded.length
  }

  rawField(field: number, encoded: Uint8Array): void {
    this.varint((field << 3) | lengthDelimited)
    this.varint(encoded.length)
    this.raw(encoded)
  }

  /** Opens a message and returns the mark `close` needs. */
  open(field: number): number {
    this.varint((field << 3) | lengthDelimited)
    this.ensure(lengthRoom)
    this.length += lengthRoom
    return this.length
  }

  /** Closes the message opened last: writes its length in its shortest form, moving the content if it must. */
  close(mark: number): void {
    // All growing happens here, while `length` still covers the content that a grown buffer must keep.
    this.ensure(16)
    const size = this.length - mark
    const at = mark - lengthRoom
    const room = size < 128 ? 1 : size < 16_384 ? 2 : size < 2_097_152 ? 3 : 4
    if (room !== lengthRoom) this.bytes.copyWithin(at + room, mark, this.length)
    this.length = at
    this.varint(size)
    this.length += size
  }

  /** Copies out what was written. */
  take(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.length))
  }

  #word(word: number): void {
    const { bytes } = this
    bytes[this.length++] = word & 255
    bytes[this.length++] = (word >>> 8) & 255
    bytes[this.length++] = (word >>> 16) & 255
    bytes[this.length++] = word >>> 24
  }

  /** Writes a short string byte by byte, cheaper than a native call; answers false and writes nothing if it is not ASCII. */
  #ascii(text: string, length: number): boolean {
    const { bytes } = this
    const start = this.length
    bytes[start] = length
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index)
      if (unit > 127) return false
      bytes[start + 1 + index] = unit
    }
    this.length = start + 1 + length
    return true
  }
}
