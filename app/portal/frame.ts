/** The frame around every view: banner, name, navigation, log out. */
import type { Role } from '../../contracts/services.ts'
import { byId, fill, h } from './dom.ts'
import { viewsFor, type View } from './router.ts'
import type { Account } from './session.ts'

const roleNames: Readonly<Record<Role, string>> = {
  student: 'Student',
  parent: 'Parent',
  faculty: 'Faculty',
  staff: 'Staff',
  registrar: 'Registrar',
  admin: 'Administrator',
  auditor: 'Auditor',
  operator: 'Operator',
}

/** Says how a role is called. */
export function roleName(role: Role): string {
  return roleNames[role]
}

/** Says how a tenant is called: `university_a` → `University A`. */
export function tenantName(tenant: string): string {
  return tenant.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => ` ${letter.toUpperCase()}`).trim()
}

/** Shows that nobody here is real. */
export function showBanner(isDemo: boolean): void {
  if (isDemo) fill(byId('banner'), h('p', {}, 'Demo data: everybody here is invented.'))
}

/** Draws the top of the page; without an account only the name. */
export function showTop(views: readonly View[], account: Account | undefined, onLogOut: () => void): void {
  const brand = h(
    'a',
    { class: 'brand', href: '#/' },
    h('span', { class: 'mark', 'aria-hidden': 'true' }, '♜'),
    'Campus portal',
  )
  if (account === undefined) {
    fill(byId('top'), h('div', { class: 'bar' }, brand))
    return
  }
  const links = viewsFor(views, account.role).map(({ path, title }) =>
    h('li', {}, h('a', { href: `#/${path}` }, title)),
  )
  const who = h(
    'div',
    { class: 'who' },
    h('span', { class: 'role' }, h('strong', {}, roleName(account.role)), tenantName(account.tenant)),
    h('button', { type: 'button', class: 'quiet small', onclick: onLogOut }, 'Log out'),
  )
  fill(
    byId('top'),
    h('div', { class: 'bar' }, brand, h('nav', { 'aria-label': 'Portal' }, h('ul', {}, links)), who),
  )
}
