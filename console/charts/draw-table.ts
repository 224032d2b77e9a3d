/** Tables of instant queries; the head of a column puts the rows in its order. */
import { fill, h } from '../web/dom.ts'
import { clockworkOf } from './ask.ts'
import type { Panel } from './dashboard.ts'
import type { Asked, Draw } from './drawing.ts'
import { emptyBody } from './empty.ts'
import { show } from './field.ts'
import { frameOf, ordered, orderIn, type Cell, type Frame, type FrameColumn, type Order } from './frame.ts'
import { interpolate } from './interpolate.ts'

/** Orders that people chose, kept over refreshes. */
const chosenOrders = new WeakMap<Panel, Order>()

/** Asks for the rows. */
export async function loadTable(panel: Panel, asked: Asked): Promise<Draw> {
  const clockwork = clockworkOf(asked)
  const results = await Promise.all(
    panel.targets.map(({ expression }) =>
      asked.api.instant(interpolate(expression, asked.scope, clockwork), asked.range.end, asked.asking),
    ),
  )
  const frame = frameOf(results, panel.transformations)
  if (frame.rows.length === 0) return emptyBody(panel)
  return (body) => {
    const box = h('div', {
      class: 'scroll chart-table',
      tabindex: 0,
      role: 'group',
      'aria-label': `${panel.title}: table`,
      'data-keep': 'table',
    })
    body.append(box)
    drawRows(box, panel, frame)
    return undefined
  }
}

function drawRows(box: HTMLElement, panel: Panel, frame: Frame): void {
  const order = chosenOrders.get(panel) ?? orderIn(panel.options)
  const choose = (column: FrameColumn) => {
    const isDescending = order?.by === column.title ? !order.isDescending : column.isFigure
    chosenOrders.set(panel, { by: column.title, isDescending })
    drawRows(box, panel, frame)
    box.querySelector<HTMLElement>(`[data-keep="${CSS.escape(`order ${column.key}`)}"]`)?.focus()
  }
  const { columns } = frame
  fill(
    box,
    h(
      'table',
      { class: 'stacked' },
      h('caption', { class: 'unseen' }, panel.title),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          columns.map((column) => head(column, order, choose)),
        ),
      ),
      h(
        'tbody',
        {},
        ordered(frame, order).map((row) =>
          h(
            'tr',
            {},
            row.map((value, at) => cell(value, { column: columns[at], at, panel })),
          ),
        ),
      ),
    ),
  )
}

function head(
  column: FrameColumn,
  order: Order | undefined,
  choose: (column: FrameColumn) => void,
): HTMLElement {
  const direction = order?.isDescending === true ? 'descending' : 'ascending'
  return h(
    'th',
    {
      scope: 'col',
      'aria-sort': order?.by === column.title ? direction : 'none',
      ...(column.isFigure ? { class: 'num' } : {}),
    },
    h(
      'button',
      { type: 'button', 'data-keep': `order ${column.key}`, onclick: () => choose(column) },
      column.title,
    ),
  )
}

interface CellPlace {
  readonly column: FrameColumn | undefined
  readonly at: number
  readonly panel: Panel
}

function cell(value: Cell, { column, at, panel }: CellPlace): HTMLElement {
  const isFigure = column?.isFigure === true
  const shown = isFigure ? show(typeof value === 'number' ? value : undefined, panel.field) : undefined
  const text = shown?.text ?? String(value ?? '–')
  if (at === 0 && !isFigure) return h('th', { scope: 'row' }, text)
  return h(
    'td',
    { 'data-label': column?.title, ...(isFigure ? { class: 'num' } : {}) },
    h('div', { class: shown?.tone && `tone-${shown.tone}` }, text),
  )
}
