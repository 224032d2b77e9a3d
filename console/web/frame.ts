/** The frame around every page: name, navigation, who is logged in. */
import { post } from './api.ts'
import { byId, fill, h } from './dom.ts'
import type { Person } from './router.ts'

const links = [
  ['/', 'Status'],
  ['/inbox', 'Inbox'],
  ['/dashboards', 'Dashboards'],
  ['/traces', 'Traces'],
  ['/ledger', 'Ledger'],
  ['/privacy', 'Privacy'],
  ['/posture', 'Posture'],
  ['/runbooks', 'Runbooks'],
] as const

/** Draws the top of the page; without a person only the name. */
export function showTop(person: Person | undefined): void {
  const brand = h(
    'a',
    { class: 'brand', href: '/' },
    h('img', { src: iconAddress(), alt: '', width: 28, height: 28 }),
    'Campanile',
  )
  if (person === undefined) {
    fill(byId('top'), h('div', { class: 'bar' }, brand))
    return
  }
  const items = links.map(([href, text]) => h('li', {}, h('a', { href }, text)))
  const who = h(
    'div',
    { class: 'who' },
    h('span', { class: 'role' }, person.email),
    h('button', { type: 'button', class: 'quiet small', onclick: logOut }, 'Log out'),
  )
  fill(
    byId('top'),
    h('div', { class: 'bar' }, brand, h('nav', { 'aria-label': 'Console' }, h('ul', {}, items)), who),
  )
}

function iconAddress(): string {
  return document.querySelector<HTMLLinkElement>('link[rel=icon]')?.href ?? ''
}

function logOut(): void {
  void post('/api/logout').finally(() => location.assign('/login'))
}
