/** A day as a bar: what is free in colour. The times below it say the same in words. */
import { h } from '../dom.ts'
import { minutesOf, type Stretch } from '../slots.ts'

const svg = 'http://www.w3.org/2000/svg'

/** Draws the bar from opening to closing. */
export function dayBar(
  free: readonly Stretch[],
  { opens, closes }: { readonly opens: string; readonly closes: string },
): HTMLElement {
  const first = minutesOf(opens)
  const length = minutesOf(closes) - first
  const picture = document.createElementNS(svg, 'svg')
  picture.setAttribute('viewBox', `0 0 ${length} 10`)
  picture.setAttribute('preserveAspectRatio', 'none')
  for (const { start, end } of free) {
    const bar = document.createElementNS(svg, 'rect')
    bar.setAttribute('x', String(minutesOf(start) - first))
    bar.setAttribute('width', String(minutesOf(end) - minutesOf(start)))
    bar.setAttribute('height', '10')
    picture.append(bar)
  }
  return h(
    'div',
    { 'aria-hidden': 'true' },
    h('div', { class: 'day' }, picture),
    h('div', { class: 'scale' }, h('span', {}, opens), h('span', {}, 'filled: free'), h('span', {}, closes)),
  )
}
