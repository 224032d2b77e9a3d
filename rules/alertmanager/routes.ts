/**
 * Which alert goes where, and with which others it makes one incident. What somebody holds must not hide what is
 * new: pages are told apart by service, a broken log by its tenant. Services are a closed list and effects are kept
 * quiet behind their cause, so that a storm of alerts does not become a storm of pages.
 */
import { alerts, type AlertArea, type AlertName, type AlertSpec } from '../../contracts/alerts.ts'

export const receiverNames = ['page', 'ticket', 'heartbeat', 'direct'] as const
export type ReceiverName = (typeof receiverNames)[number]

/** Most incidents that a storm, ten thousand alerts of one cause, may become. PagerDuty takes 120 events a minute for one key. */
export const maxIncidents = 25

interface Timing {
  /** How long the first alert of a group waits for others, in seconds. */
  readonly waitSeconds: number
  /** Shortest time between two notifications of a group; a resolve is late by at most this. */
  readonly intervalSeconds: number
  /** When a group that has not changed is told again. */
  readonly repeatSeconds: number
}

interface Lane {
  readonly receiver: ReceiverName
  /** In Alertmanager's own notation. They are part of the dedup key: a change of them orphans open incidents. */
  readonly matchers: readonly string[]
  readonly takes: (name: AlertName, spec: AlertSpec) => boolean
  readonly groupBy: readonly GroupLabel[]
  readonly timing: Timing
  /** Told besides: the lanes after it are asked too. */
  readonly goesOn?: true
  /** Whether the repeat is scaled as well: only where somebody counts the repeats. */
  readonly isBeat?: true
}

type GroupLabel = 'alertname' | 'area' | 'severity' | 'service' | 'tenant'

const pageTiming: Timing = { waitSeconds: 5, intervalSeconds: 30, repeatSeconds: 4 * 3_600 }
const ticketTiming: Timing = { waitSeconds: 30, intervalSeconds: 60, repeatSeconds: 24 * 3_600 }
/**
 * One beat a minute: Alertmanager repeats at the first interval after the repeat time, counted from the end of the
 * last sending, so with both at one minute every second beat is left out.
 */
const beatTiming: Timing = { waitSeconds: 0, intervalSeconds: 30, repeatSeconds: 45 }

/** Areas whose tickets are few and belong together. */
const guardedAreas: readonly AlertArea[] = ['security', 'integrity', 'privacy']

/** The first lane that takes an alert has it. */
const lanes: readonly Lane[] = [
  {
    receiver: 'heartbeat',
    matchers: ['alertname="Watchdog"'],
    takes: (name) => name === 'Watchdog',
    groupBy: ['alertname'],
    timing: beatTiming,
    isBeat: true,
  },
  {
    // It would be delivered by what fails. The heartbeat pages by itself.
    receiver: 'direct',
    matchers: ['alertname="NotificationsFailing"'],
    takes: (name) => name === 'NotificationsFailing',
    groupBy: ['alertname'],
    timing: pageTiming,
    goesOn: true,
  },
  {
    receiver: 'page',
    matchers: ['severity="critical"', 'area="pipeline"'],
    takes: (_name, { severity, area }) => severity === 'critical' && area === 'pipeline',
    groupBy: ['alertname'],
    timing: pageTiming,
  },
  {
    // Each broken log is a case of its own, with evidence of its own to secure.
    receiver: 'page',
    matchers: ['alertname="LedgerChainBroken"'],
    takes: (name) => name === 'LedgerChainBroken',
    groupBy: ['alertname', 'tenant'],
    timing: pageTiming,
  },
  {
    receiver: 'page',
    matchers: ['severity="critical"'],
    takes: (_name, { severity }) => severity === 'critical',
    groupBy: ['alertname', 'service'],
    timing: pageTiming,
  },
  {
    receiver: 'ticket',
    matchers: ['severity="warning"', `area=~"${guardedAreas.join('|')}"`],
    takes: (_name, { severity, area }) => severity === 'warning' && guardedAreas.includes(area),
    groupBy: ['severity'],
    timing: ticketTiming,
  },
  {
    receiver: 'ticket',
    matchers: ['severity="warning"'],
    takes: (_name, { severity }) => severity === 'warning',
    groupBy: ['area'],
    timing: ticketTiming,
  },
]

export interface Route {
  readonly receiver: ReceiverName
  readonly matchers?: readonly string[]
  readonly group_by: readonly string[]
  readonly group_wait: string
  readonly group_interval: string
  readonly repeat_interval: string
  readonly continue?: true
  readonly routes?: readonly Route[]
}

/** Builds the tree of routes; what no lane knows becomes a ticket, since nothing may be lost. */
export function buildRoutes(timeScale: number): Route {
  return {
    receiver: 'ticket',
    group_by: ['severity'],
    ...timesOf(ticketTiming, timeScale),
    routes: lanes.map(({ receiver, matchers, groupBy, timing, isBeat, goesOn }) => ({
      receiver,
      matchers,
      group_by: groupBy,
      ...timesOf(timing, timeScale, isBeat),
      ...(goesOn === undefined ? {} : { continue: goesOn }),
    })),
  }
}

function timesOf({ waitSeconds, intervalSeconds, repeatSeconds }: Timing, timeScale: number, isBeat = false) {
  return {
    group_wait: duration(waitSeconds / timeScale),
    // Below a second Alertmanager would do little but look at its groups.
    group_interval: duration(Math.max(1, intervalSeconds / timeScale)),
    repeat_interval: duration(isBeat ? Math.max(0.9, repeatSeconds / timeScale) : repeatSeconds),
  }
}

/** Writes seconds as a duration of Prometheus: the largest unit that keeps it whole. */
function duration(seconds: number): string {
  const millis = Math.round(seconds * 1_000)
  if (millis % 1_000 !== 0) return `${millis}ms`
  const whole = millis / 1_000
  if (whole > 0 && whole % 3_600 === 0) return `${whole / 3_600}h`
  return whole > 0 && whole % 60 === 0 ? `${whole / 60}m` : `${whole}s`
}

/** Lists the lanes of an alert: those that go on, and the first that has it. */
function lanesOf(name: AlertName): readonly Lane[] {
  const taking = lanes.filter(({ takes }) => takes(name, alerts[name]))
  const end = taking.findIndex(({ goesOn }) => goesOn === undefined)
  if (end < 0) throw new TypeError(`no lane has ${name}`)
  return taking.slice(0, end + 1)
}

// Object.keys of a literal gives its own keys.
const names = Object.keys(alerts) as AlertName[]

export interface RoutingAssertion {
  readonly labels: Readonly<Record<string, string>>
  /** In the order of the routes. */
  readonly receivers: readonly ReceiverName[]
}

/** Lists where every alert of the catalogue must go, once with a tenant and a service and once without. */
export function routingAssertions(): readonly RoutingAssertion[] {
  return names.flatMap((name) => {
    const { severity, area } = alerts[name]
    const labels = { alertname: name, severity, area }
    const receivers = lanesOf(name).map(({ receiver }) => receiver)
    return [
      { labels, receivers },
      { labels: { ...labels, tenant: 'university_a', service: 'academics' }, receivers },
    ]
  })
}
