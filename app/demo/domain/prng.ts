/** Numbers that look random and are the same on every run: demo data and traffic start from a fixed seed. */

export interface Prng {
  /** At least 0, below 1. */
  readonly next: () => number
  /** A whole number from 0 up to `limit`, exclusive. */
  readonly below: (limit: number) => number
  /** @param choices not empty */
  readonly pick: <T>(choices: readonly T[]) => T
  /** Picks `count` different ones, in the order of the choices. */
  readonly sample: <T>(choices: readonly T[], count: number) => T[]
}

/** Turns words into a seed (FNV-1a, 32 bits), so that each part of the data has numbers of its own. */
export function seedOf(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5
  for (const character of words.join('/'))
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}

/** Opens a generator (mulberry32: 32 bits of state, not for secrets). */
export function prng(seed: number): Prng {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number) => Math.floor(next() * limit)
  const pick = <T>(choices: readonly T[]): T => {
    if (choices.length === 0) throw new RangeError('found no choices, expected at least one')
    // `below` stays under the length.
    return choices[below(choices.length)] as T
  }
  const sample = <T>(choices: readonly T[], count: number): T[] => {
    const left = choices.map((_, index) => index)
    const picked = new Set<number>()
    while (picked.size < count && left.length > 0) picked.add(left.splice(below(left.length), 1)[0] ?? 0)
    return choices.filter((_, index) => picked.has(index))
  }
  return { next, below, pick, sample }
}
