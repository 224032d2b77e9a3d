/** The alert inbox: takes events as PagerDuty does, keeps them, and lets people act on incidents. */
import { randomBytes } from 'node:crypto'
import type { Incident, IncidentList, IncidentState } from '../../contracts/incident.ts'
import type { PagerEvent } from '../../contracts/pager-event.ts'
import { factsOf } from './event-facts.ts'
import { countStates, type InboxChange, type InboxState } from './incident.ts'
import type { Journal } from './journal.ts'

export interface Inbox {
  /** Keeps an event; answers its dedup key once it is on disk, or `full`. */
  readonly take: (event: PagerEvent) => Promise<{ readonly dedupKey: string } | 'full'>
  /** Acknowledges or resolves; answers the incident, or undefined where there is none of that id. */
  readonly act: (act: {
    readonly incident: number
    readonly action: 'acknowledge' | 'resolve'
    readonly person: string
  }) => Promise<Incident | undefined>
  readonly list: (filter: { readonly state?: IncidentState; readonly limit: number }) => readonly Incident[]
  readonly find: (id: number) => Incident | undefined
  readonly counts: () => IncidentList['counts']
}

export interface InboxOptions {
  readonly journal: Journal
  readonly nowMillis: () => number
  /** Called for every incident that begins, or changes its state. */
  readonly onMoved: (state: IncidentState, incident: Incident) => void
}

/** Incidents that may be open at once; beyond it senders are told to come back. */
const maxOpen = 2_000

/** Opens the inbox over its journal. */
export function openInbox({ journal, nowMillis, onMoved }: InboxOptions): Inbox {
  const now = () => new Date(nowMillis()).toISOString()
  const write = async (change: InboxChange, idOf: (state: InboxState) => number | undefined) => {
    const before = journal.state()
    const known = idOf(before)
    const after = await journal.write(change)
    const id = idOf(after) ?? known
    const incident = id === undefined ? undefined : after.incidents.get(id)
    const previous = id === undefined ? undefined : before.incidents.get(id)
    if (incident !== undefined && incident.state !== previous?.state) onMoved(incident.state, incident)
    return incident
  }
  return {
    take: async (event) => {
      const { open } = journal.state()
      const dedupKey = event.dedup_key ?? randomBytes(16).toString('hex')
      if (event.event_action === 'trigger' && !open.has(dedupKey) && open.size >= maxOpen) return 'full'
      await write(changeOf(event, dedupKey, now()), (state) => state.open.get(dedupKey))
      return { dedupKey }
    },
    act: ({ incident, action, person }) =>
      journal.state().incidents.has(incident)
        ? write({ kind: 'person', time: now(), incident, action, person }, () => incident)
        : Promise.resolve(undefined),
    list: ({ state, limit }) => newest(journal.state(), state, limit),
    find: (id) => journal.state().incidents.get(id),
    counts: () => countStates(journal.state()),
  }
}

function changeOf(event: PagerEvent, dedupKey: string, time: string): InboxChange {
  return event.event_action === 'trigger'
    ? { kind: 'trigger', time, dedupKey, facts: factsOf(event) }
    : { kind: event.event_action, time, dedupKey }
}

function newest(
  { incidents }: InboxState,
  state: IncidentState | undefined,
  limit: number,
): readonly Incident[] {
  return [...incidents.values()]
    .filter((incident) => state === undefined || incident.state === state)
    .sort((one, other) => other.id - one.id)
    .slice(0, limit)
}
