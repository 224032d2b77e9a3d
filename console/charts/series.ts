/** Series of an answer, on one grid of moments. Pure. */
import type { Labels, PromResult, Range } from './answers.ts'
import { seriesName } from './legend.ts'

export interface Series {
  readonly name: string
  readonly labels: Labels
  /** By the moments of the grid; null where there is no figure. */
  readonly values: readonly (number | null)[]
}

/** Moments a step apart from start to end, both among them. */
export function momentsOf({ start, end }: Range, step: number): readonly number[] {
  const count = Math.max(0, Math.round((end - start) / step)) + 1
  return Array.from({ length: count }, (_, at) => start + at * step)
}

/** Reads series of a range query onto the grid; `NaN` and infinity are no figures to draw. */
export function seriesOf(
  result: PromResult,
  { start, end, step, legend }: Range & { readonly step: number; readonly legend: string | undefined },
): readonly Series[] {
  if (result.resultType !== 'matrix') return pointsOf(result, legend)
  const count = momentsOf({ start, end }, step).length
  return result.result.map(({ metric, values }) => {
    const row = new Array<number | null>(count).fill(null)
    for (const [time, text] of values) {
      const at = Math.round((time - start) / step)
      if (at >= 0 && at < count) row[at] = figureOf(text)
    }
    return { name: seriesName(legend, metric), labels: metric, values: row }
  })
}

/** Reads the samples of an instant query, each a series of one figure. */
export function pointsOf(result: PromResult, legend: string | undefined): readonly Series[] {
  switch (result.resultType) {
    case 'vector':
      return result.result.map(({ metric, value: [, text] }) => ({
        name: seriesName(legend, metric),
        labels: metric,
        values: [figureOf(text)],
      }))
    case 'matrix':
      return result.result.map(({ metric, values }) => ({
        name: seriesName(legend, metric),
        labels: metric,
        values: values.map(([, text]) => figureOf(text)),
      }))
    case 'scalar':
      return [{ name: seriesName(legend, {}), labels: {}, values: [figureOf(result.result[1])] }]
    case 'string':
      return []
  }
}

function figureOf(text: string): number | null {
  const value = Number(text)
  return Number.isFinite(value) ? value : null
}

/** What a series comes to, by Grafana's name of the calculation; undefined where it has no figure. */
export function reduce(values: readonly (number | null)[], calculation: string): number | undefined {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return undefined
  switch (calculation) {
    case 'last':
      return values.at(-1) ?? undefined
    case 'first':
    case 'firstNotNull':
      return known[0]
    case 'max':
      return known.reduce((one, other) => Math.max(one, other))
    case 'min':
      return known.reduce((one, other) => Math.min(one, other))
    case 'sum':
      return known.reduce((one, other) => one + other)
    case 'mean':
      return known.reduce((one, other) => one + other) / known.length
    case 'count':
      return known.length
    default:
      return known.at(-1)
  }
}

/** Piles series up, the first one lowest; where one has no figure it adds nothing. */
export function stacked(rows: readonly (readonly (number | null)[])[]): (number | null)[][] {
  const height: number[] = []
  return rows.map((row) =>
    row.map((value, at) => {
      if (value === null) return null
      height[at] = (height[at] ?? 0) + value
      return height[at]
    }),
  )
}

/** Keeps at most `most` series, those that reach highest, in their own order. */
export function highest(series: readonly Series[], most: number): readonly Series[] {
  if (series.length <= most) return series
  const peak = ({ values }: Series) => reduce(values, 'max') ?? -Infinity
  const kept = new Set([...series].sort((one, other) => peak(other) - peak(one)).slice(0, most))
  return series.filter((one) => kept.has(one))
}

/** Finds figures that have none beside them: a line would not show them. */
export function lonely(row: ArrayLike<number | null | undefined>): number[] {
  const isFigure = (at: number) => typeof row[at] === 'number'
  return Array.from(row, (_, at) => at).filter((at) => isFigure(at) && !isFigure(at - 1) && !isFigure(at + 1))
}
