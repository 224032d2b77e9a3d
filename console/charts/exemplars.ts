/** Single requests behind a chart, each with its trace. Pure. */
import type { ExemplarSeries, Range } from './answers.ts'

export interface Exemplar {
  /** Seconds since 1970. */
  readonly time: number
  readonly value: number
  readonly traceId: string
}

const traceLabels = ['trace_id', 'traceID', 'traceId'] as const

/**
 * Chooses at most `most` exemplars, spread over the range: of those near in time the largest, since people look
 * for the slow request.
 */
export function exemplarsOf(
  found: readonly ExemplarSeries[],
  { start, end }: Range,
  most: number,
): readonly Exemplar[] {
  const width = Math.max(1, (end - start) / most)
  const largest = new Map<number, Exemplar>()
  for (const exemplar of found.flatMap(readAll)) {
    if (exemplar.time < start || exemplar.time > end) continue
    const slot = Math.min(most - 1, Math.floor((exemplar.time - start) / width))
    const other = largest.get(slot)
    if (other === undefined || other.value < exemplar.value) largest.set(slot, exemplar)
  }
  return [...largest.values()].sort((one, other) => one.time - other.time)
}

function readAll({ exemplars }: ExemplarSeries): readonly Exemplar[] {
  return exemplars.flatMap(({ labels, value, timestamp }) => {
    const traceId = traceLabels.map((name) => labels[name]).find((id) => id !== undefined)
    const figure = Number(value)
    if (traceId === undefined || !/^[0-9a-f]{32}$/.test(traceId) || !Number.isFinite(figure)) return []
    return [{ time: timestamp, value: figure, traceId }]
  })
}
