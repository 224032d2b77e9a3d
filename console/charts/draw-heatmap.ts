/** Histograms over time as a map of cells; its table tells every bucket in figures. */
import type uPlot from 'uplot'
import { h } from '../web/dom.ts'
import type { MatrixSeries, Range } from './answers.ts'
import { clockworkOf } from './ask.ts'
import { heatOf, strengthOf, type Heat } from './buckets.ts'
import type { Panel } from './dashboard.ts'
import type { Asked, Draw, Drawn } from './drawing.ts'
import { emptyBody } from './empty.ts'
import { interpolate } from './interpolate.ts'
import type { Mark } from './marks.ts'
import type { Paint } from './paint.ts'
import { openPlot } from './plot.ts'
import { momentsOf, reduce } from './series.ts'
import type { TipLine } from './tip.ts'
import { formatValue } from './units.ts'

/** Width of a cell that can still be told apart. */
const pixelsPerCell = 6

interface Answer {
  readonly panel: Panel
  readonly asked: Asked
  readonly heat: Heat
  readonly range: Range
  readonly step: number
  readonly marks: readonly Mark[]
}

/** Asks for the buckets. */
export async function loadHeatmap(panel: Panel, asked: Asked): Promise<Draw> {
  const clockwork = clockworkOf({ ...asked, pixels: asked.pixels / pixelsPerCell }, panel.maxDataPoints)
  const { start, end, stepSeconds: step } = clockwork
  const [answers, marks] = await Promise.all([
    Promise.all(
      panel.targets.map(({ expression }) =>
        asked.api.range(interpolate(expression, asked.scope, clockwork), { start, end, step }, asked.asking),
      ),
    ),
    asked.marks,
  ])
  const found = answers.flatMap((answer): readonly MatrixSeries[] =>
    answer.resultType === 'matrix' ? answer.result : [],
  )
  const heat = heatOf(found, { start, end, step })
  if (heat.bounds.length === 0) return emptyBody(panel)
  return (body) => draw(body, { panel, asked, heat, range: { start, end }, step, marks })
}

function draw(body: HTMLElement, { panel, asked, heat, range, step, marks }: Answer): Drawn {
  const { title, field } = panel
  const { bounds, counts } = heat
  const moments = momentsOf(range, step)
  const holder = h('div', { class: 'chart-plot' })
  body.append(holder, bucketTable(panel, heat))
  const edges = [0, ...bounds].map((bound) => (bound === Infinity ? '∞' : formatValue(bound, field.unit)))
  const stride = Math.max(1, Math.ceil(edges.length / 8))
  return openPlot(holder, {
    ...asked,
    range,
    step,
    marks,
    label: `${title}: moment on a map of ${bounds.length} buckets`,
    data: [[...moments], moments.map(() => null)],
    series: [{ show: true, paths: () => null, points: { show: false } }],
    y: {
      scale: { range: [0, bounds.length] },
      splits: () => edges.flatMap((_, at) => (at % stride === 0 ? [at] : [])),
      values: (splits) => splits.map((split) => edges[split] ?? ''),
    },
    linesAt: (at) => tipLines(counts, edges, at),
    draw: (chart) => drawCells(chart, { heat, moments, step, paint: asked.paint }),
  })
}

interface Cells {
  readonly heat: Heat
  readonly moments: readonly number[]
  readonly step: number
  readonly paint: Paint
}

/** A cell stands for what happened in the step before its moment. */
function drawCells(chart: uPlot, { heat: { counts, largest }, moments, step, paint }: Cells): void {
  const { ctx, bbox } = chart
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  for (const [row, bucket] of counts.entries()) {
    const top = Math.round(chart.valToPos(row + 1, 'y', true))
    const height = Math.round(chart.valToPos(row, 'y', true)) - top
    for (const [at, count] of bucket.entries()) {
      const strength = strengthOf(count ?? 0, largest)
      if (strength === 0) continue
      const moment = moments[at] ?? 0
      const left = Math.round(chart.valToPos(moment - step, 'x', true))
      const width = Math.round(chart.valToPos(moment, 'x', true)) - left
      ctx.fillStyle = paint.read('chart-heat', Math.round(strength * 100) / 100)
      ctx.fillRect(left, top, Math.max(1, width - 1), Math.max(1, height - 1))
    }
  }
  ctx.restore()
}

function tipLines(counts: Heat['counts'], edges: readonly string[], at: number): readonly TipLine[] {
  return counts
    .flatMap((bucket, row) => {
      const count = bucket[at] ?? 0
      const name = `${edges[row] ?? ''} to ${edges[row + 1] ?? ''}`
      return count === 0 ? [] : [{ swatch: 'chart-heat', name, count, text: formatValue(count, 'short') }]
    })
    .sort((one, other) => other.count - one.count)
}

function bucketTable({ title, field }: Panel, { bounds, counts }: Heat): HTMLElement {
  const write = (value: number | undefined) => (value === undefined ? '–' : formatValue(value, 'short'))
  const cells = (bucket: readonly (number | null)[]) =>
    ['lastNotNull', 'max'].map((calculation) => h('td', { class: 'num' }, write(reduce(bucket, calculation))))
  return h(
    'details',
    { class: 'chart-figures' },
    h('summary', { 'data-keep': 'figures' }, 'Figures'),
    h(
      'table',
      {},
      h('caption', { class: 'unseen' }, `${title}: figures by bucket`),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Up to'),
          ['Last', 'Max'].map((word) => h('th', { scope: 'col', class: 'num' }, word)),
        ),
      ),
      h(
        'tbody',
        {},
        bounds.map((bound, row) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, bound === Infinity ? '∞' : formatValue(bound, field.unit)),
            cells(counts[row] ?? []),
          ),
        ),
      ),
    ),
  )
}
