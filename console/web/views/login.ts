/** The login, and back to the page somebody wanted. */
import { post } from '../api.ts'
import { byId, field, fill, h } from '../dom.ts'
import { problemBox } from '../problem.ts'

/** Shows the login form. */
export function showLogin(): void {
  document.title = 'Log in · Campanile console'
  const email = h('input', { type: 'email', name: 'email', autocomplete: 'username', required: true })
  const password = h('input', {
    type: 'password',
    name: 'password',
    autocomplete: 'current-password',
    required: true,
  })
  const problem = h('div', {})
  const button = h('button', { type: 'submit' }, 'Log in')
  const submit = async () => {
    button.disabled = true
    fill(problem)
    try {
      await post('/api/login', { email: email.value, password: password.value })
      location.assign(nextAddress())
    } catch (error) {
      fill(problem, problemBox(error))
      password.focus()
      password.select()
    } finally {
      button.disabled = false
    }
  }
  const form = h(
    'form',
    {
      class: 'card login',
      onsubmit: (event) => {
        event.preventDefault()
        void submit()
      },
    },
    h('h1', {}, 'Log in to the console'),
    h('p', { class: 'soft' }, 'Accounts of the console are its own: they work when the campus app does not.'),
    problem,
    field('E-mail', email),
    field('Password', password),
    button,
  )
  fill(byId('main'), form)
  email.focus()
}

/** Where to go afterwards: a path of this console and nothing else. */
function nextAddress(): string {
  const next = new URLSearchParams(location.search).get('next') ?? '/'
  return /^\/(?![/\\])/.test(next) ? next : '/'
}
