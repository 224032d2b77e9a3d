/** The frame of a panel: title, description, and a body that is drawn, empty, or says what went wrong. */
import { fill, h } from '../web/dom.ts'
import { isKind, type Panel } from './dashboard.ts'
import type { Asked, Draw, Drawn } from './drawing.ts'
import { loads } from './loads.ts'

export interface PanelView {
  readonly element: HTMLElement
  /** Asks and draws; says whether that worked. A panel that fails leaves the others alone. */
  readonly load: (asked: Omit<Asked, 'pixels'>) => Promise<boolean>
  /** Draws the last answer again. */
  readonly redraw: () => void
  readonly destroy: () => void
}

export interface PanelPlace {
  /** Begins the ids of the page's elements. */
  readonly prefix: string
  /** Row of the dashboard's grid at which the panel's group begins. */
  readonly top: number
}

/** Makes an empty panel; its place on the grid is set as custom properties, which the style sheet reads. */
export function openPanel(panel: Panel, { prefix, top }: PanelPlace): PanelView {
  const { title, description, type } = panel
  const id = `${prefix}-${panel.id}`
  const body = h('div', { class: `panel-body ${type}` }, h('p', { class: 'chart-empty' }, 'Loading…'))
  const element = h(
    'section',
    {
      class: `panel ${widthOf(panel)}`,
      'data-panel': panel.id,
      'data-kind': type,
      'aria-labelledby': `${id}-title`,
      ...(description === '' ? {} : { 'aria-describedby': `${id}-about` }),
    },
    h('div', { class: 'panel-head' }, h('h3', { id: `${id}-title` }, title), about(panel, id)),
    body,
  )
  place(element, panel, top)
  const last: { draw?: Draw; drawn?: Drawn | undefined } = {}
  const show = (draw: Draw) => {
    const focus = focusIn(body)
    last.drawn?.destroy()
    fill(body)
    last.draw = draw
    last.drawn = draw(body)
    if (focus !== undefined) body.querySelector<HTMLElement>(`[data-keep="${CSS.escape(focus)}"]`)?.focus()
  }
  return {
    element,
    load: async (asked) => {
      element.setAttribute('aria-busy', 'true')
      const outcome = await answered(panel, { ...asked, pixels: body.clientWidth || 400 })
      if (asked.asking.signal?.aborted === true) return true
      element.removeAttribute('aria-busy')
      show(outcome.draw)
      return outcome.isGood
    },
    redraw: () => {
      if (last.draw !== undefined) show(last.draw)
    },
    destroy: () => last.drawn?.destroy(),
  }
}

async function answered(panel: Panel, asked: Asked): Promise<{ isGood: boolean; draw: Draw }> {
  try {
    const { type } = panel
    if (!isKind(type)) throw new Error(`the console does not draw panels of the kind ${type}`)
    return { isGood: true, draw: await loads[type](panel, asked) }
  } catch (error) {
    return { isGood: false, draw: faultBody(error instanceof Error ? error.message : String(error)) }
  }
}

function faultBody(message: string): Draw {
  return (body) => {
    body.append(
      h(
        'div',
        { class: 'chart-fault' },
        h('strong', {}, 'This panel could not be loaded.'),
        h('p', {}, message),
      ),
    )
    return undefined
  }
}

/** A description opens under the title; the panel is described by it whether it is open or not. */
function about({ title, description }: Panel, id: string): HTMLElement | undefined {
  if (description === '') return undefined
  const details = h(
    'details',
    { class: 'about' },
    h('summary', { 'aria-label': `About ${title}`, title: description }, 'i'),
    h('p', { id: `${id}-about` }, description),
  )
  details.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') details.open = false
  })
  details.addEventListener('focusout', ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node) || !details.contains(relatedTarget)) details.open = false
  })
  return details
}

/** Between phone and desk the grid has no room for 24 columns: panels are thirds, halves, or as wide as it. */
function widthOf({ place: { w } }: Panel): string {
  if (w <= 4) return 'third'
  return w <= 12 ? 'half' : 'full'
}

function place(element: HTMLElement, { place: { x, y, w, h: height } }: Panel, top: number): void {
  element.style.setProperty('--y', String(y - top + 1))
  element.style.setProperty('--x', String(x + 1))
  element.style.setProperty('--w', String(w))
  element.style.setProperty('--h', String(height))
}

function focusIn(body: HTMLElement): string | undefined {
  const active = document.activeElement
  return active instanceof HTMLElement && body.contains(active) ? active.dataset['keep'] : undefined
}
