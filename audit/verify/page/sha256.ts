/** SHA-256 (FIPS 180-4) without waiting: the browser's own makes every caller wait, and the tree is hashed in place. */

/** First 32 bits of the fractional parts of the cube roots of the first 64 primes, §4.2.2. */
const k = fractions(64, (prime) => Math.cbrt(prime))
/** The same of the square roots of the first 8, §5.3.3. */
const initial = fractions(8, (prime) => Math.sqrt(prime))
const blockBytes = 64
const schedule = new Int32Array(64)

/** Hashes bytes: 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const state = Int32Array.from(initial)
  const whole = bytes.length - (bytes.length % blockBytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < whole; at += blockBytes) compress(state, view, at)
  const rest = bytes.length - whole
  const tail = new Uint8Array(rest + 9 > blockBytes ? 2 * blockBytes : blockBytes)
  tail.set(bytes.subarray(whole))
  tail[rest] = 0x80
  const tailView = new DataView(tail.buffer)
  tailView.setBigUint64(tail.length - 8, BigInt(bytes.length) * 8n)
  for (let at = 0; at < tail.length; at += blockBytes) compress(state, tailView, at)
  const digest = new Uint8Array(32)
  const digestView = new DataView(digest.buffer)
  state.forEach((word, at) => digestView.setInt32(at * 4, word))
  return digest
}

function compress(state: Int32Array, view: DataView, offset: number): void {
  expand(view, offset)
  let a = word(state, 0)
  let b = word(state, 1)
  let c = word(state, 2)
  let d = word(state, 3)
  let e = word(state, 4)
  let f = word(state, 5)
  let g = word(state, 6)
  let h = word(state, 7)
  for (let at = 0; at < 64; at++) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
    const one = (h + s1 + ((e & f) ^ (~e & g)) + word(k, at) + word(schedule, at)) | 0
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + one) | 0
    d = c
    c = b
    b = a
    a = (one + two) | 0
  }
  // Stores cut to 32 bits. Written out: lists made for every block would cost more than the block.
  state[0] = word(state, 0) + a
  state[1] = word(state, 1) + b
  state[2] = word(state, 2) + c
  state[3] = word(state, 3) + d
  state[4] = word(state, 4) + e
  state[5] = word(state, 5) + f
  state[6] = word(state, 6) + g
  state[7] = word(state, 7) + h
}

function expand(view: DataView, offset: number): void {
  for (let at = 0; at < 16; at++) schedule[at] = view.getInt32(offset + at * 4)
  for (let at = 16; at < 64; at++) {
    const early = word(schedule, at - 15)
    const late = word(schedule, at - 2)
    const s0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)
    const s1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10)
    schedule[at] = (word(schedule, at - 16) + s0 + word(schedule, at - 7) + s1) | 0
  }
}

function turn(value: number, bits: number): number {
  return (value >>> bits) | (value << (32 - bits))
}

function word(words: Int32Array, at: number): number {
  return words[at] ?? 0
}

/** Takes the constants from their definition; double precision has 53 bits, and 32 of the fraction are wanted. */
function fractions(count: number, root: (prime: number) => number): Int32Array {
  const words = new Int32Array(count)
  let found = 0
  for (let candidate = 2; found < count; candidate++) {
    let divisor = 2
    while (divisor * divisor <= candidate && candidate % divisor !== 0) divisor++
    if (divisor * divisor > candidate) words[found++] = ((root(candidate) % 1) * 2 ** 32) | 0
  }
  return words
}
