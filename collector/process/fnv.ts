/** The hashes of Fowler, Noll and Vo (FNV-1a), which spread and do not protect. */

/** Hashes bytes to 64 bits; a hash so far goes on with more bytes. */
export function fnv64(bytes: Uint8Array, start = 0xcbf29ce484222325n): bigint {
  let hash = start
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash
}

/** Hashes bytes to 32 bits; a hash so far goes on with more bytes. */
export function fnv32(bytes: Uint8Array, start = 0x811c9dc5): number {
  let hash = start
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}
