/** The geometry of gauges and bars. Pure. */
import type { Threshold, Tone } from './field.ts'

export interface Bounds {
  readonly min: number
  readonly max: number
}

/** Tells how far a value has come between two bounds, 0 to 1. */
export function shareOf(value: number, { min, max }: Bounds): number {
  if (max <= min || Number.isNaN(value)) return 0
  return Math.min(1, Math.max(0, (value - min) / (max - min)))
}

/** Writes a part of an upper half ring as a path: 0 is its left end, 1 its right. */
export function arcPath(
  { x, y }: { readonly x: number; readonly y: number },
  radius: number,
  [from, to]: readonly [number, number],
): string {
  const point = (share: number) => {
    const angle = Math.PI * (1 - share)
    return `${round(x + radius * Math.cos(angle))} ${round(y - radius * Math.sin(angle))}`
  }
  return `M${point(from)}A${radius} ${radius} 0 0 1 ${point(to)}`
}

/** Parts of the ring by threshold, leaving out those beyond the bounds. */
export function thresholdArcs(
  thresholds: readonly Threshold[],
  bounds: Bounds,
): readonly { readonly from: number; readonly to: number; readonly tone: Tone }[] {
  return thresholds
    .map(({ from, tone }, at) => ({
      from: shareOf(Math.max(from, bounds.min), bounds),
      to: shareOf(Math.min(thresholds[at + 1]?.from ?? bounds.max, bounds.max), bounds),
      tone,
    }))
    .filter(({ from, to }) => to > from)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
