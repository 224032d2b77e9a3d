/** Who saw my record, in plain words. */
import { get } from '../api.ts'
import { h } from '../dom.ts'
import { emptyState } from '../problem.ts'
import type { View } from '../router.ts'
import { isOwnVisit, tell, type Access } from '../words.ts'

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** Own visits that are listed; they say little, and there may be thousands. */
const shownVisits = 200

export const accesses: View = {
  path: 'who-saw',
  title: 'Who saw my record',
  about: 'Every look at your record, with the reason.',
  roles: ['student'],
  show: async ({ id }) => {
    const { accesses: found, isComplete } = await get<{ accesses: readonly Access[]; isComplete: boolean }>(
      `/api/academics/students/${id}/accesses`,
    )
    const newest = found.toSorted((a, b) => b.index - a.index)
    const others = newest.filter((access) => !isOwnVisit(access))
    const own = newest.filter(isOwnVisit)
    return h(
      'div',
      { class: 'stacked' },
      h(
        'div',
        {},
        h('h1', {}, 'Who saw my record'),
        h(
          'p',
          { class: 'lead' },
          'Each look is written into a book in which a later change can be found out, even one by the school. A new look may take a few seconds to appear.',
        ),
      ),
      h(
        'section',
        { class: 'card', 'aria-label': 'Other people' },
        h('h2', {}, 'Other people'),
        others.length > 0 && timeline(others),
        others.length === 0 &&
          isComplete &&
          emptyState('Nobody has looked', 'When somebody reads your record, you find it here.'),
        !isComplete &&
          h(
            'p',
            { class: 'soft' },
            `This page goes back ${found.length} entries. There are older ones; ask the registrar for them.`,
          ),
      ),
      own.length > 0 &&
        h(
          'details',
          { class: 'card' },
          h('summary', {}, `Your own visits (${own.length}${isComplete ? '' : ' or more'})`),
          own.length > shownVisits && h('p', { class: 'soft' }, `The newest ${shownVisits} are shown.`),
          timeline(own.slice(0, shownVisits)),
        ),
    )
  },
}

function timeline(list: readonly Access[]): HTMLElement {
  return h(
    'ol',
    { class: 'timeline' },
    list.map((access) => {
      const { sentence, why, kind } = tell(access)
      const time = new Date(access.time)
      return h(
        'li',
        { class: kind },
        h('time', { datetime: time.toISOString() }, when.format(time)),
        h('strong', {}, sentence),
        why !== '' && h('span', { class: 'soft' }, why),
        h(
          'span',
          { class: 'soft' },
          `Entry ${access.index} of the book `,
          access.synthetic === true && h('span', { class: 'tag warn' }, 'demo'),
        ),
      )
    }),
  )
}
