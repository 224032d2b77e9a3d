/** The page before anybody is logged in. */
import { field, fill, h } from '../dom.ts'
import { problemBox, ProblemError, type Words } from '../problem.ts'
import { logIn } from '../session.ts'

/** Builds the form; `onDone` is called once somebody is logged in. */
export function loginPage(onDone: () => void, notice?: string): HTMLElement {
  const email = h('input', { type: 'email', autocomplete: 'username', required: true, maxlength: 254 })
  const password = h('input', {
    type: 'password',
    autocomplete: 'current-password',
    required: true,
    maxlength: 128,
  })
  const button = h('button', { type: 'submit' }, 'Log in')
  const outcome = h('div', {})
  const submit = async (event: Event) => {
    event.preventDefault()
    button.disabled = true
    fill(outcome)
    try {
      await logIn(email.value.trim(), password.value)
      onDone()
    } catch (error) {
      fill(outcome, problemBox(error, wordsFor(error)))
      password.value = ''
      password.focus()
    } finally {
      button.disabled = false
    }
  }
  return h(
    'div',
    { class: 'login' },
    h(
      'div',
      {},
      h('h1', {}, 'Welcome to your campus'),
      h('p', { class: 'lead' }, 'Book a room, follow your grades, and see who looked at your record.'),
    ),
    notice !== undefined && h('p', { class: 'note' }, notice),
    h(
      'form',
      { class: 'card', onsubmit: (event: Event) => void submit(event) },
      field('E-mail', email),
      field('Password', password),
      outcome,
      button,
    ),
  )
}

function wordsFor(error: unknown): Words {
  const code = error instanceof ProblemError ? error.problem.code : undefined
  if (code === 'RATE_LIMITED') return { heading: 'Too many tries.' }
  if (code !== 'UNAUTHENTICATED') return {}
  return { heading: 'We could not log you in.', help: 'The e-mail and the password do not belong together.' }
}
