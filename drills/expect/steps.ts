/**
 * The steps of a drill and when each is over, pure: an observation in, a verdict out. Time, polling and the doing
 * belong to the runner.
 */
import type { Incident } from '../../contracts/incident.ts'
import type { Drill } from '../catalogue.ts'
import { addressesOf, faultsOfIncident, faultsOfLabels, namesAlert, type Judged } from './incident.ts'

/** In their order. */
export const stepNames = [
  /** The appliance is up, on demo data, and takes the drill's traffic. */
  'ready',
  /** Nothing rings that the drill is about to make ring. */
  'baseline',
  'inject',
  /** The right alert fires in Prometheus, or the heartbeat misses the Watchdog. */
  'fires',
  /** Its incident is in the inbox and holds what it must and nothing it must not. */
  'arrives',
  'end',
  'clears',
  /** The incident is resolved, or no longer names the alert. */
  'resolves',
] as const
export type StepName = (typeof stepNames)[number]

/** The steps that wait for something to be seen. */
export type WatchedStep = Extract<StepName, 'baseline' | 'fires' | 'arrives' | 'clears' | 'resolves'>

export interface SeenAlert {
  readonly name: string
  readonly state: 'pending' | 'firing'
  readonly labels: Readonly<Record<string, string>>
}

export interface Observation {
  /** Of Prometheus and the heartbeat. */
  readonly alerts: readonly SeenAlert[]
  /** Of the inbox, newest first. */
  readonly incidents: readonly Incident[]
  /** When the fault began, RFC 3339; absent before. */
  readonly injectedAt?: string
  /** What became of every link of the incident, by its address: a status, or undefined where nobody has looked yet. */
  readonly links: ReadonlyMap<string, number>
}

export type Verdict =
  | { readonly status: 'done'; readonly seen: string; readonly incident?: Incident }
  | { readonly status: 'waiting'; readonly seen: string; readonly incident?: Incident }
  | { readonly status: 'failed'; readonly seen: string; readonly incident?: Incident }

/** Judges what is seen in a step. */
export function judge(step: WatchedStep, drill: Drill, seen: Observation): Verdict {
  const firing = alertsOf(drill, seen).filter(({ state }) => state === 'firing')
  switch (step) {
    case 'baseline': {
      const open = openIncidents(drill, seen)
      if (firing.length === 0 && open.length === 0) return { status: 'done', seen: 'nothing rings' }
      const names = firing.map(describeAlert).concat(open.map(({ id }) => `incident ${id}`))
      return { status: 'waiting', seen: `still ringing: ${names.join(', ')}` }
    }
    case 'fires': {
      const [first] = firing
      if (first !== undefined) return { status: 'done', seen: describeAlert(first) }
      const pending = alertsOf(drill, seen).map(describeAlert)
      return { status: 'waiting', seen: pending.length === 0 ? 'no alert' : `pending: ${pending.join(', ')}` }
    }
    case 'arrives':
      return judgeArrival(drill, seen)
    case 'clears':
      return firing.length === 0
        ? { status: 'done', seen: 'no longer firing' }
        : { status: 'waiting', seen: `still firing: ${firing.map(describeAlert).join(', ')}` }
    case 'resolves': {
      const open = openIncidents(drill, seen)
      return open.length === 0
        ? { status: 'done', seen: 'resolved' }
        : { status: 'waiting', seen: `still open: ${open.map(describeIncident).join(', ')}` }
    }
  }
}

function judgeArrival(drill: Drill, seen: Observation): Verdict {
  const { injectedAt = '' } = seen
  const incident = openIncidents(drill, seen).find(({ lastEventAt }) => lastEventAt >= injectedAt)
  if (incident === undefined) {
    const others = seen.incidents.filter((each) => isOpen(drill, each)).map(describeIncident)
    const also = others.length === 0 ? '' : `; about others: ${others.join(', ')}`
    return { status: 'waiting', seen: `no incident of it in the inbox${also}` }
  }
  const unasked = addressesOf(incident).filter((address) => !seen.links.has(address))
  if (unasked.length > 0) return { status: 'waiting', seen: describeIncident(incident), incident }
  const judged: Judged = { drill, incident, links: seen.links }
  const faults = faultsOfIncident(judged)
  return faults.length === 0
    ? { status: 'done', seen: describeIncident(incident), incident }
    : { status: 'failed', seen: faults.join('; '), incident }
}

function alertsOf({ expects, labels }: Drill, { alerts }: Observation): readonly SeenAlert[] {
  return alerts.filter(
    (alert) =>
      expects.some((name) => name === alert.name) &&
      Object.entries(labels).every(([label, value]) => alert.labels[label] === value),
  )
}

/** Incidents that are not resolved and about the drill; the same alert may ring for somebody else meanwhile. */
function openIncidents(drill: Drill, { incidents }: Observation): readonly Incident[] {
  return incidents.filter(
    (incident) => isOpen(drill, incident) && faultsOfLabels(drill, incident).length === 0,
  )
}

function isOpen({ expects }: Drill, incident: Incident): boolean {
  return incident.state !== 'resolved' && expects.some((name) => namesAlert(incident, name))
}

function describeAlert({ name, labels }: SeenAlert): string {
  const { tenant, service, slo } = labels
  const told = [tenant, service, slo].filter((value) => value !== undefined)
  return told.length === 0 ? name : `${name} of ${told.join(', ')}`
}

function describeIncident({ id, summary }: Incident): string {
  return `incident ${id}, ${summary}`
}
