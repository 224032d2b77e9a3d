/** Draws a dashboard (classic Grafana JSON) into a page and keeps it fresh. */
import { h } from '../web/dom.ts'
import type { QueryApi } from './answers.ts'
import { openBoard } from './board.ts'
import { readDashboard } from './dashboard.ts'
import { openMarkList } from './mark-list.ts'
import { openPaint } from './paint.ts'
import { openRounds } from './rounds.ts'
import type { DashboardState } from './state.ts'
import { openToolbar } from './toolbar.ts'

export interface MountOptions extends Partial<DashboardState> {
  /** Called with every change a person makes, so that the address can keep it. */
  readonly onVariables: (state: DashboardState) => void
  /** Milliseconds since the epoch. Default the system clock. */
  readonly nowMillis?: () => number
  /** How often Prometheus scrapes. Default 10 s, as our prometheus.yml says. */
  readonly scrapeSeconds?: number
}

/**
 * Draws a dashboard into `root` until it is destroyed. A panel that fails says so in its place; the rest stays.
 *
 * @param json a dashboard of schema version 42; what it leaves out has Grafana's default
 */
export function mountDashboard(
  root: HTMLElement,
  json: unknown,
  api: QueryApi,
  options: MountOptions,
): { destroy: () => void } {
  const dashboard = readDashboard(json)
  const { nowMillis = Date.now, scrapeSeconds = 10, onVariables } = options
  const nowSeconds = () => nowMillis() / 1_000
  let state: DashboardState = {
    from: options.from ?? dashboard.from,
    to: options.to ?? dashboard.to,
    refresh: options.refresh ?? dashboard.refresh,
    variables: options.variables ?? {},
  }
  const onChange = (change: Partial<DashboardState>) => {
    state = { ...state, ...change, variables: { ...state.variables, ...change.variables } }
    onVariables(state)
    void rounds.begin(state)
  }
  const board = openBoard(dashboard)
  const markList = openMarkList()
  const toolbar = openToolbar({ nowSeconds, onChange, onRefresh: () => void rounds.begin(state) })
  const box = h('div', { class: 'dashboard' }, toolbar.element, markList.element, board.element)
  root.append(box)
  const paint = openPaint(box)
  const crosshair = dashboard.isCrosshairShared ? `dashboard ${dashboard.uid}` : undefined
  const onZoom = ({ start, end }: { readonly start: number; readonly end: number }) =>
    onChange({ from: String(Math.round(start * 1_000)), to: String(Math.round(end * 1_000)) })
  const rounds = openRounds({
    dashboard,
    board,
    toolbar,
    markList,
    nowSeconds,
    scrapeSeconds,
    shared: { api, paint, crosshair, onZoom },
  })
  const stopRepainting = onThemeChange(() => {
    paint.forget()
    board.redraw()
  })
  // The caller may put `root` into the page after this: panels have no width before that.
  const first = setTimeout(() => void rounds.begin(state))
  return {
    destroy: () => {
      clearTimeout(first)
      rounds.end()
      stopRepainting()
      board.destroy()
      paint.destroy()
      box.remove()
    },
  }
}

function onThemeChange(repaint: () => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  dark.addEventListener('change', repaint)
  return () => dark.removeEventListener('change', repaint)
}
