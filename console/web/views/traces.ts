/** Search of the traces of the last hours. */
import { services } from '../../../contracts/services.ts'
import type { SearchAnswer, TraceResult } from '../../sources/shapes.ts'
import { get } from '../api.ts'
import { field, fill, h, numbers, table, type Child } from '../dom.ts'
import { millis, moment } from '../format.ts'
import { tenantName } from '../../status/tenant-name.ts'
import { tag } from '../levels.ts'
import { emptyState, problemBox } from '../problem.ts'
import { goTo, type View } from '../router.ts'

/** What is shown to somebody who asks nothing: what people asked of the campus, and not the house's own work. */
const atFirst = new URLSearchParams({ service: 'gateway' })

const asked = ['service', 'tenant', 'route', 'minDurationMillis', 'status'] as const

export const traces: View = {
  path: '/traces',
  title: () => 'Traces',
  open: ({ query: given }) => {
    const query = given.size === 0 ? atFirst : given
    const found = h('div', { class: 'stack' }, h('p', { class: 'wait' }, 'Searching…'))
    const stopped = new AbortController()
    const parameters = new URLSearchParams()
    for (const name of asked) {
      const value = query.get(name)?.trim() ?? ''
      if (value !== '') parameters.set(name, value)
    }
    get<SearchAnswer>(`/api/traces?${parameters}`, { signal: stopped.signal }).then(
      (answer) => fill(found, results(answer)),
      (error: unknown) => {
        if (!stopped.signal.aborted) fill(found, problemBox(error))
      },
    )
    return {
      element: h('div', { class: 'stack' }, h('h1', {}, 'Traces'), searchForm(query), found),
      close: () => stopped.abort(),
    }
  },
}

function searchForm(query: URLSearchParams): HTMLElement {
  const text = (name: string, example: string, inputmode = 'text') =>
    h('input', {
      name,
      placeholder: example,
      inputmode,
      value: query.get(name) ?? '',
      autocomplete: 'off',
      spellcheck: 'false',
    })
  const choose = (name: string, options: readonly (readonly [string, string])[]) =>
    h(
      'select',
      { name },
      options.map(([value, label]) => h('option', { value, selected: query.get(name) === value }, label)),
    )
  const form = h(
    'form',
    { class: 'card search', role: 'search', 'aria-label': 'Traces', onsubmit: submit },
    field(
      'Service',
      choose('service', [
        ['', 'every'],
        ['portal', 'portal'],
        ...services.map((name) => [name, name] as const),
      ]),
    ),
    field('Tenant', text('tenant', 'university_a')),
    field('Route', text('route', '/students/:id/transcript')),
    field('At least, ms', text('minDurationMillis', '500', 'numeric')),
    field(
      'Status',
      choose('status', [
        ['', 'every'],
        ['error', 'error'],
      ]),
    ),
    h('button', { type: 'submit' }, 'Search'),
  )
  return form
}

function submit(event: Event): void {
  event.preventDefault()
  if (!(event.currentTarget instanceof HTMLFormElement)) return
  const parameters = new URLSearchParams()
  for (const [name, value] of new FormData(event.currentTarget)) {
    if (typeof value === 'string' && (value.trim() !== '' || name === 'service')) {
      parameters.set(name, value.trim())
    }
  }
  goTo(`/traces?${parameters}`)
}

function results({ traces: found, lookedAt }: SearchAnswer): Child {
  if (found.length === 0) {
    return h(
      'div',
      { class: 'card' },
      emptyState('No trace fits', 'Traces are kept for some hours. Ask for less.'),
    )
  }
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, found.length === 1 ? '1 trace' : `${found.length} traces`),
    lookedAt !== undefined &&
      h('p', { class: 'soft' }, `Chosen by tenant among the ${lookedAt} newest that fit otherwise.`),
    table({
      caption: 'Traces',
      columns: [
        'Operation',
        'Service',
        ...(lookedAt === undefined ? [] : ['Tenant']),
        numbers('Took'),
        { text: 'Status', onPhone: 'beside' },
        'Began',
      ],
      rows: found.map((trace) => cells(trace, lookedAt !== undefined)),
    }),
  )
}

function cells(trace: TraceResult, withTenant: boolean): readonly Child[] {
  const { traceId, name, service, durationMillis, status, startTimeUnixNano, tenant } = trace
  return [
    h('a', { href: `/traces/${traceId}` }, name),
    service,
    ...(withTenant ? [tenant === undefined ? '–' : tenantName(tenant)] : []),
    millis(durationMillis),
    status === 'ERROR' ? tag('error', 'red') : 'ok',
    moment(Number(BigInt(startTimeUnixNano) / 1_000_000n)),
  ]
}
