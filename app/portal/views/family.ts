/** The students of a parent: those for whom dependency or a written consent is on file. */
import { h } from '../dom.ts'
import type { View } from '../router.ts'
import { listCard, listPage, openRecord, recordPlace } from './students.ts'

export const family: View = {
  path: 'family',
  title: 'My student',
  about: 'Read the record of a student who depends on you or has agreed to it.',
  roles: ['parent'],
  show: async () => {
    const first = await listPage()
    const shown = recordPlace()
    const words = {
      heading: 'On file for you',
      empty:
        'The registrar enters here whose parent you are, or who has agreed in writing that you may read.',
    }
    return h(
      'div',
      { class: 'stacked' },
      h(
        'div',
        {},
        h('h1', {}, 'My student'),
        h('p', { class: 'lead' }, 'Every look is written into the book, and the student can see it.'),
      ),
      h(
        'div',
        { class: 'columns' },
        shown,
        listCard(first, (id) => void openRecord(id, shown), words),
      ),
    )
  },
}
