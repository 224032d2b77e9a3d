/** How far apart the points of a query are, and what `rate` looks back on. Pure. */

/** Distances people can read on a clock, in seconds. */
const nice = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
] as const

export interface StepQuestion {
  readonly rangeSeconds: number
  /** Width of the drawing. */
  readonly pixels: number
  readonly maxDataPoints: number | undefined
  /** Nothing changes between two scrapes. */
  readonly scrapeSeconds: number
}

/** Chooses the smallest readable step that leaves at most one point a pixel, not below the scrape interval. */
export function stepFor({ rangeSeconds, pixels, maxDataPoints, scrapeSeconds }: StepQuestion): number {
  const points = Math.max(1, Math.min(Math.floor(pixels), maxDataPoints ?? Infinity))
  const least = Math.max(1, scrapeSeconds, rangeSeconds / points)
  return nice.find((seconds) => seconds >= least) ?? Math.ceil(least / 86_400) * 86_400
}

/** Chooses what `$__rate_interval` is: at least four scrapes, so that one lost scrape makes no gap. */
export function rateIntervalFor(stepSeconds: number, scrapeSeconds: number): number {
  return Math.max(stepSeconds + scrapeSeconds, 4 * scrapeSeconds)
}

/** Moves both ends to multiples of the step, so that a refresh asks for the same points again. */
export function aligned(
  { start, end }: { readonly start: number; readonly end: number },
  step: number,
): { readonly start: number; readonly end: number } {
  return { start: Math.floor(start / step) * step, end: Math.max(1, Math.floor(end / step)) * step }
}

/** Writes seconds as PromQL reads them: `90s`, `5m`, `1h`. */
export function durationText(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds))
  if (whole % 86_400 === 0) return `${whole / 86_400}d`
  if (whole % 3_600 === 0) return `${whole / 3_600}h`
  if (whole % 60 === 0) return `${whole / 60}m`
  return `${whole}s`
}
