/** Is it there, and does it answer without errors. */
import {
  asService,
  gauge,
  grown,
  increase,
  lastOf,
  maxBy,
  minBy,
  noneOf,
  oneOf,
  share,
  sumBy,
} from '../promql/compose.ts'
import { failed, requests } from '../promql/requests.ts'
import type { Window } from '../promql/timing.ts'
import { service, tenant, text, value, percent, type AlertLabel } from '../annotations/template.ts'
import { booking, longRunning, seriesOf, users, usersOfA, usersOfB } from '../trial/subjects.ts'
import { counterOf, gaugeOf, pulseOf, type Subject } from '../trial/trial.ts'
import type { AlertDefinition } from './definition.ts'

/** The jobs whose absence people notice; heartbeat and exporters have alerts of their own. */
const serviceJobs = [
  'gateway',
  'users',
  'academics',
  'booking',
  'ledger',
  'collector',
  'supervisor',
  'console',
  'compliance',
] as const

/** How long a service that was scraped is missed. */
const rememberedSeconds = 3 * 86_400

/** Fewest failures that make a ratio worth a page: one in forty is not. */
const leastFailures = 5

const fiveMinutes = 300
const aboveErrors = 0.01 // 001 line 241
const aboveTenantErrors = 0.05 // 003 line 185

/** Requests whose tenant was never learned count for the service, not for a tenant. */
const ofTenant = { tenant: noneOf('none', 'unknown', 'other') } as const

function errorShare(by: readonly AlertLabel[], where: Partial<typeof ofTenant>, over: Window): string {
  const name = 'http_server_request_duration_seconds_count'
  const bad = grown(by, name, { where: { ...failed, ...where }, over })
  return share(bad, grown(by, name, { where: { ...requests, ...where }, over }))
}

function failures(by: readonly AlertLabel[], where: Partial<typeof ofTenant>, over: Window): string {
  const name = 'http_server_request_duration_seconds_count'
  return `${grown(by, name, { where: { ...failed, ...where }, over })} >= ${leastFailures}`
}

/** Answered and failed requests in ten seconds. */
interface Traffic {
  readonly ok: number
  readonly bad: number
}

/** Requests of one tenant at one service; a probe's answers beside them must not count. */
function trafficOf({ below, boundary, above }: Readonly<Record<'below' | 'boundary' | 'above', Traffic>>) {
  return ({ tenant: of = 'university_a', service: at = 'users' }: Subject) => {
    const series = (status: string, route: string, whose = of) =>
      seriesOf(
        'http_server_request_duration_seconds_count',
        { tenant: whose, service: at, method: 'GET', route, status },
        at,
      )
    return [
      counterOf(series('2xx', '/me'), {
        quiet: 100,
        below: below.ok,
        boundary: boundary.ok,
        above: above.ok,
      }),
      counterOf(series('5xx', '/me'), {
        quiet: 0,
        below: below.bad,
        boundary: boundary.bad,
        above: above.bad,
      }),
      counterOf(series('2xx', '/health', 'none'), { quiet: 1_000 }),
    ]
  }
}

const serviceDown: AlertDefinition = {
  name: 'ServiceDown',
  by: ['service'],
  // A target that is no longer scraped at all has no `up` that could be 0.
  expr: ({ window }) => {
    const where = { job: oneOf(...serviceJobs) } as const
    const now = maxBy(['service'], asService(gauge('up', where), 'job'))
    const before = maxBy(['service'], asService(lastOf('up', window(rememberedSeconds), where), 'job'))
    return `${now} == 0 or 0 * ${before} == 0 unless ${now}`
  },
  forSeconds: 30, // three scrapes
  summary: text`${service} does not answer`,
  description: text`Prometheus could not read the metrics of any ${service} for 30 s, or no longer knows where to. Nobody can use it, and nothing it does is watched.`,
  trial: {
    signals: ({ service: job = 'users' }) => [gaugeOf(seriesOf('up', {}, job), { quiet: 1, above: 0 })],
    subject: users,
    other: booking,
    value: 0,
    onsetSeconds: 0,
    clearSeconds: 10,
    whenGone: 'fires',
  },
}

/** Everything of which there may be several. */
const replicatedJobs = [
  ...serviceJobs,
  'node-exporter',
  'postgres',
  'collector-exporter',
  'alertmanager',
] as const

const instanceDown: AlertDefinition = {
  name: 'InstanceDown',
  by: ['service'],
  expr: () => {
    const up = asService(gauge('up', { job: oneOf(...replicatedJobs) }), 'job')
    return `${minBy(['service'], up)} == 0 and ${maxBy(['service'], up)} == 1`
  },
  forSeconds: 60,
  summary: text`One of several instances of ${service} does not answer`,
  description: text`Prometheus could not read the metrics of one instance of ${service} for 60 s, while another answers. The next one that fails takes ${service} with it.`,
  trial: {
    signals: ({ service: job = 'users' }) => [
      gaugeOf(seriesOf('up', {}, job), { quiet: 1, above: 0 }),
      gaugeOf(`up{job="${job}", instance="127.0.0.2:1"}`, { quiet: 1 }),
    ],
    subject: users,
    other: booking,
    value: 0,
    onsetSeconds: 0,
    clearSeconds: 10,
  },
}

const highErrorRate: AlertDefinition = {
  name: 'HighErrorRate',
  by: ['service'],
  expr: ({ window }) => {
    const over = window(fiveMinutes)
    return `${errorShare(['service'], {}, over)} > ${aboveErrors} and ${failures(['service'], {}, over)}`
  },
  forSeconds: 120,
  summary: text`${service} fails ${percent} of all requests`,
  description: text`${service} answered ${percent} of its requests of the last 5 minutes with an error of its own; the threshold is 1 % and at least ${String(leastFailures)} requests.`,
  trial: {
    signals: trafficOf({
      below: { ok: 124, bad: 1 },
      boundary: { ok: 99, bad: 1 },
      above: { ok: 79, bad: 1 },
    }),
    subject: users,
    other: booking,
    value: 1 / 80,
    onsetSeconds: 250,
    clearSeconds: 50,
    steady: ({ service: at }) => longRunning(at),
    countsFirst: true,
  },
}

const tenantErrorRate: AlertDefinition = {
  name: 'TenantErrorRate',
  by: ['tenant', 'service'],
  expr: ({ window }) => {
    const over = window(fiveMinutes)
    const by = ['tenant', 'service'] as const
    return `${errorShare(by, ofTenant, over)} > ${aboveTenantErrors} and ${failures(by, ofTenant, over)}`
  },
  forSeconds: 60,
  summary: text`${service} fails ${percent} of the requests of ${tenant}`,
  description: text`${service} answered ${percent} of the requests of ${tenant} in the last 5 minutes with an error of its own; the threshold is 5 % and at least ${String(leastFailures)} requests.`,
  trial: {
    signals: trafficOf({
      below: { ok: 24, bad: 1 },
      boundary: { ok: 19, bad: 1 },
      above: { ok: 15, bad: 1 },
    }),
    subject: usersOfA,
    other: usersOfB,
    value: 1 / 16,
    onsetSeconds: 280,
    clearSeconds: 20,
    steady: ({ service: at }) => longRunning(at),
    countsFirst: true,
  },
}

const circuitBreakerOpen: AlertDefinition = {
  name: 'CircuitBreakerOpen',
  by: ['service'],
  // Half open counts: an open breaker tries again every so often.
  expr: () => `${maxBy(['service'], asService(gauge('circuit_breaker_state'), 'target'))} > 0`,
  forSeconds: 60, // 002 line 398
  summary: text`Calls to ${service} are cut off by a circuit breaker`,
  description: text`The breaker in front of ${service} has not been closed for 60 s: it opened after 5 failures in a row, and callers get an answer without asking ${service}.`,
  trial: {
    signals: ({ service: to = 'users' }) => [
      gaugeOf(seriesOf('circuit_breaker_state', { target: to }, 'gateway'), { quiet: 0, above: 1 }),
    ],
    subject: users,
    other: booking,
    value: 1,
    onsetSeconds: 0,
    clearSeconds: 10,
  },
}

const databaseDown: AlertDefinition = {
  name: 'DatabaseDown',
  by: [],
  expr: () => `${minBy([], gauge('pg_up'))} == 0`,
  forSeconds: 30,
  summary: text`PostgreSQL does not answer`,
  description: text`The exporter could not query PostgreSQL for 30 s (where there are several servers: one of them). Nothing that needs a record, a booking or a login works; audit events wait.`,
  trial: {
    signals: () => [gaugeOf(seriesOf('pg_up', {}, 'postgres'), { quiet: 1, above: 0 })],
    subject: {},
    value: 0,
    onsetSeconds: 0,
    clearSeconds: 10,
  },
}

const restartsOver = 900
const aboveRestarts = 2

const componentRestarting: AlertDefinition = {
  name: 'ComponentRestarting',
  by: ['service'],
  expr: ({ window }) =>
    `${sumBy(['service'], asService(increase('component_restarts_total', { over: window(restartsOver) }), 'component'))} > ${aboveRestarts}`,
  forSeconds: 0,
  summary: text`${service} died and was started again ${value} times`,
  description: text`The supervisor started ${service} again ${value} times in 15 minutes; more than ${String(aboveRestarts)} mean that it dies of something a restart does not heal.`,
  trial: {
    signals: ({ service: component = 'users' }) => [
      pulseOf(seriesOf('component_restarts_total', { component }, 'supervisor'), {
        quiet: 0,
        below: 1,
        boundary: 2,
        above: 3,
      }),
    ],
    subject: users,
    other: booking,
    value: 3,
    onsetSeconds: 0,
    clearSeconds: 300,
    lastsSeconds: 600,
  },
}

export const availabilityAlerts = [
  serviceDown,
  instanceDown,
  highErrorRate,
  tenantErrorRate,
  circuitBreakerOpen,
  databaseDown,
  componentRestarting,
]
