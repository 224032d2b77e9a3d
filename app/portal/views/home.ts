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
          : h(
              'div',
              { class: 'card' },
              emptyState(
                'Nothing to do here',
                'Auditors work with exports of the book, which they verify on their own machine. No student’s record is shown to them here.',
              ),
            ),
      )
    },
  }
}
