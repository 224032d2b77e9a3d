/** The first page: what this person can do here. */
import { roles } from '../../../contracts/services.ts'
import { h } from '../dom.ts'
import { roleName, tenantName } from '../frame.ts'
import { emptyState } from '../problem.ts'
import { viewsFor, type View } from '../router.ts'

/** Makes the view; `views` are asked for when it is shown. */
export function home(views: () => readonly View[]): View {
  return {
    path: '',
    title: 'Home',
    about: '',
    roles,
    show: ({ role, tenant }) => {
      const others = viewsFor(views(), role).filter(({ path }) => path !== '')
      const tiles = others.map(({ path, title, about }) =>
        h(
          'li',
          {},
          h('a', { class: 'card tile', href: `#/${path}` }, h('strong', {}, title), h('span', {}, about)),
        ),
      )
      return h(
        'div',
        { class: 'columns one' },
        h(
          'div',
          {},
          h('h1', {}, 'Good to see you'),
          h(
            'p',
            { class: 'lead' },
            `You are here as ${roleName(role).toLowerCase()} of ${tenantName(tenant)}.`,
          ),
        ),
        tiles.length > 0
          ? h('ul', { class: 'tiles' }, tiles)
          : emptyState('Nothing to do here', 'Auditors work in the ledger’s own room, not in the portal.'),
      )
    },
  }
}
