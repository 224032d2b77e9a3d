/**
 * The life of incidents, pure: a trigger opens one for its dedup key or adds to the open one, acknowledge and
 * resolve change it (PagerDuty, Events API v2). A trigger after the resolve opens a new incident.
 */
import type { Incident, IncidentState, IncidentStep } from '../../contracts/incident.ts'

/** What an event said, bounded: the journal holds this and never the event itself. */
export interface TriggerFacts {
  readonly severity: Incident['severity']
  readonly summary: string
  readonly source: string
  readonly component?: string
  readonly group?: string
  readonly class?: string
  readonly client?: string
  readonly links: Incident['links']
  readonly details: Incident['details']
}

/** One change of the inbox. `time` is RFC 3339 in UTC. */
export type InboxChange =
  | {
      readonly kind: 'trigger'
      readonly time: string
      readonly dedupKey: string
      readonly facts: TriggerFacts
    }
  | { readonly kind: 'acknowledge' | 'resolve'; readonly time: string; readonly dedupKey: string }
  | {
      readonly kind: 'person'
      readonly time: string
      readonly incident: number
      readonly action: 'acknowledge' | 'resolve'
      readonly person: string
    }

export interface InboxState {
  /** By id, in the order they were opened. */
  readonly incidents: ReadonlyMap<number, Incident>
  /** Ids of what is not resolved, by dedup key. */
  readonly open: ReadonlyMap<string, number>
  /** Id of the next incident. */
  readonly nextId: number
}

export const emptyInbox: InboxState = { incidents: new Map(), open: new Map(), nextId: 1 }

/** Resolved incidents that are kept; the oldest are forgotten first. */
export const keptResolved = 1_000
/** Steps that are kept of one incident: the first ten and the newest. */
const keptFirstSteps = 10
const keptSteps = 100

/** Applies a change. One that fits no open incident changes nothing, as at PagerDuty. */
export function applyChange(state: InboxState, change: InboxChange): InboxState {
  if (change.kind === 'trigger') return applyTrigger(state, change)
  const id = change.kind === 'person' ? change.incident : state.open.get(change.dedupKey)
  const incident = id === undefined ? undefined : state.incidents.get(id)
  if (incident === undefined || incident.state === 'resolved') return state
  const step: IncidentStep =
    change.kind === 'person'
      ? { time: change.time, action: change.action, by: 'person', person: change.person }
      : { time: change.time, action: change.kind, by: 'event' }
  return keep(state, moved(incident, step))
}

function applyTrigger(state: InboxState, change: InboxChange & { kind: 'trigger' }): InboxState {
  const { time, dedupKey, facts } = change
  const step: IncidentStep = { time, action: 'trigger', by: 'event', summary: facts.summary }
  const id = state.open.get(dedupKey)
  const known = id === undefined ? undefined : state.incidents.get(id)
  if (known !== undefined) {
    const { id: sameId, state: sameState, openedAt, acknowledgedAt, events, steps } = known
    return keep(state, {
      id: sameId,
      dedupKey,
      state: sameState,
      ...facts,
      openedAt,
      lastEventAt: time,
      ...(acknowledgedAt === undefined ? {} : { acknowledgedAt }),
      events: events + 1,
      steps: withStep(steps, step),
    })
  }
  const opened: Incident = {
    id: state.nextId,
    dedupKey,
    state: 'triggered',
    ...facts,
    openedAt: time,
    lastEventAt: time,
    events: 1,
    steps: [step],
  }
  return keep({ ...state, nextId: state.nextId + 1 }, opened)
}

function moved(incident: Incident, step: IncidentStep): Incident {
  const isEvent = step.by === 'event'
  const next: Incident = {
    ...incident,
    ...(isEvent ? { lastEventAt: step.time, events: incident.events + 1 } : {}),
    steps: withStep(incident.steps, step),
  }
  if (step.action === 'resolve') return { ...next, state: 'resolved', resolvedAt: step.time }
  if (incident.state === 'acknowledged') return next
  return { ...next, state: 'acknowledged', acknowledgedAt: step.time }
}

function withStep(steps: readonly IncidentStep[], step: IncidentStep): IncidentStep[] {
  const all = [...steps, step]
  if (all.length <= keptSteps) return all
  return [...all.slice(0, keptFirstSteps), ...all.slice(keptFirstSteps + 1)]
}

/** Puts an incident in its place; forgets the oldest resolved ones beyond the bound. */
function keep(state: InboxState, incident: Incident): InboxState {
  const incidents = new Map(state.incidents)
  const open = new Map(state.open)
  incidents.set(incident.id, incident)
  if (incident.state === 'resolved') open.delete(incident.dedupKey)
  else open.set(incident.dedupKey, incident.id)
  const excess = incidents.size - open.size - keptResolved
  if (excess > 0) forgetResolved(incidents, excess)
  return { ...state, incidents, open }
}

function forgetResolved(incidents: Map<number, Incident>, count: number): void {
  let left = count
  for (const [id, { state }] of incidents) {
    if (left === 0) return
    if (state !== 'resolved') continue
    incidents.delete(id)
    left--
  }
}

/** Counts incidents by state. */
export function countStates({ incidents }: InboxState): Record<IncidentState, number> {
  const counts = { triggered: 0, acknowledged: 0, resolved: 0 }
  for (const { state } of incidents.values()) counts[state]++
  return counts
}

/** Puts one incident as it was kept into the state; journals begin with these after a compaction. */
export function restoreIncident(state: InboxState, incident: Incident): InboxState {
  return keep({ ...state, nextId: Math.max(state.nextId, incident.id + 1) }, incident)
}
