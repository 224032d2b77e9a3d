/** Thresholds of a chart as dashed lines. */
import type uPlot from 'uplot'
import type { Field } from './field.ts'
import { textIn, valueAt } from './json.ts'
import type { Paint } from './paint.ts'

/** Draws each threshold that lies within the scale, where the panel wants them shown. */
export function drawThresholds(chart: uPlot, { custom, thresholds }: Field, paint: Paint): void {
  const style = textIn(valueAt(custom, 'thresholdsStyle', 'mode'), 'off')
  if (style === 'off') return
  const { ctx, bbox } = chart
  const { min = 0, max = 0 } = chart.scales['y'] ?? {}
  ctx.save()
  ctx.lineWidth = devicePixelRatio * 1.25
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio])
  for (const { from, tone } of thresholds) {
    if (!Number.isFinite(from) || from <= min || from > max) continue
    const y = Math.round(chart.valToPos(from, 'y', true))
    ctx.strokeStyle = paint.read(`tone-${tone}`, 0.9)
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
  }
  ctx.restore()
}
