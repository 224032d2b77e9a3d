/** What the event of an alert must hold and must not, pure. The detectors are those of the fence. */
import { watchdogMissing, alerts, pagerSeverity } from '../../contracts/alerts.ts'
import { canaryMarker } from '../../contracts/canary.ts'
import type { Incident } from '../../contracts/incident.ts'
import { createDetector } from '../../privacy/detect/detector.ts'
import type { Drill, ExpectedAlert } from '../catalogue.ts'

export interface Judged {
  readonly drill: Drill
  readonly incident: Incident
  /** Status of every link that was followed. */
  readonly links: ReadonlyMap<string, number>
}

const detect = createDetector()

/** Tells whether an incident is about an alert: a group tells the names of what fires, with how many of each. */
export function namesAlert({ summary, details }: Incident, name: ExpectedAlert): boolean {
  const firing = details['firing']
  if (firing === undefined) return summary.startsWith(`${name}:`)
  return firing.split(', ').some((counted) => counted.split(':', 1)[0] === name)
}

/** Lists what is wrong with the incident of a drill; empty when nothing is. */
export function faultsOfIncident({ drill, incident, links }: Judged): string[] {
  return [
    ...faultsOfLabels(drill, incident),
    ...faultsOfSeverity(drill, incident),
    ...faultsOfLinks(drill, incident, links),
    ...leaksOf(incident),
  ]
}

/** Lists the labels of a drill that an incident does not tell. */
export function faultsOfLabels({ labels }: Drill, { details }: Incident): string[] {
  return Object.entries(labels).flatMap(([label, value]) => {
    const listed = (details[label] ?? '').split(', ')
    return listed.includes(value) ? [] : [`expected ${label} ${value}, found ${listed.join(', ') || 'none'}`]
  })
}

function faultsOfSeverity({ expects }: Drill, { severity }: Incident): string[] {
  const severities: readonly string[] = expects.map((name) =>
    name === watchdogMissing ? 'critical' : pagerSeverity[alerts[name].severity],
  )
  return severities.includes(severity) ? [] : [`expected severity ${severities[0]}, found ${severity}`]
}

/** Links an event must have; when alerts themselves do not arrive there is no request to trace. */
function wantedLinks({ expects }: Drill): readonly string[] {
  return expects.includes(watchdogMissing) ? ['Runbook', 'Dashboard'] : ['Runbook', 'Dashboard', 'Traces']
}

/** Addresses of an incident: its links, and the runbooks of all alerts of its group. */
export function addressesOf({ links, details }: Incident): readonly string[] {
  const runbooks = (details['runbook'] ?? '').split(', ').filter((address) => URL.canParse(address))
  return [...new Set([...links.map(({ href }) => href), ...runbooks])]
}

function faultsOfLinks(drill: Drill, incident: Incident, links: Judged['links']): string[] {
  const missing = wantedLinks(drill).filter((text) => !incident.links.some((link) => link.text === text))
  const named = drill.expects.filter((name) => namesAlert(incident, name))
  const unread = named.filter(
    (name) => !addressesOf(incident).some((each) => each.endsWith(`/runbooks/${name}`)),
  )
  const broken = addressesOf(incident).flatMap((address) => {
    const status = links.get(address)
    return status === 200 ? [] : [`${address} was answered ${status ?? 'by nobody'}`]
  })
  return [
    ...missing.map((text) => `link ${text} is missing`),
    ...unread.map((name) => `the runbook of ${name} is missing`),
    ...broken,
  ]
}

/** Every string of the event, by where it stands. */
export function stringsOf(incident: Incident): readonly (readonly [string, string])[] {
  const { summary, source, component = '', group = '', client = '', dedupKey } = incident
  const kind = incident.class ?? ''
  // Alertmanager's key is a hash, in which any run of digits may stand.
  const key = /^[0-9a-f]{64}$/.test(dedupKey) ? '' : dedupKey
  const named = { summary, source, component, group, client, class: kind, dedupKey: key }
  const links = incident.links.flatMap(({ href, text }, at) => [
    ...partsOf(href).map((part) => [`links.${at}`, part] as const),
    [`links.${at}`, text] as const,
  ])
  // By position: where a name is what leaks, the place must not repeat it.
  const details = Object.entries(incident.details).flatMap(([name, value], at) =>
    [name, ...value.split(', ').flatMap(partsOf)].map((part) => [`details.${at}`, part] as const),
  )
  const steps = incident.steps.map(({ summary: said = '' }, at) => [`steps.${at}`, said] as const)
  return [...Object.entries(named), ...details, ...links, ...steps]
}

/** Takes an address apart, decoded, but for its host and port, which are the console's own; else the text itself. */
function partsOf(text: string): readonly string[] {
  if (!/^https?:/.test(text) || !URL.canParse(text)) return [text]
  const { pathname, searchParams, hash, username, password } = new URL(text)
  return [...pathname.split('/'), ...[...searchParams].flat(), hash.slice(1), username, password].map(decoded)
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** Names the places where a detector or a canary finds somebody; the values stay unsaid. */
export function leaksOf(incident: Incident): string[] {
  return stringsOf(incident).flatMap(([place, value]) => {
    if (value.includes(canaryMarker)) return [`a canary in ${place}`]
    const found = detect(value)
    return found === undefined ? [] : [`personal data (${found}) in ${place}`]
  })
}
