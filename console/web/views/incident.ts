/** One incident: what it says, where to look, what was done, and for an sre what to do. */
import type { Incident, IncidentList } from '../../../contracts/incident.ts'
import { post } from '../api.ts'
import { fill, h, type Child } from '../dom.ts'
import { moment } from '../format.ts'
import { severityKind, tag } from '../levels.ts'
import { live } from '../live.ts'
import { problemBox } from '../problem.ts'
import type { View } from '../router.ts'
import { eventsText, modeNote, stateTag } from './inbox.ts'

interface Shown {
  readonly mode: IncidentList['mode']
  readonly incident: Incident
}

export const incident: View = {
  path: '/inbox/*',
  title: ({ parts }) => `Incident ${parts[0] ?? ''}`,
  open: ({ parts, person }) => {
    const path = `/api/incidents/${encodeURIComponent(parts[0] ?? '')}`
    const problem = h('div', {})
    const { element, close, refresh } = live<Shown>({
      path,
      draw: (shown) => draw(shown, person.mayAct ? act : undefined),
    })
    const act = (action: 'acknowledge' | 'resolve') => {
      fill(problem)
      post(`${path}/${action}`).then(refresh, (error: unknown) => fill(problem, problemBox(error)))
    }
    const back = h('p', {}, h('a', { href: '/inbox' }, 'All incidents'))
    return { element: h('div', { class: 'stack' }, back, problem, element), ...(close && { close }) }
  },
}

type Act = (action: 'acknowledge' | 'resolve') => void

function draw({ mode, incident: shown }: Shown, act: Act | undefined): Child {
  const { summary, severity, state, links, details, steps } = shown
  return [
    h('div', { class: 'tags' }, tag(severity, severityKind(severity)), stateTag(state)),
    h('h1', { class: 'summary' }, summary),
    details['description'] !== undefined && h('p', { class: 'lead' }, details['description']),
    modeNote(mode),
    state !== 'resolved' && buttons(state, act),
    links.length > 0 &&
      h(
        'section',
        { class: 'card' },
        h('h2', {}, 'Where to look'),
        h(
          'ul',
          { class: 'lines' },
          links.map(({ href, text }) => h('li', {}, linkTo(href, text))),
        ),
      ),
    h('section', { class: 'card' }, h('h2', {}, 'Details'), facts(shown), longDetails(details)),
    h('section', { class: 'card' }, h('h2', {}, 'Timeline'), timeline(steps)),
  ]
}

function buttons(state: Incident['state'], act: Act | undefined): Child {
  if (act === undefined) return h('p', { class: 'soft' }, 'An sre may acknowledge and resolve.')
  return h(
    'div',
    { class: 'actions' },
    state === 'triggered' &&
      h('button', { type: 'button', onclick: () => act('acknowledge') }, 'Acknowledge'),
    h('button', { type: 'button', class: 'quiet', onclick: () => act('resolve') }, 'Resolve'),
    h('span', { class: 'soft' }, 'Here only: PagerDuty and Alertmanager are not told.'),
  )
}

/** A journal may hold an address that is none: it is shown as it was written. */
function linkTo(href: string, text: string): Child {
  return URL.canParse(href, location.origin) ? h('a', { href: local(href) }, text) : `${text}: ${href}`
}

/** Links to this console by another of its names stay on this one, where somebody is logged in. */
function local(href: string): string {
  const url = new URL(href, location.origin)
  const isLoopback = ['127.0.0.1', 'localhost'].includes(url.hostname) && url.port === location.port
  return isLoopback ? url.pathname + url.search + url.hash : url.href
}

function facts(shown: Incident): HTMLElement {
  const { source, component, group, class: kind, client, openedAt, lastEventAt, events, dedupKey } = shown
  return pairs({
    Source: source,
    Component: component,
    Group: group,
    Class: kind,
    Client: client,
    Opened: moment(openedAt),
    'Last event': `${moment(lastEventAt)}, ${eventsText(events)} in all`,
    'Dedup key': dedupKey,
    ...shortDetails(shown),
  })
}

function pairs(values: Readonly<Record<string, string | undefined>>): HTMLElement {
  return h(
    'dl',
    { class: 'pairs' },
    Object.entries(values).map(
      ([name, value]) => value !== undefined && value !== '' && [h('dt', {}, name), h('dd', {}, value)],
    ),
  )
}

/** Longest detail that stands in the list of facts; the others open and close. */
const shortDetail = 160

/** Leaves out what stands above already: description and links. */
function shortDetails({ details, links }: Incident): Readonly<Record<string, string>> {
  const known = new Set(links.map(({ href }) => href))
  return Object.fromEntries(
    Object.entries(details).filter(
      ([name, value]) => name !== 'description' && !known.has(value) && isShort(value),
    ),
  )
}

function isShort(value: string): boolean {
  return value.length <= shortDetail && !value.includes('\n')
}

function longDetails(details: Incident['details']): Child {
  return Object.entries(details)
    .filter(([name, value]) => name !== 'description' && !isShort(value))
    .map(([name, value]) =>
      h(
        'details',
        { 'data-keep': `detail ${name}` },
        h('summary', {}, name),
        h('pre', { tabindex: 0 }, value),
      ),
    )
}

const words = { trigger: 'Triggered', acknowledge: 'Acknowledged', resolve: 'Resolved' } as const

function timeline(steps: Incident['steps']): HTMLElement {
  return h(
    'ol',
    { class: 'timeline' },
    steps.map(({ time, action, by, person, summary }) =>
      h(
        'li',
        { class: action },
        h('time', { datetime: time }, moment(time)),
        h('strong', {}, words[action]),
        h(
          'span',
          { class: 'soft' },
          by === 'person' ? `by ${person ?? 'somebody'} here` : (summary ?? 'by an event'),
        ),
      ),
    ),
  )
}
