/** The alert inbox: every incident by its dedup key, open ones first. */
import type { Incident, IncidentList } from '../../../contracts/incident.ts'
import { h, type Child } from '../dom.ts'
import { count, moment } from '../format.ts'
import { severityKind, tag } from '../levels.ts'
import { live } from '../live.ts'
import { emptyState } from '../problem.ts'
import type { View } from '../router.ts'

export const inbox: View = {
  path: '/inbox',
  title: () => 'Inbox',
  open: () => {
    const { element, close } = live<IncidentList>({ path: '/api/incidents', draw })
    return {
      element: h('div', { class: 'stack' }, h('h1', {}, 'Alert inbox'), element),
      ...(close && { close }),
    }
  },
}

/** Says whether somebody is paged besides. */
export function modeNote(mode: IncidentList['mode']): HTMLElement {
  return mode === 'copy'
    ? h('p', { class: 'note' }, 'Copy: PagerDuty receives the same.')
    : h('p', { class: 'note amber' }, 'Stand-in for PagerDuty: no routing key is set.')
}

/** Shows the state of an incident. */
export function stateTag(state: Incident['state']): HTMLElement {
  return tag(state, state === 'triggered' ? 'red' : state === 'acknowledged' ? 'amber' : 'green')
}

function draw({ mode, counts, incidents }: IncidentList): Child {
  const open = incidents.filter(({ state }) => state !== 'resolved').toSorted(mostUrgent)
  const resolved = incidents.filter(({ state }) => state === 'resolved')
  return [
    modeNote(mode),
    h(
      'dl',
      { class: 'figures' },
      figureOf('Triggered', counts.triggered),
      figureOf('Acknowledged', counts.acknowledged),
      figureOf('Resolved', counts.resolved),
    ),
    h(
      'section',
      { class: 'card' },
      h('h2', {}, 'Open'),
      open.length === 0
        ? emptyState('Nothing is open', 'Incidents appear here when an alert fires.')
        : h('ul', { class: 'incidents' }, open.map(row)),
    ),
    resolved.length > 0 &&
      h(
        'section',
        { class: 'card' },
        h('h2', {}, 'Resolved'),
        h('ul', { class: 'incidents' }, resolved.map(row)),
      ),
  ]
}

/** What nobody has taken on yet first, then by severity; otherwise the newest stays first. */
function mostUrgent(one: Incident, other: Incident): number {
  const rank = ({ state, severity }: Incident) =>
    (state === 'triggered' ? 0 : severities.length) + severities.indexOf(severity)
  return rank(one) - rank(other)
}

const severities: readonly Incident['severity'][] = ['critical', 'error', 'warning', 'info']

function figureOf(name: string, value: number): HTMLElement {
  return h('div', {}, h('dt', {}, name), h('dd', {}, count(value)))
}

/** What stands for no tenant and no service. */
const nobody: ReadonlySet<string> = new Set(['', 'none'])

function row(incident: Incident): HTMLElement {
  const { id, summary, severity, state, openedAt, events, details } = incident
  const about = [details['tenant'], details['service'], `opened ${moment(openedAt)}`, eventsText(events)]
  return h(
    'li',
    {},
    h('div', { class: 'tags' }, tag(severity, severityKind(severity)), stateTag(state)),
    h('a', { href: `/inbox/${id}`, class: 'title' }, summary),
    h('p', { class: 'soft' }, about.filter((word) => word !== undefined && !nobody.has(word)).join(' · ')),
  )
}

/** Says how many events an incident has had. */
export function eventsText(events: number): string {
  return events === 1 ? '1 event' : `${count(events)} events`
}
