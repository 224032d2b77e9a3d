/** The marks of a dashboard in words. */
import { fill, h } from '../web/dom.ts'
import type { KnownMarks } from './ask-marks.ts'
import type { Mark } from './marks.ts'
import { momentText } from './times.ts'

/** A longer list is no longer read. */
const most = 100

export interface MarkList {
  readonly element: HTMLElement
  readonly show: (known: KnownMarks) => void
}

/** Makes the list; it is away while nothing happened. */
export function openMarkList(): MarkList {
  const summary = h('summary', {})
  const list = h('ul', {})
  const element = h('details', { class: 'chart-marks', hidden: true }, summary, list)
  return {
    element,
    show: ({ marks, unknown }) => {
      element.hidden = marks.length === 0 && unknown.length === 0
      const missing = unknown.length === 0 ? '' : ` (${unknown.join(', ').toLowerCase()} could not be read)`
      summary.textContent = `${words(marks.length)} in this range${missing}`
      fill(list, marks.slice(-most).map(item))
    },
  }
}

function words(count: number): string {
  return count === 1 ? '1 event' : `${count} events`
}

function item({ start, end, title, text, tone, labels }: Mark): HTMLElement {
  const alert = labels['alertname']
  const until = end > start ? ` to ${momentText(end)}` : ''
  return h(
    'li',
    {},
    h('i', { class: `swatch tone-${tone}`, 'aria-hidden': 'true' }),
    h('time', {}, `${momentText(start)}${until}`),
    alert === undefined
      ? h('strong', {}, title)
      : h('a', { href: `/runbooks/${encodeURIComponent(alert)}` }, title),
    h('span', {}, text),
  )
}
