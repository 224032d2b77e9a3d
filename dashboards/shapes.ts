/** Short ways to write the usual panels, with the sizes that make rows line up. */
import type { DataPanel, LogsPanel, Query, TablePanel, Threshold } from './model.ts'

type Words = Pick<DataPanel, 'title' | 'description' | 'unit'>
type Looks = Partial<Omit<DataPanel, keyof Words | 'kind' | 'queries'>>

/** A series by its expression and the template of its name. */
export const query = (expr: string, legend: string): Query => ({ expr, legend })

/** One value at the end of the range, by series. */
export const now = (expr: string, legend: string): Query => ({ expr, legend, instant: true })

/** A series with the traces behind it. */
export const traced = (expr: string, legend: string): Query => ({ expr, legend, exemplar: true })

/** One big number with its course behind it; six fill a row. */
export function stat(words: Words, expr: string, looks: Looks = {}): DataPanel {
  return { kind: 'stat', width: 4, height: 4, ...words, queries: [query(expr, words.title)], ...looks }
}

/** Lines over time from 0 upwards; three fill a row. */
export function chart(words: Words, queries: readonly Query[], looks: Looks = {}): DataPanel {
  return { ...signedChart(words, queries), min: 0, ...looks }
}

/** Lines over time that may fall below 0. */
export function signedChart(words: Words, queries: readonly Query[], looks: Looks = {}): DataPanel {
  return { kind: 'timeseries', width: 8, height: 8, ...words, queries, ...looks }
}

/** One bar by series. */
export function bars(words: Words, queries: readonly Query[], looks: Looks = {}): DataPanel {
  return { kind: 'bargauge', width: 8, height: 8, min: 0, ...words, queries, ...looks }
}

/** A part of a whole, 0 to 1, on an arc. */
export function dial(words: Omit<Words, 'unit'>, expr: string, looks: Looks = {}): DataPanel {
  const queries = [query(expr, words.title)]
  return {
    kind: 'gauge',
    width: 4,
    height: 4,
    min: 0,
    max: 1,
    unit: 'percentunit',
    ...words,
    queries,
    ...looks,
  }
}

/** How often values fell into which range, over time. */
export function heat(words: Words, buckets: string, looks: Looks = {}): DataPanel {
  return { kind: 'heatmap', width: 8, height: 8, ...words, queries: [query(buckets, '{{le}}')], ...looks }
}

/** A table of labels and one value, of now. */
export function table(
  words: Words & Pick<TablePanel, 'columns' | 'valueTitle'>,
  expr: string,
  looks: Partial<Pick<TablePanel, 'width' | 'height' | 'thresholds' | 'mappings' | 'first'>> = {},
): TablePanel {
  return {
    kind: 'table',
    width: 12,
    height: 8,
    first: 'greatest',
    ...words,
    queries: [now(expr, '')],
    ...looks,
  }
}

/** Log lines, newest first, over the whole width. */
export function logs(words: Omit<Words, 'unit'>, selector: string): LogsPanel {
  return { kind: 'logs', width: 24, height: 10, ...words, selector }
}

/** Green, then worse from the given values on. */
export function worseFrom(warning: number, critical?: number): readonly Threshold[] {
  const start: Threshold = { from: null, color: 'green' }
  if (critical === undefined) return [start, { from: warning, color: 'red' }]
  return [start, { from: warning, color: 'orange' }, { from: critical, color: 'red' }]
}

/** Red below `critical`, orange below `warning`, green from there. */
export function betterFrom(critical: number, warning: number): readonly Threshold[] {
  return [
    { from: null, color: 'red' },
    ...(critical < warning ? [{ from: critical, color: 'orange' } as const] : []),
    { from: warning, color: 'green' },
  ]
}

/** No judgement: a count that is neither good nor bad. */
export const plain: readonly Threshold[] = [{ from: null, color: 'blue' }]
