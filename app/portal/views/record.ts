/** One transcript as a table; shared by the student's own page and the page of students. */
import { h } from '../dom.ts'
import { emptyState } from '../problem.ts'

export interface Transcript {
  readonly student: { readonly id: string; readonly name: string }
  readonly courses: readonly {
    readonly id: string
    readonly code: string
    readonly title: string
    readonly term: string
    readonly credits: number
    readonly grade: string | null
  }[]
  readonly gpa: number | null
  readonly credits: number
  readonly access: { readonly relationship: string; readonly breakGlass: boolean }
}

const relationships: Readonly<Record<string, string>> = {
  self: 'Your own record.',
  instructor: 'You see this because you teach this student. The student can see that you looked.',
  advisor: 'You see this because you advise this student. The student can see that you looked.',
  registrar: 'You see this as registrar of record. The student can see that you looked.',
  parent: 'You see this as a parent with standing. The student can see that you looked.',
  break_glass: 'Opened with a typed reason. The reason is kept, reviewed, and shown to the student.',
}

/** Draws the transcript. */
export function transcriptCard(record: Transcript): HTMLElement {
  const { access, courses, credits, student } = record
  return h(
    'section',
    { class: 'card', 'aria-label': `Transcript of ${student.name}` },
    h('h2', {}, student.name),
    h('p', { class: access.breakGlass ? 'note warn' : 'note' }, relationships[access.relationship] ?? ''),
    h(
      'div',
      { class: 'figures' },
      h(
        'div',
        {},
        h('span', { class: 'big' }, record.gpa === null ? '–' : record.gpa.toFixed(2)),
        h('span', { class: 'soft' }, 'grade point average'),
      ),
      h('div', {}, h('strong', {}, credits), h('span', { class: 'soft' }, 'credits with a grade')),
    ),
    courses.length === 0
      ? emptyState('No courses yet', 'Courses appear here after enrolment.')
      : courseTable(courses),
  )
}

function courseTable(courses: Transcript['courses']): HTMLElement {
  return h(
    'div',
    { class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'Courses' },
    h(
      'table',
      { class: 'stack' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Course'),
          h('th', { scope: 'col' }, 'Grade'),
          h('th', { scope: 'col' }, 'Term'),
          h('th', { scope: 'col', class: 'num' }, 'Credits'),
        ),
      ),
      h(
        'tbody',
        {},
        courses.map(({ code, title, term, grade, credits }) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, title, h('span', { class: 'soft' }, ` ${code}`)),
            h(
              'td',
              {},
              grade === null ? h('span', { class: 'tag warn' }, 'in progress') : h('strong', {}, grade),
            ),
            h('td', { class: 'soft' }, term),
            h('td', { class: 'num soft' }, `${credits} cr`),
          ),
        ),
      ),
    ),
  )
}
