/** CRC-32C (Castagnoli; RFC 3720 §B.4), four bytes a step: the check of every record of the spool. */

/** The polynomial 0x1EDC6F41, bits reversed. */
const polynomial = 0x82f63b78
const tables = makeTables()

/**
 * Computes the checksum of `bytes[from, to)`.
 *
 * @param seed the checksum of what stands before, to go on from it. Default none
 * @returns an unsigned 32-bit integer
 */
export function crc32c(bytes: Uint8Array, from = 0, to = bytes.length, seed = 0): number {
  const [t0, t1, t2, t3] = tables
  let crc = ~seed
  let at = from
  for (const end = to - 3; at < end; at += 4) {
    // Inside the loop every index is below `to`, and every table has 256 entries.
    crc ^=
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)
    crc =
      (t3[crc & 0xff] as number) ^
      (t2[(crc >>> 8) & 0xff] as number) ^
      (t1[(crc >>> 16) & 0xff] as number) ^
      (t0[crc >>> 24] as number)
  }
  for (; at < to; at++) crc = (crc >>> 8) ^ (t0[(crc ^ (bytes[at] as number)) & 0xff] as number)
  return ~crc >>> 0
}

/** Table k holds what a byte becomes after k further bytes of zeros. */
function makeTables(): readonly [Int32Array, Int32Array, Int32Array, Int32Array] {
  const made = [new Int32Array(256), new Int32Array(256), new Int32Array(256), new Int32Array(256)] as const
  const [first] = made
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
    first[byte] = crc
  }
  for (let step = 1; step < 4; step++) {
    const [before, table] = [made[step - 1], made[step]]
    for (let byte = 0; byte < 256; byte++) {
      const value = before?.[byte] ?? 0
      if (table !== undefined) table[byte] = (value >>> 8) ^ (first[value & 0xff] ?? 0)
    }
  }
  return made
}
