/** How many cases a property test runs: few with a fixed seed in CI, many with a fresh one when soaking. */

export interface PropertyRuns {
  /** Cases in CI. */
  readonly ci: number
  /** Cases under `npm run soak`. */
  readonly soak: number
}

/** Parameters for `fc.assert`; fast-check prints the seed of a failure, and `CAMPANILE_SEED` replays it. */
export function propertyRuns({ ci, soak }: PropertyRuns): { numRuns: number; seed: number } {
  const isSoak = process.env['CAMPANILE_SOAK'] === '1'
  const given = Number(process.env['CAMPANILE_SEED'] ?? Number.NaN)
  const seed = Number.isInteger(given) ? given : isSoak ? Math.floor(Math.random() * 2 ** 31) : 20_261_121
  return { numRuns: isSoak ? soak : ci, seed }
}
