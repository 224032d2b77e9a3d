/** The panels of a dashboard: groups that fold, and the order in which panels are asked. */
import { h } from '../web/dom.ts'
import type { Dashboard, Group } from './dashboard.ts'
import type { Asked } from './drawing.ts'
import { openPanel, type PanelView } from './panel.ts'

export interface Board {
  readonly element: HTMLElement
  /** Asks the panels anew; resolves when none is left to ask, with how many failed. */
  readonly ask: (asked: Omit<Asked, 'pixels'>) => Promise<{ readonly failed: number }>
  readonly redraw: () => void
  readonly destroy: () => void
}

interface Slot {
  readonly view: PanelView
  readonly isFolded: () => boolean
  isNear: boolean
  /** The last asking it was part of. */
  turn: number
}

/** Panels asked at once: a browser opens six connections to one host. */
const width = 4
/** Panels this far below the fold are asked as if they were seen. */
const nearby = '300px'

/** Makes the panels. */
export function openBoard({ uid, groups }: Dashboard): Board {
  const slots: Slot[] = []
  const element = h('div', { class: 'chart-board' })
  for (const [at, group] of groups.entries()) element.append(openGroup(group, `${uid}-${at}`, slots))
  const byElement = new Map(slots.map((slot) => [slot.view.element, slot]))
  const run: { turn: number; asked?: Omit<Asked, 'pixels'>; failed: Set<Slot> } = {
    turn: 0,
    failed: new Set(),
  }
  const work = async (): Promise<void> => {
    const { turn, asked } = run
    if (asked === undefined) return
    for (let slot = next(slots, run); slot !== undefined && turn === run.turn; slot = next(slots, run)) {
      slot.turn = turn
      if (await slot.view.load(asked)) run.failed.delete(slot)
      else run.failed.add(slot)
    }
  }
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const slot = byElement.get(target as HTMLElement) // only panels are observed
        if (slot !== undefined) slot.isNear = isIntersecting
      }
      void work()
    },
    { rootMargin: nearby },
  )
  for (const { view } of slots) observer.observe(view.element)
  return {
    element,
    ask: async (asked) => {
      run.turn++
      run.asked = asked
      await Promise.all(Array.from({ length: width }, work))
      return { failed: run.failed.size }
    },
    redraw: () => {
      for (const { view } of slots) view.redraw()
    },
    destroy: () => {
      // What still works for an earlier turn stops at its next panel.
      run.turn++
      delete run.asked
      observer.disconnect()
      for (const { view } of slots) view.destroy()
    },
  }
}

/** What is seen comes first; the page itself asks again only for that. */
function next(slots: readonly Slot[], { turn, asked }: { turn: number; asked?: Omit<Asked, 'pixels'> }) {
  const waiting = slots.filter((slot) => slot.turn < turn && !slot.isFolded())
  const near = waiting.find(({ isNear }) => isNear)
  return near ?? (asked?.asking.isRefresh === true ? undefined : waiting[0])
}

function openGroup(group: Group, prefix: string, slots: Slot[]): HTMLElement {
  const { title, isCollapsed, panels } = group
  const top = Math.min(...panels.map(({ place }) => place.y))
  const grid = h('div', { class: 'chart-grid', id: `${prefix}-panels`, hidden: isCollapsed })
  const inOrder = [...panels].sort((one, other) => one.place.y - other.place.y || one.place.x - other.place.x)
  for (const panel of inOrder) {
    const view = openPanel(panel, { prefix, top })
    slots.push({ view, isFolded: () => grid.hidden !== false, isNear: false, turn: 0 })
    grid.append(view.element)
  }
  if (title === undefined) return grid
  const button = h(
    'button',
    {
      type: 'button',
      'aria-expanded': String(!isCollapsed),
      'aria-controls': grid.id,
      onclick: () => {
        grid.hidden = !grid.hidden
        button.setAttribute('aria-expanded', String(!grid.hidden))
      },
    },
    title,
  )
  return h('div', { class: 'chart-group' }, h('h2', {}, button), grid)
}
