/** Durations as Go writes them: `1h30m`, `200ms`, `1.5s`. */

export const durationPattern = '^(0|([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h))+)$'

const millisPer: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
}

/** Reads a duration that matches `durationPattern` as milliseconds. */
export function durationMillis(text: string): number {
  let sum = 0
  for (const [, number, unit] of text.matchAll(/([0-9.]+)(ns|us|µs|ms|s|m|h)/g)) {
    sum += Number(number) * (millisPer[unit ?? ''] ?? 0)
  }
  return sum
}
