/** Accounts of the tenant, for its administrators. Education records are not among what they see. */
import type { Role } from '../../../contracts/services.ts'
import { get, request } from '../api.ts'
import { announce, field, fill, h, select } from '../dom.ts'
import { roleName } from '../frame.ts'
import { emptyState, problemBox } from '../problem.ts'
import type { View } from '../router.ts'

interface Account {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly disabled: boolean
  readonly synthetic: boolean
}

const grantable: readonly Role[] = ['student', 'parent', 'faculty', 'staff', 'registrar', 'admin', 'auditor']

export const accounts: View = {
  path: 'accounts',
  title: 'Accounts',
  about: 'Who may log in, and as what.',
  roles: ['admin'],
  show: async ({ id: self }) => {
    const list = h('ul', { class: 'list' })
    const outcome = h('div', {})
    const search = h('input', { type: 'search', maxlength: 100 })
    const load = async () => {
      try {
        const query = new URLSearchParams({
          limit: '200',
          ...(search.value === '' ? {} : { q: search.value }),
        })
        const { accounts: found } = await get<{ accounts: readonly Account[] }>(
          `/api/users/accounts?${query}`,
        )
        fill(
          list,
          found.map((account) => accountRow(account, self, { load, outcome })),
        )
        fill(
          outcome,
          found.length === 0 && emptyState('Nobody found', 'Try a part of the name or the e-mail.'),
        )
        announce(`${found.length} accounts`)
      } catch (error) {
        fill(outcome, problemBox(error))
      }
    }
    search.addEventListener('change', () => void load())
    await load()
    return h(
      'div',
      { class: 'stacked' },
      h(
        'div',
        {},
        h('h1', {}, 'Accounts'),
        h(
          'p',
          { class: 'lead' },
          'A changed role or a disabled account takes effect within 15 minutes, when the access token ends.',
        ),
      ),
      h(
        'div',
        { class: 'columns' },
        h('section', { class: 'card' }, field('Search by name or e-mail', search), outcome, list),
        createForm(load),
      ),
    )
  },
}

interface Page {
  readonly load: () => Promise<void>
  readonly outcome: HTMLElement
}

function accountRow(account: Account, self: string, page: Page): HTMLElement {
  const { id, email, name, role, disabled, synthetic } = account
  const change = async (body: unknown) => {
    try {
      await request('PATCH', `/api/users/accounts/${id}`, body)
      await page.load()
    } catch (error) {
      fill(page.outcome, problemBox(error))
    }
  }
  const roleSelect = select(
    grantable.map((value) => ({ value, text: roleName(value) })),
    role,
  )
  roleSelect.setAttribute('aria-label', `Role of ${name}`)
  roleSelect.addEventListener('change', () => void change({ role: roleSelect.value }))
  const toggle = h(
    'button',
    {
      type: 'button',
      class: disabled ? 'quiet small' : 'danger small',
      onclick: () => void change({ disabled: !disabled }),
    },
    disabled ? 'Enable' : 'Disable',
    h('span', { class: 'unseen' }, ` ${name}`),
  )
  return h(
    'li',
    {},
    h(
      'span',
      { class: 'main' },
      h('strong', {}, name),
      h('span', { class: 'soft' }, email),
      h(
        'span',
        {},
        disabled && h('span', { class: 'tag alarm' }, 'disabled'),
        synthetic && h('span', { class: 'tag warn' }, 'demo'),
      ),
    ),
    id === self
      ? h('span', { class: 'tag' }, `You, ${roleName(role)}`)
      : h('span', { class: 'actions' }, roleSelect, toggle),
  )
}

function createForm(load: () => Promise<void>): HTMLElement {
  const name = h('input', { type: 'text', required: true, maxlength: 200, autocomplete: 'off' })
  const email = h('input', { type: 'email', required: true, maxlength: 254, autocomplete: 'off' })
  const role = select(grantable.map((value) => ({ value, text: roleName(value) })))
  const password = h('input', {
    type: 'password',
    required: true,
    minlength: 12,
    maxlength: 128,
    autocomplete: 'new-password',
  })
  const outcome = h('div', {})
  const submit = async (event: Event) => {
    event.preventDefault()
    const body = { name: name.value, email: email.value, role: role.value, password: password.value }
    try {
      await request('POST', '/api/users/accounts', body)
      form.reset()
      fill(outcome, h('p', { class: 'note' }, 'The account is there.'))
      await load()
    } catch (error) {
      fill(outcome, problemBox(error))
    }
  }
  const form = h(
    'form',
    { class: 'card', onsubmit: (event: Event) => void submit(event) },
    h('h2', {}, 'New account'),
    field('Name', name),
    field('E-mail', email),
    field('Role', role),
    field('First password', password, 'At least 12 characters.'),
    outcome,
    h('div', { class: 'actions' }, h('button', { type: 'submit' }, 'Create')),
  )
  return form
}
