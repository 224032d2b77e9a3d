/** How the house is: a row for each component and tenant, with why. */
import type { StatusPage, StatusRow, TenantRow } from '../../status/judge.ts'
import { h, numbers, table, type Child } from '../dom.ts'
import { figure, percent, seconds } from '../format.ts'
import { tenantName } from '../../status/tenant-name.ts'
import { levelMark, severityKind, tag } from '../levels.ts'
import { live } from '../live.ts'
import { sentence } from '../problem.ts'
import type { View } from '../router.ts'

export const status: View = {
  path: '/',
  title: () => 'Status',
  open: () => {
    const { element, close } = live<StatusPage>({ path: '/api/status', draw })
    return { element: h('div', { class: 'stack' }, h('h1', {}, 'Status'), element), ...(close && { close }) }
  },
}

function draw({ level, sentence: words, blind, alerts, components, tenants }: StatusPage): Child {
  return [
    h('p', { class: `verdict ${level}` }, levelMark(level), h('strong', {}, words)),
    blind.map((why) =>
      h(
        'div',
        { class: 'note amber' },
        h('strong', {}, sentence(why)),
        h(
          'p',
          {},
          'What follows is what each component says of itself; alerts and tenants may not be known.',
        ),
      ),
    ),
    alerts.length > 0 && section('Alerts that fire', alertList(alerts)),
    section('Tenants', tenants.length > 0 ? tenantTable(tenants) : noTenants(blind.length > 0)),
    section(
      'Components',
      table({
        caption: 'Components',
        columns: ['Component', state, why],
        rows: inOrder(components).map(componentCells),
      }),
    ),
  ]
}

const state = { text: 'State', onPhone: 'beside' } as const
const why = { text: 'Why', onPhone: 'alone' } as const

function section(title: string, ...content: readonly Child[]): HTMLElement {
  return h('section', { class: 'card' }, h('h2', {}, title), content)
}

function alertList(alerts: StatusPage['alerts']): HTMLElement {
  const items = alerts.map(({ name, severity, service, tenant }) => {
    const of = [tenant === undefined ? undefined : tenantName(tenant), service].filter(
      (word) => word !== undefined,
    )
    return h(
      'li',
      {},
      tag(severity, severityKind(severity)),
      h('a', { href: `/runbooks/${name}` }, name),
      of.length > 0 && h('span', { class: 'soft' }, of.join(', ')),
    )
  })
  return h('ul', { class: 'lines' }, items)
}

function componentCells({ name, level, why }: StatusRow): readonly Child[] {
  return [name, levelMark(level), sentence(why.join('; '))]
}

function tenantTable(tenants: readonly TenantRow[]): HTMLElement {
  return table({
    caption: 'Tenants',
    columns: [
      'Tenant',
      state,
      why,
      numbers('Requests/s'),
      numbers('Errors'),
      numbers('p95'),
      numbers('Budget left'),
      numbers('Checkpoint'),
    ],
    rows: inOrder(tenants).map(({ name, level, why: reasons, figures }) => [
      tenantName(name),
      levelMark(level),
      sentence(reasons.join('; ')),
      figures.requestsPerSecond === undefined ? '–' : figure(figures.requestsPerSecond),
      figures.errorRatio === undefined ? '–' : percent(figures.errorRatio),
      figures.p95Seconds === undefined ? '–' : seconds(figures.p95Seconds),
      figures.budgetLeft === undefined ? '–' : percent(figures.budgetLeft),
      figures.checkpointAgeSeconds === undefined
        ? '–'
        : `${seconds(Math.round(figures.checkpointAgeSeconds))} old`,
    ]),
  })
}

function noTenants(isBlind: boolean): HTMLElement {
  return h(
    'p',
    { class: 'soft' },
    isBlind ? 'Nothing is known of tenants while Prometheus is away.' : 'No tenant has been seen yet.',
  )
}

const order = ['red', 'amber', 'unknown', 'green']

function inOrder<T extends StatusRow>(rows: readonly T[]): readonly T[] {
  return rows.toSorted((one, other) => order.indexOf(one.level) - order.indexOf(other.level))
}
