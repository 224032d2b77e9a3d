/** The box beside the crosshair: a moment, its figures, largest first, and what happened then. */
import { fill, h } from '../web/dom.ts'

export interface TipLine {
  /** Class that colours the swatch. */
  readonly swatch: string
  readonly name: string
  readonly text: string
}

export interface Tip {
  readonly title: string
  readonly lines: readonly TipLine[]
}

/** More lines would cover the chart. */
const mostLines = 8

/** Fills the box and puts it on the side of the crosshair where there is more room. */
export function showTip(box: HTMLElement, { title, lines }: Tip, left: number): void {
  const shown = lines.slice(0, mostLines)
  const rest = lines.length - shown.length
  fill(
    box,
    h('strong', {}, title),
    h(
      'ul',
      {},
      shown.map(({ swatch, name, text }) =>
        h(
          'li',
          {},
          h('i', { class: `swatch ${swatch}` }),
          h('span', { class: 'tip-name' }, name),
          h('span', { class: 'tip-value' }, text),
        ),
      ),
    ),
    rest > 0 && h('p', {}, `and ${rest} more`),
  )
  box.hidden = false
  const room = box.parentElement?.clientWidth ?? 0
  const isRight = left < room / 2
  box.style.left = isRight ? `${left + 14}px` : 'auto'
  box.style.right = isRight ? 'auto' : `${room - left + 14}px`
}

/** Says a tip in one line, for people who hear it. */
export function tipText({ title, lines }: Tip): string {
  const said = lines.slice(0, mostLines).map(({ name, text }) => `${name} ${text}`)
  return [title, ...(said.length === 0 ? ['no data'] : said)].join(', ')
}
