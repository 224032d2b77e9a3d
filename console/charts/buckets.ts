/** Histograms over time: how many fell into each bucket. Pure. */
import type { MatrixSeries, Range } from './answers.ts'
import { seriesOf } from './series.ts'

export interface Heat {
  /** Upper bounds, smallest first; the last is often infinite. */
  readonly bounds: readonly number[]
  /** By bucket, then by moment; null where nobody measured. */
  readonly counts: readonly (readonly (number | null)[])[]
  readonly largest: number
}

/**
 * Reads the cumulative buckets of Prometheus (`le`) into counts of their own. A bucket that grows less than the
 * one below it, as counters read a moment apart do, holds nothing.
 */
export function heatOf(result: readonly MatrixSeries[], range: Range & { readonly step: number }): Heat {
  const rows = seriesOf({ resultType: 'matrix', result }, { ...range, legend: undefined })
    .map(({ labels, values }) => ({ bound: boundOf(labels['le']), values }))
    .filter(({ bound }) => !Number.isNaN(bound))
    .sort((one, other) => one.bound - other.bound)
  const counts = rows.map(({ values }, row) =>
    values.map((value, at) => {
      if (value === null) return null
      const below = rows[row - 1]?.values[at] ?? 0
      return Math.max(0, value - below)
    }),
  )
  const largest = counts.flat().reduce<number>((most, count) => Math.max(most, count ?? 0), 0)
  return { bounds: rows.map(({ bound }) => bound), counts, largest }
}

function boundOf(text: string | undefined): number {
  if (text === '+Inf') return Infinity
  return text === undefined || text === '' ? Number.NaN : Number(text)
}

/** How strong the colour of a count is, 0 to 1: by its square root, so that single requests can be seen. */
export function strengthOf(count: number, largest: number): number {
  if (count <= 0 || largest <= 0) return 0
  return 0.12 + 0.88 * Math.sqrt(Math.min(1, count / largest))
}
