/** Bars of single figures, one below the other. */
import { h, svg } from '../web/dom.ts'
import type { Panel } from './dashboard.ts'
import type { Asked, Draw } from './drawing.ts'
import { emptyBody } from './empty.ts'
import { show } from './field.ts'
import { askFigures } from './figures.ts'
import { shareOf } from './gauge-shape.ts'

/** Asks for the figures. */
export async function loadBars(panel: Panel, asked: Asked): Promise<Draw> {
  const figures = await askFigures(panel, asked)
  if (figures.length === 0) return emptyBody(panel)
  const { field, title } = panel
  const largest = Math.max(0, ...figures.map(({ value }) => value ?? 0))
  const bounds = { min: field.min ?? 0, max: field.max ?? largest }
  return (body) => {
    const rows = figures.map(({ name, value }) => {
      const { text, tone = 'plain' } = show(value, field)
      const share = value === undefined ? 0 : shareOf(value, bounds)
      return h(
        'li',
        { class: `bar-row tone-${tone}` },
        h('span', { class: 'bar-name' }, name),
        h('span', { class: 'bar-value' }, text),
        svg(
          'svg',
          { class: 'bar-track', 'aria-hidden': 'true' },
          svg('rect', {
            class: 'bar-fill',
            width: `${Math.round(share * 1_000) / 10}%`,
            height: '100%',
            rx: 3,
          }),
        ),
      )
    })
    const list = h('ul', { class: 'bars', tabindex: 0, 'aria-label': title, 'data-keep': 'bars' }, rows)
    body.append(list)
    return undefined
  }
}
