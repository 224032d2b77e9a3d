/** Rows and columns of an instant query, arranged as the panel's transformations say. Pure. */
import type { PromResult } from './answers.ts'
import { listIn, numberIn, textIn, valueAt } from './json.ts'

export interface FrameColumn {
  readonly key: string
  readonly title: string
  readonly isFigure: boolean
}

export type Cell = string | number | undefined

export interface Frame {
  readonly columns: readonly FrameColumn[]
  readonly rows: readonly (readonly Cell[])[]
}

export interface Order {
  /** Title of the column. */
  readonly by: string
  readonly isDescending: boolean
}

interface Arrangement {
  readonly isExcluded: (key: string) => boolean
  readonly placeOf: (key: string) => number
  readonly titleOf: (key: string) => string
}

/** Makes a frame: a column for each label, by name, and one for the figure. */
export function frameOf(results: readonly PromResult[], transformations: readonly unknown[]): Frame {
  const samples = results.flatMap((result) => (result.resultType === 'vector' ? result.result : []))
  const labels = [...new Set(samples.flatMap(({ metric }) => Object.keys(metric)))]
  const { isExcluded, placeOf, titleOf } = arrangementOf(transformations)
  const keys = [...labels.filter((label) => label !== '__name__').sort(), 'Value']
    .filter((key) => !isExcluded(key))
    .sort((one, other) => placeOf(one) - placeOf(other))
  return {
    columns: keys.map((key) => ({ key, title: titleOf(key), isFigure: key === 'Value' })),
    rows: samples.map(({ metric, value: [, text] }) =>
      keys.map((key) => (key === 'Value' ? figureOf(text) : metric[key])),
    ),
  }
}

function figureOf(text: string): number | undefined {
  const value = Number(text)
  return Number.isNaN(value) ? undefined : value
}

function arrangementOf(transformations: readonly unknown[]): Arrangement {
  const options = transformations
    .filter((transformation) => textIn(valueAt(transformation, 'id')) === 'organize')
    .map((transformation) => valueAt(transformation, 'options'))
  const find = (part: string, key: string) =>
    options.map((option) => valueAt(option, part, key)).find((value) => value !== undefined)
  return {
    isExcluded: (key) => find('excludeByName', key) === true,
    placeOf: (key) => numberIn(find('indexByName', key)) ?? Number.MAX_SAFE_INTEGER,
    titleOf: (key) => textIn(find('renameByName', key), key),
  }
}

/** Reads the order a panel begins with. */
export function orderIn(options: unknown): Order | undefined {
  const [first] = listIn(valueAt(options, 'sortBy'))
  const by = textIn(valueAt(first, 'displayName'))
  return by === '' ? undefined : { by, isDescending: valueAt(first, 'desc') === true }
}

/** Puts the rows in order; what is missing comes last, whichever way. */
export function ordered({ columns, rows }: Frame, order: Order | undefined): Frame['rows'] {
  const at = columns.findIndex(({ title }) => title === order?.by)
  if (order === undefined || at === -1) return rows
  const sign = order.isDescending ? -1 : 1
  return [...rows].sort((one, other) => compare(one[at], other[at], sign))
}

function compare(one: Cell, other: Cell, sign: number): number {
  if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined)
  if (typeof one === 'number' && typeof other === 'number') return sign * (one - other)
  return sign * String(one).localeCompare(String(other), 'en', { numeric: true })
}
