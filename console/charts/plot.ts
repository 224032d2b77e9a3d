/** A uPlot in a panel: axes, crosshair with its box, keys, zoom, marks; what is drawn inside is the caller's. */
import uPlot from 'uplot'
import { h } from '../web/dom.ts'
import type { Range } from './answers.ts'
import type { Drawn, Shared } from './drawing.ts'
import { marksAt, spansOf, type Mark } from './marks.ts'
import { clockText, momentText } from './times.ts'
import { showTip, tipText, type TipLine } from './tip.ts'

export interface PlotParts extends Pick<Shared, 'paint' | 'crosshair' | 'onZoom'> {
  /** What the chart is, for people who do not see it. */
  readonly label: string
  readonly range: Range
  readonly step: number
  readonly data: uPlot.AlignedData
  readonly series: readonly uPlot.Series[]
  readonly bands?: readonly uPlot.Band[]
  readonly marks: readonly Mark[]
  readonly y: {
    readonly scale: uPlot.Scale
    readonly values: (splits: readonly number[]) => string[]
    readonly splits?: () => number[]
    readonly increments?: number[]
  }
  /** Figures of a moment by its place on the grid. */
  readonly linesAt: (at: number) => readonly TipLine[]
  /** Draws over the series, in pixels of the canvas. */
  readonly draw?: (chart: uPlot) => void
}

export interface Plot extends Drawn {
  readonly chart: uPlot
}

const font = "12px system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"

/** Draws a chart into an element that has a size, and keeps it as large as that. */
export function openPlot(holder: HTMLElement, parts: PlotParts): Plot {
  const surface = h('div', { class: 'chart-surface' })
  const box = h('div', { class: 'chart-tip', 'aria-hidden': 'true', hidden: true })
  holder.append(surface, box)
  const sizeOf = () => ({
    width: Math.max(60, holder.clientWidth),
    height: Math.max(60, holder.clientHeight),
  })
  const pointer = { isHere: false }
  const chart = new uPlot(
    { ...optionsOf(parts), ...sizeOf(), hooks: hooksOf(parts, { surface, box, pointer }) },
    parts.data,
    surface,
  )
  listenToPointer(chart, box, pointer)
  listenToKeys(chart, surface, parts)
  const observer = new ResizeObserver(() => {
    const size = sizeOf()
    if (size.width !== chart.width || size.height !== chart.height) chart.setSize(size)
  })
  observer.observe(holder)
  return {
    chart,
    destroy: () => {
      observer.disconnect()
      chart.destroy()
    },
  }
}

function optionsOf({
  paint,
  range,
  crosshair,
  series,
  bands,
  y,
}: PlotParts): Omit<uPlot.Options, 'width' | 'height'> {
  const ink = { stroke: paint.read('chart-soft'), font, ticks: { show: false } }
  const grid = { stroke: paint.read('chart-line'), width: 1 }
  return {
    legend: { show: false },
    padding: [12, 20, 0, 0],
    scales: { x: { time: true, range: [range.start, range.end] }, y: y.scale },
    series: [{}, ...series],
    ...(bands === undefined ? {} : { bands: [...bands] }),
    axes: [
      {
        ...ink,
        grid: { ...grid, show: false },
        size: 28,
        space: (...given) => roomOf(given[2], given[3], given[4]),
        // uPlot hands over: itself, the moments, the axis, the room, and how far apart they are.
        values: (...given) => given[1].map((moment) => clockText(moment, given[4])),
      },
      {
        ...ink,
        grid,
        space: 28,
        gap: 6,
        // Wide enough for its longest label: some 7 px a letter of this font.
        size: (_, values) => 16 + 7 * Math.max(2, ...(values ?? []).map((value) => value.length)),
        values: (_, splits) => y.values(splits),
        ...(y.splits === undefined ? {} : { splits: y.splits }),
        ...(y.increments === undefined ? {} : { incrs: y.increments }),
      },
    ],
    cursor: {
      y: false,
      points: { size: 7 },
      drag: { x: true, y: false, setScale: false },
      ...(crosshair === undefined
        ? {}
        : {
            sync: {
              key: crosshair,
              scales: ['x', null],
              // Only where somebody looks is shared: a zoom would be asked for by every chart.
              filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
            },
          }),
    },
  }
}

/** A label needs more room where it tells seconds. */
function roomOf(start: number, end: number, pixels: number): number {
  const [short, long] = [46, 68]
  return ((end - start) * short) / Math.max(1, pixels) < 30 ? long : short
}

interface Surface {
  readonly surface: HTMLElement
  readonly box: HTMLElement
  readonly pointer: { isHere: boolean }
}

function hooksOf(parts: PlotParts, { surface, box, pointer }: Surface): uPlot.Hooks.Arrays {
  return {
    drawClear: [(chart) => drawMarks(chart, parts)],
    draw: parts.draw === undefined ? [] : [parts.draw],
    setCursor: [
      (chart) => {
        const { idx, left = -1 } = chart.cursor
        const isShown = idx !== null && idx !== undefined && left >= 0
        if (isShown) describeSlider(surface, idx, parts)
        if (isShown && pointer.isHere) showTip(box, tipAt(parts, idx), left + chart.over.offsetLeft)
        else box.hidden = true
      },
    ],
    setSelect: [
      (chart) => {
        const { left, width } = chart.select
        if (width < 5) return
        chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        parts.onZoom({ start: chart.posToVal(left, 'x'), end: chart.posToVal(left + width, 'x') })
      },
    ],
  }
}

function tipAt({ data, linesAt, marks, step }: PlotParts, at: number) {
  const moment = data[0][at] ?? 0
  const happened = marksAt(marks, moment, step).map(({ title, text, tone }) => ({
    swatch: `tone-${tone}`,
    name: title,
    text,
  }))
  return { title: momentText(moment), lines: [...linesAt(at), ...happened] }
}

function drawMarks(chart: uPlot, { marks, paint }: PlotParts): void {
  const { ctx, bbox } = chart
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  for (const { start, end, tone } of spansOf(marks)) {
    const left = chart.valToPos(start, 'x', true)
    const right = chart.valToPos(end, 'x', true)
    ctx.fillStyle = paint.read(`tone-${tone}`, 0.1)
    ctx.fillRect(left, bbox.top, Math.max(1, right - left), bbox.height)
  }
  for (const { start, tone } of marks) {
    ctx.fillStyle = paint.read(`tone-${tone}`, 0.7)
    ctx.fillRect(chart.valToPos(start, 'x', true), bbox.top, Math.max(1, devicePixelRatio), bbox.height)
  }
  ctx.restore()
}

function listenToPointer(chart: uPlot, box: HTMLElement, pointer: { isHere: boolean }): void {
  chart.over.addEventListener('mouseenter', () => {
    pointer.isHere = true
  })
  chart.over.addEventListener('mouseleave', () => {
    pointer.isHere = false
    box.hidden = true
  })
}

/** The crosshair is a slider over the moments: arrows move it, and what it stands on is said. */
function listenToKeys(chart: uPlot, surface: HTMLElement, parts: PlotParts): void {
  const last = Math.max(0, parts.data[0].length - 1)
  surface.tabIndex = 0
  surface.dataset['keep'] = 'crosshair'
  for (const [name, value] of Object.entries({
    role: 'slider',
    'aria-label': parts.label,
    'aria-valuemin': '0',
    'aria-valuemax': String(last),
  })) {
    surface.setAttribute(name, value)
  }
  describeSlider(surface, last, parts)
  const box = surface.nextElementSibling
  const moveTo = (at: number) => {
    const left = chart.valToPos(parts.data[0][at] ?? 0, 'x')
    chart.setCursor({ left, top: chart.bbox.height / devicePixelRatio / 2 })
    if (box instanceof HTMLElement) showTip(box, tipAt(parts, at), left + chart.over.offsetLeft)
  }
  surface.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') chart.setCursor({ left: -10, top: -10 })
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
      PageDown: -10,
      PageUp: 10,
      Home: -last,
      End: last,
    }
    const move = moves[event.key]
    if (move === undefined) return
    event.preventDefault()
    const at = Number(surface.getAttribute('aria-valuenow'))
    moveTo(Math.min(last, Math.max(0, at + move)))
  })
  surface.addEventListener('blur', () => chart.setCursor({ left: -10, top: -10 }))
}

function describeSlider(surface: HTMLElement, at: number, parts: PlotParts): void {
  surface.setAttribute('aria-valuenow', String(at))
  surface.setAttribute('aria-valuetext', tipText(tipAt(parts, at)))
}
