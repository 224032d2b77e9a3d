/**
 * Compresses into Snappy's block format (google/snappy, `format_description.txt`), which remote write asks for.
 * Greedy matching with one hash table, like the reference: for text of labels about a fifth remains.
 */

/** Matches are looked for within blocks of this size, so that an offset takes two bytes. */
const blockBytes = 65_536
const tableBits = 14
/** Input too short to be worth a search, and the margin at the end that is never the start of a match. */
const marginBytes = 15

/** Compresses bytes whole; the answer begins with their number. */
export function compressSnappy(input: Uint8Array): Buffer {
  const source = Buffer.from(input.buffer, input.byteOffset, input.byteLength)
  const output = new BlockWriter(source)
  const table = new Uint16Array(1 << tableBits)
  for (let start = 0; start < source.length; start += blockBytes) {
    compressBlock(output, table.fill(0), { start, end: Math.min(source.length, start + blockBytes) })
  }
  return output.take()
}

interface Block {
  readonly start: number
  readonly end: number
}

function compressBlock(output: BlockWriter, table: Uint16Array, { start, end }: Block): void {
  const { source } = output
  const last = end - marginBytes
  let unwritten = start
  let at = start + 1
  // The further nothing is found, the wider the steps: what does not compress is passed over.
  let misses = 32
  while (at < last) {
    const word = source.readUInt32LE(at)
    const slot = Math.imul(word, 0x1e35a7bd) >>> (32 - tableBits)
    // In bounds by the shift.
    const candidate = start + (table[slot] as number)
    table[slot] = at - start
    if (candidate >= at || source.readUInt32LE(candidate) !== word) {
      at += misses++ >>> 5
      continue
    }
    const length = 4 + commonLength(source, { at: at + 4, from: candidate + 4, end })
    output.literal(unwritten, at)
    output.copy(at - candidate, length)
    at += length
    unwritten = at
    misses = 32
  }
  output.literal(unwritten, end)
}

/** Counts the equal bytes from two places on, up to the end. */
function commonLength(
  source: Buffer,
  { at, from, end }: { readonly at: number; readonly from: number; readonly end: number },
): number {
  let length = 0
  while (at + length < end && source[at + length] === source[from + length]) length++
  return length
}

/** Writes the elements of the format. */
class BlockWriter {
  readonly source: Buffer
  readonly #output: Buffer
  #at = 0

  constructor(source: Buffer) {
    this.source = source
    // The format's own bound for what does not compress at all.
    this.#output = Buffer.allocUnsafeSlow(32 + source.length + Math.floor(source.length / 6))
    let rest = source.length
    while (rest > 0x7f) {
      this.#byte((rest % 0x80) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.#byte(rest)
  }

  take(): Buffer {
    return Buffer.from(this.#output.subarray(0, this.#at))
  }

  /** Writes bytes of the source as they are; blocks keep the length below 2^16. */
  literal(from: number, to: number): void {
    const length = to - from
    if (length === 0) return
    const coded = length - 1
    if (coded < 60) this.#byte(coded << 2)
    else if (coded < 0x100) {
      this.#byte(60 << 2)
      this.#byte(coded)
    } else {
      this.#byte(61 << 2)
      this.#at = this.#output.writeUInt16LE(coded, this.#at)
    }
    this.#at += this.source.copy(this.#output, this.#at, from, to)
  }

  /** Writes a reference to bytes before; one element holds 64 of them at most. */
  copy(offset: number, length: number): void {
    let rest = length
    while (rest >= 68) rest = this.#longCopy(offset, rest, 64)
    // A rest below 4 would not fit the short form.
    if (rest > 64) rest = this.#longCopy(offset, rest, 60)
    if (rest >= 12 || offset >= 2_048) {
      this.#longCopy(offset, rest, rest)
      return
    }
    this.#byte(((offset >>> 8) << 5) | ((rest - 4) << 2) | 1)
    this.#byte(offset & 0xff)
  }

  #longCopy(offset: number, rest: number, length: number): number {
    this.#byte(((length - 1) << 2) | 2)
    this.#at = this.#output.writeUInt16LE(offset, this.#at)
    return rest - length
  }

  #byte(value: number): void {
    this.#output[this.#at++] = value
  }
}
