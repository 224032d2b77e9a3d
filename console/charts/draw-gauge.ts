/** Half rings that fill up between two bounds, with the thresholds around them. */
import { h, svg } from '../web/dom.ts'
import type { Panel } from './dashboard.ts'
import type { Asked, Draw } from './drawing.ts'
import { emptyBody } from './empty.ts'
import { show, type Field } from './field.ts'
import { askFigures, type Figure } from './figures.ts'
import { arcPath, shareOf, thresholdArcs } from './gauge-shape.ts'
import { formatValue } from './units.ts'

const center = { x: 100, y: 96 } as const
const ring = { radius: 72, markers: 88 } as const

/** Asks for the figures. */
export async function loadGauge(panel: Panel, asked: Asked): Promise<Draw> {
  const figures = await askFigures(panel, asked)
  if (figures.length === 0) return emptyBody(panel)
  return (body) => {
    body.append(
      h(
        'ul',
        { class: 'gauges' },
        figures.map((figure) => gauge(figure, panel, figures.length > 1)),
      ),
    )
    return undefined
  }
}

function gauge({ name, value }: Figure, { field, title }: Panel, isOneOfMany: boolean): HTMLElement {
  const { text, tone = 'plain' } = show(value, field)
  const { min = 0, max = 100 } = field
  const label = isOneOfMany ? `${title}: ${name}` : title
  return h(
    'li',
    { class: `gauge tone-${tone}` },
    h(
      'div',
      meter(label, { value, text, min, max }),
      drawing(value, field),
      h('span', { class: 'gauge-value' }, text),
    ),
    isOneOfMany && h('span', { class: 'stat-name' }, name),
  )
}

interface Meter {
  readonly value: number | undefined
  readonly text: string
  readonly min: number
  readonly max: number
}

/** What a gauge is to people who do not see it; one without a figure is a picture that says so. */
function meter(label: string, { value, text, min, max }: Meter) {
  if (value === undefined) return { role: 'img', 'aria-label': `${label}: ${text}` }
  return {
    role: 'meter',
    'aria-label': label,
    'aria-valuemin': min,
    'aria-valuemax': max,
    'aria-valuenow': Math.min(max, Math.max(min, value)),
    'aria-valuetext': text,
  }
}

function drawing(value: number | undefined, field: Field): SVGElement {
  const { min = 0, max = 100, unit } = field
  const share = value === undefined ? 0 : shareOf(value, { min, max })
  const end = (text: string, x: number) => svg('text', { x, y: 112, 'text-anchor': 'middle' }, text)
  return svg(
    'svg',
    { viewBox: '0 0 200 116', 'aria-hidden': 'true' },
    svg('path', { class: 'gauge-track', d: arcPath(center, ring.radius, [0, 1]) }),
    share > 0 && svg('path', { class: 'gauge-fill', d: arcPath(center, ring.radius, [0, share]) }),
    thresholdArcs(field.thresholds, { min, max }).map(({ from, to, tone }) =>
      svg('path', { class: `gauge-marker tone-${tone}`, d: arcPath(center, ring.markers, [from, to]) }),
    ),
    end(formatValue(min, unit), center.x - ring.radius),
    end(formatValue(max, unit), center.x + ring.radius),
  )
}
