/** Computes a grade point average of what one types; nothing is stored. */
import { request } from '../api.ts'
import { announce, field, fill, h, select } from '../dom.ts'
import { problemBox } from '../problem.ts'
import type { View } from '../router.ts'

const letters = ['A', 'A-', 'B+', 'B', 'B-', 'C+', 'C', 'C-', 'D+', 'D', 'F']
const maxRows = 100

interface Average {
  readonly gpa: number
  readonly credits: number
  readonly qualityPoints: number
}

export const gpa: View = {
  path: 'gpa',
  title: 'GPA',
  about: 'What would these grades come to?',
  roles: ['student', 'parent', 'faculty', 'staff', 'registrar'],
  show: () => {
    const rows = h('div', { class: 'grades' })
    const result = h('div', { 'aria-live': 'polite' }, hint())
    const add = () => {
      if (rows.children.length >= maxRows) return
      rows.append(gradeRow(rows))
      rows.lastElementChild?.querySelector('select')?.focus()
    }
    for (let count = 0; count < 3; count++) rows.append(gradeRow(rows))
    const form = h(
      'form',
      { class: 'card', onsubmit: (event: Event) => void compute(event, rows, result) },
      rows,
      h(
        'div',
        { class: 'actions' },
        h('button', { type: 'submit' }, 'Compute'),
        h('button', { type: 'button', class: 'quiet', onclick: add }, 'Add a course'),
      ),
    )
    const lead = 'A is 4.0 and F is 0.0; each grade counts by its credits. Nothing you type is kept.'
    return h(
      'div',
      { class: 'stacked' },
      h('div', {}, h('h1', {}, 'Compute a GPA'), h('p', { class: 'lead' }, lead)),
      h(
        'div',
        { class: 'columns' },
        form,
        h('section', { class: 'card', 'aria-label': 'Result' }, h('h2', {}, 'Result'), result),
      ),
    )
  },
}

function hint(): HTMLElement {
  return h('p', { class: 'soft' }, 'Fill in your courses and press Compute.')
}

function gradeRow(rows: HTMLElement): HTMLElement {
  const grade = select(letters.map((value) => ({ value, text: value })))
  const credits = h('input', { type: 'number', min: 0.25, max: 30, step: 0.25, value: 3, required: true })
  const row = h(
    'fieldset',
    { class: 'grade' },
    field('Grade', grade),
    field('Credits', credits),
    h(
      'button',
      {
        type: 'button',
        class: 'danger',
        'aria-label': 'Remove this course',
        onclick: () => {
          if (rows.children.length > 1) row.remove()
        },
      },
      '✕',
    ),
  )
  return row
}

async function compute(event: Event, rows: HTMLElement, result: HTMLElement): Promise<void> {
  event.preventDefault()
  const courses = [...rows.children].map((row) => ({
    grade: row.querySelector('select')?.value,
    credits: Number(row.querySelector('input')?.value),
  }))
  try {
    const average = await request<Average>('POST', '/api/academics/calculate', { courses })
    fill(result, figures(average))
    announce(`Grade point average ${average.gpa.toFixed(2)}`)
  } catch (error) {
    fill(result, problemBox(error))
  }
}

function figures({ gpa: average, credits, qualityPoints }: Average): HTMLElement {
  return h(
    'div',
    { class: 'figures' },
    h(
      'div',
      {},
      h('span', { class: 'big' }, average.toFixed(2)),
      h('span', { class: 'soft' }, 'grade point average'),
    ),
    h('div', {}, h('strong', {}, credits), h('span', { class: 'soft' }, 'credits')),
    h('div', {}, h('strong', {}, qualityPoints), h('span', { class: 'soft' }, 'quality points')),
  )
}
