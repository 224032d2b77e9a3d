/** Students one may see: those one teaches or advises, all for the registrar; anybody else with a typed reason. */
import { get, request } from '../api.ts'
import { announce, field, fill, h } from '../dom.ts'
import { emptyState, problemBox, ProblemError, type Words } from '../problem.ts'
import type { View } from '../router.ts'
import { transcriptCard, type Transcript } from './record.ts'

interface Student {
  readonly id: string
  readonly name: string
}

/** Fewest characters of a reason; the service judges it again. */
const minReason = 20
const pageSize = 100

export const students: View = {
  path: 'students',
  title: 'Students',
  about: 'Read the records your work needs.',
  roles: ['faculty', 'staff', 'registrar'],
  show: async ({ role }) => {
    const first = await listPage()
    const shown = recordPlace()
    const open = (id: string) => void openRecord(id, shown)
    return h(
      'div',
      { class: 'stacked' },
      h('div', {}, h('h1', {}, 'Students'), h('p', { class: 'lead' }, leadOf(role))),
      h(
        'div',
        { class: 'columns' },
        shown,
        h('div', { class: 'stacked' }, listCard(first, open, listWords), otherCard(role, open)),
      ),
    )
  },
}

/** Makes the place where a record is shown, empty until one is chosen. */
export function recordPlace(): HTMLElement {
  return h(
    'section',
    { class: 'record', 'aria-live': 'polite', 'aria-label': 'Record' },
    h('div', { class: 'card' }, emptyState('No record open', 'Choose a student to read the transcript.')),
  )
}

const listWords = {
  heading: 'On your list',
  empty: 'Students appear here once you teach or advise them.',
}

function leadOf(role: string): string {
  return role === 'registrar'
    ? 'You keep the records of this campus. Every look is written into the book.'
    : 'These are the students you teach or advise. Every look is written into the book, and the student can see it.'
}

/** Reads a page of the students one may know of. */
export function listPage(after?: string): Promise<readonly Student[]> {
  const query = new URLSearchParams({ limit: String(pageSize), ...(after === undefined ? {} : { after }) })
  return get<{ students: readonly Student[] }>(`/api/academics/students?${query}`).then(
    (page) => page.students,
  )
}

/** Draws the list with a button for each; a full page has a next one. */
export function listCard(
  first: readonly Student[],
  open: (id: string) => void,
  { heading, empty }: { readonly heading: string; readonly empty: string },
): HTMLElement {
  const list = h('ul', { class: 'list long', tabindex: '0', 'aria-label': 'Students' })
  const more = h('button', { type: 'button', class: 'quiet' }, 'More')
  let last: string | undefined
  const add = (page: readonly Student[]) => {
    for (const { id, name } of page.toSorted((one, other) => one.name.localeCompare(other.name))) {
      const button = h(
        'button',
        {
          type: 'button',
          class: 'quiet small',
          'aria-label': `Open the transcript of ${name}`,
          onclick: () => open(id),
        },
        'Open',
      )
      list.append(h('li', {}, h('span', { class: 'main' }, name), button))
    }
    last = page.at(-1)?.id
    more.hidden = page.length < pageSize
  }
  more.addEventListener('click', () => void listPage(last).then(add))
  add(first)
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, heading),
    first.length === 0 ? emptyState('Nobody yet', empty) : list,
    more,
  )
}

function otherCard(role: string, open: (id: string) => void): HTMLElement {
  const id = h('input', {
    type: 'text',
    required: true,
    pattern: '[0-9a-f\\-]{36}',
    autocomplete: 'off',
    spellcheck: 'false',
  })
  const submit = (event: Event) => {
    event.preventDefault()
    open(id.value.trim())
  }
  return h(
    'form',
    { class: 'card', onsubmit: submit },
    h('h2', {}, 'Somebody else'),
    field(
      'Student id',
      id,
      `The 36 characters that stand for a student.${role === 'registrar' ? '' : ' You will be asked for a reason.'}`,
    ),
    h('div', { class: 'actions' }, h('button', { type: 'submit', class: 'quiet' }, 'Open')),
  )
}

/** Reads a record into `shown`; where a typed reason would open it, asks for one. */
export async function openRecord(id: string, shown: HTMLElement): Promise<void> {
  const path = `/api/academics/students/${encodeURIComponent(id)}/transcript`
  try {
    show(shown, await get<Transcript>(path))
  } catch (error) {
    const isReasonWanted =
      error instanceof ProblemError && (error.problem.faults ?? []).some(({ at }) => at === 'x-access-reason')
    fill(
      shown,
      isReasonWanted
        ? reasonForm(path, shown)
        : h('div', { class: 'card' }, problemBox(error, wordsFor(error))),
    )
    shown.querySelector('textarea')?.focus()
  }
}

function show(shown: HTMLElement, record: Transcript): void {
  fill(shown, transcriptCard(record))
  announce(`Transcript of ${record.student.name}`)
  shown.scrollIntoView({ block: 'nearest' })
}

function wordsFor(error: unknown): Words {
  if (!(error instanceof ProblemError)) return {}
  const { code, faults = [] } = error.problem
  if (code === 'NOT_FOUND') {
    return { heading: 'No student here has this id.', help: 'Compare it with where you have it from.' }
  }
  return faults.some(({ at }) => at === 'x-access-reason')
    ? {
        heading: 'That does not say enough.',
        help: `Say in at least ${minReason} characters what happened and what you need to find out.`,
      }
    : {}
}

function reasonForm(path: string, shown: HTMLElement): HTMLElement {
  const reason = h('textarea', { required: true, minlength: minReason, maxlength: 1_000 })
  const outcome = h('div', {})
  const submit = async (event: Event) => {
    event.preventDefault()
    try {
      show(shown, await request<Transcript>('POST', path, { reason: reason.value }))
    } catch (error) {
      fill(outcome, problemBox(error, wordsFor(error)))
    }
  }
  return h(
    'form',
    { class: 'card', onsubmit: (event: Event) => void submit(event) },
    h('h2', {}, 'Why do you need this record?'),
    h(
      'p',
      { class: 'note warn' },
      'No relationship to this student is on file. Your reason is kept word for word, is reviewed, and the student can read it.',
    ),
    field(
      'Reason',
      reason,
      `At least ${minReason} characters: what happened, and what you need to find out.`,
    ),
    outcome,
    h('div', { class: 'actions' }, h('button', { type: 'submit' }, 'Open the record')),
  )
}
