/** The student's own transcript. */
import { get } from '../api.ts'
import { h } from '../dom.ts'
import type { View } from '../router.ts'
import { transcriptCard, type Transcript } from './record.ts'

export const transcript: View = {
  path: 'transcript',
  title: 'My transcript',
  about: 'Courses, grades and your average.',
  roles: ['student'],
  show: async ({ id }) => {
    const record = await get<Transcript>(`/api/academics/students/${id}/transcript`)
    const print = h('button', { type: 'button', class: 'quiet', onclick: () => window.print() }, 'Print')
    return h(
      'div',
      { class: 'stacked' },
      h(
        'div',
        {},
        h('h1', {}, 'My transcript'),
        h('p', { class: 'lead' }, 'This copy is for you; the registrar issues the official one.'),
      ),
      h('div', { class: 'stacked' }, transcriptCard(record), h('div', { class: 'actions' }, print)),
    )
  },
}
