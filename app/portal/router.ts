/** Shows the view that the address names. Addresses are fragments, so that the server never sees whose page it is. */
import type { Role } from '../../contracts/services.ts'
import { byId, fill, h, announce } from './dom.ts'
import { problemBox, ProblemError } from './problem.ts'
import { reportError, showView } from './telemetry.ts'
import type { Account } from './session.ts'

export interface View {
  /** Part of the address after `#/`; empty for the first page. */
  readonly path: string
  readonly title: string
  /** Words on the tile of the first page. */
  readonly about: string
  readonly roles: readonly Role[]
  /** Builds the page. `rest` is what follows the path in the address. */
  readonly show: (account: Account, rest: string) => Promise<HTMLElement> | HTMLElement
}

/** Lists the views of a role. */
export function viewsFor(views: readonly View[], role: Role): readonly View[] {
  return views.filter(({ roles }) => roles.includes(role))
}

/** Counts showings, so that a slow page does not replace a later one. */
let showing = 0

/** Shows the view of the current address, the first one where the role has no such view. */
export async function showCurrent(views: readonly View[], account: Account): Promise<void> {
  const turn = ++showing
  const [path = '', ...rest] = location.hash.replace(/^#\/?/, '').split('/')
  const open = viewsFor(views, account.role)
  const view = open.find((candidate) => candidate.path === path) ?? open[0]
  if (view === undefined) return
  markCurrent(view.path)
  document.title = `${view.title} · Campus portal`
  showView(view.path === '' ? 'home' : view.path)
  const main = byId('main')
  main.setAttribute('aria-busy', 'true')
  const content = await build(view, account, rest.join('/'))
  if (turn !== showing) return
  fill(main, content)
  main.removeAttribute('aria-busy')
  main.focus({ preventScroll: true })
  scrollTo({ top: 0 })
  announce(view.title)
}

async function build(view: View, account: Account, rest: string): Promise<HTMLElement> {
  try {
    return await view.show(account, rest)
  } catch (error) {
    if (!(error instanceof ProblemError)) reportError(error)
    const again = h(
      'button',
      { type: 'button', onclick: () => dispatchEvent(new HashChangeEvent('hashchange')) },
      'Try again',
    )
    return h(
      'div',
      { class: 'card' },
      h('h1', {}, view.title),
      problemBox(error),
      h('div', { class: 'actions' }, again),
    )
  }
}

function markCurrent(path: string): void {
  for (const link of document.querySelectorAll('nav a')) {
    const isCurrent = link.getAttribute('href') === `#/${path}`
    if (isCurrent) {
      link.setAttribute('aria-current', 'page')
      link.scrollIntoView({ block: 'nearest', inline: 'center' })
    } else link.removeAttribute('aria-current')
  }
}
