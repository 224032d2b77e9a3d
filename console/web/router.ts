/** Shows the page that the address names. */
import { announce, byId, fill, h } from './dom.ts'
import type { Screen } from './live.ts'
import { problemBox } from './problem.ts'

export interface Person {
  readonly email: string
  readonly role: string
  readonly mayAct: boolean
}

export interface Visit {
  /** What the address says at the place of the page's pattern, in order. */
  readonly parts: readonly string[]
  readonly query: URLSearchParams
  readonly person: Person
}

export interface View {
  /** Path, each `*` one part: `/traces/*`. */
  readonly path: string
  readonly title: (visit: Visit) => string
  readonly open: (visit: Visit) => Screen | Promise<Screen>
}

let current: Screen | undefined
/** Counts showings, so that a slow page does not replace a later one. */
let showing = 0

/** Shows the view of the current address. */
export async function showCurrent(views: readonly View[], person: Person): Promise<void> {
  const turn = ++showing
  const found = find(views, location.pathname)
  current?.close?.()
  current = undefined
  const visit: Visit = { parts: found?.parts ?? [], query: new URLSearchParams(location.search), person }
  const title = found?.view.title(visit) ?? 'Not found'
  document.title = `${title} · Campanile console`
  markCurrent()
  const screen = found === undefined ? notFound() : await opened(found.view, visit)
  if (turn !== showing) {
    screen.close?.()
    return
  }
  current = screen
  const main = byId('main')
  fill(main, screen.element)
  main.dataset['view'] = found?.view.path ?? 'none'
  main.focus({ preventScroll: true })
  if (location.hash === '') scrollTo({ top: 0 })
  announce(title)
}

async function opened(view: View, visit: Visit): Promise<Screen> {
  try {
    return await view.open(visit)
  } catch (error) {
    return { element: h('div', { class: 'stack' }, h('h1', {}, view.title(visit)), problemBox(error)) }
  }
}

function notFound(): Screen {
  return {
    element: h('div', { class: 'stack' }, h('h1', {}, 'Not found'), h('p', {}, 'There is no such page.')),
  }
}

function find(views: readonly View[], path: string): { view: View; parts: readonly string[] } | undefined {
  const asked = path.replace(/\/$/, '').split('/')
  for (const view of views) {
    const expected = view.path.replace(/\/$/, '').split('/')
    if (expected.length !== asked.length) continue
    if (!expected.every((part, at) => part === '*' || part === asked[at])) continue
    const parts = asked.filter((_, at) => expected[at] === '*').map((part) => decodeURIComponent(part))
    return { view, parts }
  }
  return undefined
}

function markCurrent(): void {
  const [, first = ''] = location.pathname.split('/')
  for (const link of document.querySelectorAll('nav a')) {
    if (link.getAttribute('href') === `/${first}`) {
      link.setAttribute('aria-current', 'page')
      link.scrollIntoView({ block: 'nearest', inline: 'center' })
    } else link.removeAttribute('aria-current')
  }
}

/** Goes to another page of the console without loading it anew. */
export function goTo(address: string): void {
  history.pushState(undefined, '', address)
  dispatchEvent(new PopStateEvent('popstate'))
}

/** Lets links of the console change the page without loading it anew. */
export function followLinks(): void {
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link === null || link.target !== '' || link.origin !== location.origin) return
    const isHere = link.pathname === location.pathname && link.search === location.search && link.hash !== ''
    if (isHere) return
    event.preventDefault()
    goTo(link.pathname + link.search + link.hash)
  })
}
