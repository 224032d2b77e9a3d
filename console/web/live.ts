/**
 * A part of a page that keeps itself fresh: it asks every few seconds while somebody can see it, redraws only
 * what has changed, and leaves focus, open details and scrolled tables as they were.
 */
import { fill, h, type Child } from './dom.ts'
import { get } from './api.ts'
import { problemBox } from './problem.ts'

export interface Screen {
  readonly element: HTMLElement
  readonly close?: () => void
}

export interface LiveOptions<T> {
  readonly path: string
  readonly draw: (value: T) => Child
  /** Pause between two refreshes. Default 5 s. */
  readonly everyMillis?: number
}

/** Draws the answer of a route and keeps it fresh until it is closed. */
export function live<T>({ path, draw, everyMillis = 5_000 }: LiveOptions<T>): Screen & {
  readonly refresh: () => Promise<void>
} {
  const element = h('div', { class: 'stack' }, h('p', { class: 'wait' }, 'Loading…'))
  let last = ''
  let timer: number | undefined
  let isClosed = false
  let isShown = false
  const show = (key: string, content: () => Child) => {
    if (isClosed || key === last) return
    last = key
    const kept = remember(element)
    fill(element, content())
    restore(element, kept)
    if (!isShown) showNamed(element)
    isShown = true
  }
  const refresh = async (isRefresh = false): Promise<void> => {
    try {
      const value = await get<T>(path, { isRefresh })
      show(JSON.stringify(value), () => draw(value))
    } catch (error) {
      show(String(error), () => problemBox(error))
    }
  }
  const tick = () => {
    timer = setTimeout(() => {
      void (document.hidden ? Promise.resolve() : refresh(true)).then(() => {
        if (!isClosed) tick()
      })
    }, everyMillis)
  }
  const onVisible = () => {
    if (!document.hidden) void refresh(true)
  }
  document.addEventListener('visibilitychange', onVisible)
  void refresh()
  tick()
  return {
    element,
    refresh: () => refresh(),
    close: () => {
      isClosed = true
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisible)
    },
  }
}

/** Goes to the place the address names, once it is there. */
function showNamed(root: HTMLElement): void {
  const named = location.hash === '' ? null : document.getElementById(location.hash.slice(1))
  if (named !== null && root.contains(named)) named.scrollIntoView()
}

interface Kept {
  readonly focus: string | undefined
  readonly open: ReadonlySet<string>
  readonly scroll: ReadonlyMap<string, number>
}

/** Elements that live through a redraw are known by `data-keep`, links and buttons also by what they say. */
function remember(root: HTMLElement): Kept {
  const active = document.activeElement
  const open = new Set<string>()
  const scroll = new Map<string, number>()
  for (const element of root.querySelectorAll<HTMLElement>('[data-keep]')) {
    const key = element.dataset['keep'] ?? ''
    if (element instanceof HTMLDetailsElement && element.open) open.add(key)
    if (element.scrollLeft !== 0) scroll.set(key, element.scrollLeft)
  }
  return {
    focus: active !== null && root.contains(active) ? nameOf(active) : undefined,
    open,
    scroll,
  }
}

function restore(root: HTMLElement, { focus, open, scroll }: Kept): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-keep]')) {
    const key = element.dataset['keep'] ?? ''
    if (element instanceof HTMLDetailsElement && open.has(key)) element.open = true
    element.scrollLeft = scroll.get(key) ?? 0
  }
  if (focus === undefined) return
  for (const element of root.querySelectorAll<HTMLElement>('a, button, summary, [tabindex]')) {
    if (nameOf(element) !== focus) continue
    element.focus({ preventScroll: true })
    return
  }
}

function nameOf(element: Element): string {
  const own = element.getAttribute('data-keep') ?? element.getAttribute('href') ?? ''
  return `${element.tagName} ${own} ${element.textContent.slice(0, 80)}`
}
