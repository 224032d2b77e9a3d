/**
 * How many series one batch may become. A histogram is a series for each of its bounds, all with the labels of its
 * point and its scope, so a small request can ask for very much: what it asks for is reckoned before it is made.
 */
import type { MetricPoint } from '../process/metric-model.ts'
import type { Attribute } from '../process/model.ts'
import { valueText, type ScopeLabels } from './prometheus-labels.ts'

/** As many as the page of the `prometheus` exporter has lines. */
const maxSeries = 250_000
/** Characters of the labels of all series together, before anything is compressed. */
const maxLabelCharacters = 128 * 2 ** 20
/** What a label costs beside its characters. */
const labelCharacters = 16

/** The room of a batch; points that find none go, those behind them may still find some. */
export class SeriesRoom {
  #series = maxSeries
  #characters = maxLabelCharacters

  /** Counts what the points of a scope have in common, once for all of them. */
  of({ fixed, resource }: ScopeLabels): ScopeRoom {
    // Beside them, a series has a name.
    let shared = labelCharacters + charactersOf(resource)
    for (const [name, value] of fixed) shared += labelCharacters + name.length + value.length
    return { take: (point) => this.#take(seriesOf(point), shared + charactersOf(point.attributes)) }
  }

  #take(series: number, characters: number): boolean {
    if (series > this.#series || series * characters > this.#characters) return false
    this.#series -= series
    this.#characters -= series * characters
    return true
  }
}

export interface ScopeRoom {
  /** Takes what a point needs; false where there is not so much. */
  readonly take: (point: MetricPoint) => boolean
}

function charactersOf(attributes: readonly Attribute[]): number {
  let characters = 0
  for (const { key, value } of attributes)
    characters += labelCharacters + key.length + valueText(value).length
  return characters
}

/** Counts the series of a point, its `_sum`, `_count` and last bucket among them. */
function seriesOf(point: MetricPoint): number {
  if ('bounds' in point) return Math.min(point.bounds.length, point.bucketCounts.length) + 3
  return 'quantiles' in point ? point.quantiles.length + 2 : 1
}
