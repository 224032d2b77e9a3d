/** Lines over time: piled up or not, with thresholds, exemplars that lead to their traces, and a legend. */
import uPlot from 'uplot'
import { h } from '../web/dom.ts'
import { askSeries, clockworkOf, type Grid } from './ask.ts'
import type { Panel } from './dashboard.ts'
import type { Asked, Draw, Drawn } from './drawing.ts'
import { emptyBody } from './empty.ts'
import { exemplarLinks } from './exemplar-links.ts'
import { exemplarsOf, type Exemplar } from './exemplars.ts'
import { show, type Field } from './field.ts'
import { interpolate } from './interpolate.ts'
import { listIn, numberIn, textIn, valueAt } from './json.ts'
import { legendTable } from './legend-table.ts'
import type { Mark } from './marks.ts'
import { seriesClass, seriesDash } from './paint.ts'
import { openPlot, type PlotParts } from './plot.ts'
import { highest, lonely, stacked, type Series } from './series.ts'
import { drawThresholds } from './threshold-lines.ts'
import type { TipLine } from './tip.ts'
import { axisSteps, formatValue } from './units.ts'

/** Links of one chart; more would be a wall for the tab key. */
const mostExemplars = 12
/** The areas of more lines than this, one over the other, hide each other. */
const mostFilled = 4
/** Nobody tells more lines apart, and a browser draws thousands of them slowly. */
const mostSeries = 60

/** Asks for the series, their exemplars and the marks. */
export async function loadTimeseries(panel: Panel, asked: Asked): Promise<Draw> {
  const [grid, found, marks] = await Promise.all([
    askSeries(panel, asked),
    askExemplars(panel, asked),
    asked.marks,
  ])
  if (grid.series.length === 0) return emptyBody(panel)
  const shown = { ...grid, series: highest(grid.series, mostSeries) }
  const hidden = grid.series.length - shown.series.length
  return (body) => draw(body, { panel, asked, grid: shown, hidden, found, marks })
}

interface Found {
  readonly exemplars: readonly Exemplar[]
  /** Why there are none, where they could not be read: the chart is worth drawing without them. */
  readonly fault?: string
}

async function askExemplars(panel: Panel, asked: Asked): Promise<Found> {
  try {
    return { exemplars: await exemplarsFor(panel, asked) }
  } catch (error) {
    return { exemplars: [], fault: error instanceof Error ? error.message : String(error) }
  }
}

async function exemplarsFor(panel: Panel, asked: Asked): Promise<readonly Exemplar[]> {
  const clockwork = clockworkOf(asked, panel.maxDataPoints)
  const targets = panel.targets.filter(({ hasExemplars }) => hasExemplars)
  const found = await Promise.all(
    targets.map(({ expression }) =>
      asked.api.exemplars(interpolate(expression, asked.scope, clockwork), asked.range, asked.asking),
    ),
  )
  return exemplarsOf(found.flat(), asked.range, mostExemplars)
}

interface Answer {
  readonly panel: Panel
  readonly asked: Asked
  readonly grid: Grid
  /** How many series are left out. */
  readonly hidden: number
  readonly found: Found
  readonly marks: readonly Mark[]
}

function draw(body: HTMLElement, answer: Answer): Drawn {
  const { panel, asked, grid, found, marks } = answer
  const { title, field, options } = panel
  const { series, moments } = grid
  const isStacked = isPile(field)
  const rows = series.map(({ values }) => [...values])
  const drawn = isStacked ? stacked(rows) : rows
  const holder = h('div', { class: 'chart-plot' })
  const links = exemplarLinks(found.exemplars, (value) => formatValue(value, field.unit))
  const picking: { chart?: uPlot } = {}
  const legend = legendTable({
    title,
    series,
    field,
    calculations: listIn(valueAt(options, 'legend', 'calcs')).map((name) => textIn(name)),
    onPick: isStacked ? undefined : (only) => pick(picking.chart, series.length, only),
  })
  body.append(holder)
  body.append(...notesOf(answer).map((note) => h('p', { class: 'chart-note' }, note)))
  body.append(legend)
  const plot = openPlot(holder, {
    ...asked,
    ...grid,
    marks,
    label: `${title}: moment on a chart of ${series.length} series`,
    data: [[...moments], ...drawn],
    series: series.map((_, at) => lineOf(at, answer)),
    ...(isStacked ? { bands: bandsOf(series.length) } : {}),
    y: axisOf(field),
    linesAt: (at) => tipLines(series, at, field),
    draw: (chart) => {
      drawThresholds(chart, field, asked.paint)
      links.place(chart)
    },
  })
  picking.chart = plot.chart
  holder.append(links.element)
  return plot
}

function notesOf({ found: { fault }, hidden, grid }: Answer): readonly string[] {
  return [
    ...(fault === undefined ? [] : [`Traces cannot be shown: ${fault}`]),
    ...(hidden === 0 ? [] : [`The ${grid.series.length} highest of ${grid.series.length + hidden} series.`]),
  ]
}

function isPile(field: Field): boolean {
  return textIn(valueAt(field.custom, 'stacking', 'mode'), 'none') !== 'none'
}

function pick(chart: uPlot | undefined, count: number, only: number | undefined): void {
  for (let at = 0; at < count; at++) chart?.setSeries(at + 1, { show: only === undefined || only === at })
}

function lineOf(at: number, { panel: { field }, grid, asked: { paint } }: Answer): uPlot.Series {
  const isMuddy = !isPile(field) && grid.series.length > mostFilled
  const opacity = isMuddy ? 0 : (numberIn(valueAt(field.custom, 'fillOpacity')) ?? 0) / 100
  const stroke = paint.read(seriesClass(at))
  const dash = seriesDash(at)
  return {
    stroke,
    width: 1.5,
    ...(dash === undefined ? {} : { dash }),
    ...(opacity === 0 ? {} : { fill: paint.read(seriesClass(at), opacity) }),
    spanGaps: false,
    // A figure without neighbours makes no line: it is a point.
    points: { show: true, size: 4, fill: stroke, filter: (chart, row) => lonely(chart.data[row] ?? []) },
  }
}

/** Fills each series of a pile down to the one below it. */
function bandsOf(count: number): readonly uPlot.Band[] {
  return Array.from({ length: Math.max(0, count - 1) }, (_, at) => ({ series: [at + 2, at + 1] }))
}

function axisOf(field: Field): PlotParts['y'] {
  const { unit, mappings } = field
  // Between two mapped figures there is nothing to read.
  const increments = mappings.length > 0 ? [1, 2, 5, 10, 20, 50, 100] : axisSteps(unit)
  return {
    scale: { range: (_, low, high) => boundsOf(field, low, high) },
    values: (splits) =>
      splits.map((split) => (mappings.length > 0 ? show(split, field).text : formatValue(split, unit))),
    ...(increments === undefined ? {} : { increments }),
  }
}

/** The scale holds what is measured; where that is nothing at all, it reaches to the highest threshold. */
function boundsOf(
  { min, max, unit, thresholds }: Field,
  low: number | null,
  high: number | null,
): [number, number] {
  const bottom = min ?? Math.min(0, low ?? 0)
  if (max !== undefined && max > bottom) return [bottom, max]
  if (high !== null && high > bottom) {
    return [bottom, uPlot.rangeNum(bottom, high, 0.1, true)[1] ?? high]
  }
  const highest = Math.max(...thresholds.map(({ from }) => from))
  const room = Number.isFinite(highest) && highest > bottom ? (highest - bottom) * 1.2 : emptyRoom(unit)
  return [bottom, bottom + room]
}

function emptyRoom(unit: string): number {
  return unit === 'percentunit' ? 0.01 : 1
}

function tipLines(series: readonly Series[], at: number, field: Field): readonly TipLine[] {
  return series
    .flatMap(({ name, values }, place) => {
      const value = values[at] ?? undefined
      return value === undefined
        ? []
        : [{ swatch: seriesClass(place), name, value, text: show(value, field).text }]
    })
    .sort((one, other) => other.value - one.value)
}
