/** Large figures, each with its history behind it. */
import { h, svg } from '../web/dom.ts'
import type { Panel } from './dashboard.ts'
import type { Asked, Draw } from './drawing.ts'
import { emptyBody } from './empty.ts'
import { show } from './field.ts'
import { askFigures, type Figure } from './figures.ts'
import { textIn, valueAt } from './json.ts'
import { sparkPaths } from './sparkline.ts'

const box = { width: 240, height: 40 } as const

/** Asks for the figures. */
export async function loadStat(panel: Panel, asked: Asked): Promise<Draw> {
  const figures = await askFigures(panel, asked)
  if (figures.length === 0) return emptyBody(panel)
  return (body) => {
    body.append(
      h(
        'ul',
        { class: 'stats' },
        figures.map((figure) => stat(figure, panel, figures.length > 1)),
      ),
    )
    return undefined
  }
}

function stat(
  { name, value, history }: Figure,
  { field, options }: Panel,
  isOneOfMany: boolean,
): HTMLElement {
  const mode = textIn(valueAt(options, 'textMode'), 'auto')
  const hasName = mode === 'value_and_name' || mode === 'name' || (mode === 'auto' && isOneOfMany)
  const hasColor = textIn(valueAt(options, 'colorMode'), 'value') !== 'none'
  const hasGraph = textIn(valueAt(options, 'graphMode'), 'none') === 'area'
  const { text, tone } = show(value, field)
  return h(
    'li',
    { class: `stat tone-${(hasColor ? tone : undefined) ?? 'plain'}` },
    (hasName || isOneOfMany) && h('span', { class: 'stat-name' }, name),
    h('span', { class: value === undefined ? 'stat-value none' : 'stat-value' }, text),
    hasGraph && spark(history),
  )
}

function spark(history: readonly (number | null)[]): SVGElement | undefined {
  const { line, area } = sparkPaths(history, box)
  if (line === '') return undefined
  return svg(
    'svg',
    {
      class: 'spark',
      viewBox: `0 -2 ${box.width} ${box.height + 4}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    svg('path', { class: 'spark-area', d: area }),
    svg('path', { class: 'spark-line', d: line, 'vector-effect': 'non-scaling-stroke' }),
  )
}
