/** The legend of a chart: a table of its series with their last and largest figures, the chart in words. */
import { h } from '../web/dom.ts'
import { show, type Field } from './field.ts'
import { seriesClass } from './paint.ts'
import { reduce, type Series } from './series.ts'

export interface LegendOptions {
  readonly title: string
  readonly series: readonly Series[]
  readonly field: Field
  /** Grafana's names of what is told of each series. */
  readonly calculations: readonly string[]
  /** Shows one series alone, or all of them; undefined where that would lie, as in a pile. */
  readonly onPick: ((at: number | undefined) => void) | undefined
}

const words: Readonly<Record<string, string>> = {
  lastNotNull: 'Last',
  last: 'Last',
  max: 'Max',
  min: 'Min',
  mean: 'Mean',
  sum: 'Sum',
  count: 'Count',
  first: 'First',
}

/** Makes the table; it scrolls in a box of its own. */
export function legendTable({ title, series, field, calculations, onPick }: LegendOptions): HTMLElement {
  const told = calculations.length === 0 ? ['lastNotNull', 'max'] : calculations
  const names = series.map(({ name }, at) =>
    onPick === undefined || series.length < 2
      ? h('span', { class: 'legend-name' }, swatch(at), name)
      : pickButton(name, at),
  )
  if (onPick !== undefined) letPick(names, onPick)
  return h(
    'div',
    {
      class: 'chart-legend',
      tabindex: 0,
      role: 'group',
      'aria-label': `${title}: figures`,
      'data-keep': 'legend',
    },
    h(
      'table',
      {},
      h('caption', { class: 'unseen' }, `${title}: figures by series`),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, h('span', { class: 'unseen' }, 'Series')),
          told.map((calculation) =>
            h('th', { scope: 'col', class: 'num' }, words[calculation] ?? calculation),
          ),
        ),
      ),
      h(
        'tbody',
        {},
        series.map(({ values }, at) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, names[at]),
            told.map((calculation) =>
              h('td', { class: 'num' }, show(reduce(values, calculation), field).text),
            ),
          ),
        ),
      ),
    ),
  )
}

function swatch(at: number): HTMLElement {
  return h('i', { class: `swatch ${seriesClass(at)}`, 'aria-hidden': 'true' })
}

function pickButton(name: string, at: number): HTMLElement {
  return h(
    'button',
    {
      type: 'button',
      class: 'legend-name',
      'aria-pressed': 'false',
      title: `Show only ${name}`,
      'data-keep': name,
    },
    swatch(at),
    name,
  )
}

function letPick(buttons: readonly HTMLElement[], onPick: (at: number | undefined) => void): void {
  let picked: number | undefined
  for (const [at, button] of buttons.entries()) {
    button.addEventListener('click', () => {
      picked = picked === at ? undefined : at
      for (const [other, one] of buttons.entries()) one.setAttribute('aria-pressed', String(other === picked))
      onPick(picked)
    })
  }
}
