/**
 * Days of a campus on which burn alerts are known to go wrong: the idle night, the one failure among forty, the
 * outage that takes every series with it, the error nobody has seen, the day that weighs no more than the night.
 */
import type { AlertName } from '../../contracts/alerts.ts'
import type { Slo } from '../../contracts/slo.ts'
import { absenceName, alertOf } from '../slo/burn-alerts.ts'
import { countSeconds, tileSeconds } from '../slo/recordings.ts'
import { signalsFileName, sloFileName, sloGroupNames } from '../slo/slo-file.ts'
import { play, run, type Phase } from './play.ts'
import { countSeries, livingService } from './slo-events.ts'
import { seriesOf, tenantA } from './subjects.ts'
import type { AlertCheck, InputSeries, QueryCheck, TestFile } from './test-file.ts'
import { counterOf } from './trial.ts'

const { tenant = '' } = tenantA
const minute = 60
const hour = 60 * minute

/** Builds every case for an objective about availability of 99.9 %. */
export function campusCases(slo: Slo): TestFile[] {
  return [idleNight(slo), oneInForty(slo), outage(slo), unseenError(slo), campusDay(slo), nightFailure(slo)]
}

/** Twenty idle minutes leave no NaN behind: there is no ratio then, and half of the budget stays half of it. */
function idleNight(slo: Slo): TestFile {
  const phases: Phase[] = [
    { level: 'above', samples: 41 },
    { level: 'quiet', samples: 40 },
    { level: 'above', samples: 41 },
  ]
  const busy = (status: string, amount: number) =>
    requestsOf(slo, status, play(counterOf('', { quiet: 0, above: amount }), phases))
  return file(slo, alertOf.page, 'idle-night', {
    input: [...livingService(slo, 122), ...busy('2xx', 19_990), ...busy('5xx', 10)],
    queries: [
      { atSeconds: 20 * minute, expr: rounded('slo:error_budget_remaining:ratio'), samples: one(0.5) },
      { atSeconds: 40 * minute, expr: 'slo:burn_rate:ratio5m', samples: [] },
      { atSeconds: 40 * minute, expr: rounded('slo:error_budget_remaining:ratio'), samples: one(0.5) },
      { atSeconds: hour, expr: rounded('slo:burn_rate:ratio5m'), samples: one(0.5) },
      { atSeconds: hour, expr: rounded('slo:error_budget_remaining:ratio'), samples: one(0.5) },
    ],
    alerts: [],
  })
}

/** One request in ten minutes, and after forty good ones one fails: neither a page nor a ticket. */
function oneInForty(slo: Slo): TestFile {
  const every = (10 * minute) / countSeconds
  const good = Array.from({ length: 40 }, (_, at) => run(String(at + 1), every)).join(' ')
  const failsSeconds = 40 * every * countSeconds
  const samples = 42 * every
  const silent = (alert: AlertName): AlertCheck[] =>
    [failsSeconds, failsSeconds + 2 * minute, failsSeconds + 10 * minute].map((atSeconds) => ({
      atSeconds,
      alert,
      firing: [],
    }))
  return file(slo, alertOf.page, 'one-in-forty', {
    input: [
      ...livingService(slo, samples),
      ...requestsOf(slo, '2xx', `${good} ${run('40', 2 * every)}`),
      ...requestsOf(slo, '5xx', `${run('_', 40 * every)} ${run('1', 2 * every)}`),
    ],
    // The failure was seen: what is silent is the alert and not the count.
    queries: [
      { atSeconds: failsSeconds, expr: 'slo:bad_events:sum1h', samples: one(1, 'slo:bad_events:sum1h', slo) },
    ],
    alerts: [...silent(alertOf.page), ...silent(alertOf.ticket)],
  })
}

/** Every series goes: that pages half an hour and an hour later, and the budget is not whole again. */
function outage(slo: Slo): TestFile {
  const heard = (20 * minute) / countSeconds + 1
  const dead = (90 * minute) / countSeconds
  const values = (amount: number) =>
    `${play(counterOf('', { quiet: amount }), [{ level: 'quiet', samples: heard }])} stale`
  const gone = `count(ALERTS{alertname="${absenceName}", service="${slo.service}", alertstate="firing"})`
  const after = [30 * minute, hour].map((seconds) => 20 * minute + seconds)
  const made = file(slo, absenceName, 'outage', {
    input: [
      ...livingService(slo, heard).map((one) => ({ ...one, values: `${one.values} stale` })),
      ...requestsOf(slo, '2xx', values(19_990)),
      ...requestsOf(slo, '5xx', values(10)),
      { series: 'unrelated', values: run('1', heard + dead) },
    ],
    queries: after.flatMap((atSeconds) => [
      { atSeconds, expr: gone, samples: [{ labels: '{}', value: 1 }] },
      { atSeconds, expr: rounded('slo:error_budget_remaining:ratio'), samples: one(0.5) },
    ]),
    alerts: [],
  })
  return {
    ...made,
    rules: [sloFileName(slo), signalsFileName],
    groups: [...sloGroupNames(slo), signalsFileName],
  }
}

/** No request ever failed, so no series of failures exists: their count is 0 and the budget whole. */
function unseenError(slo: Slo): TestFile {
  const bad = 'slo:bad_events:count30s'
  return file(slo, alertOf.page, 'unseen-error', {
    input: [
      ...livingService(slo, 21),
      ...requestsOf(slo, '2xx', play(counterOf('', { quiet: 100 }), [{ level: 'quiet', samples: 21 }])),
    ],
    queries: [
      { atSeconds: 10 * minute, expr: bad, samples: one(0, bad, slo) },
      { atSeconds: 10 * minute, expr: rounded('slo:error_budget_remaining:ratio'), samples: one(1) },
    ],
    alerts: [],
  })
}

/** Ten hours at a hundred requests a second of which 0.2 % fail: twice the budget, though the night was idle. */
function campusDay(slo: Slo): TestFile {
  return day(slo, 'whole-day', {
    failures: [...fill(120, 60), ...fill(168, 0)],
    requests: [...fill(120, 30_000), ...fill(168, 0)],
    remaining: -1,
  })
}

/** A good day and one request at night, which fails: a hundredth of a hundredth of the budget, and no alert. */
function nightFailure(slo: Slo): TestFile {
  return day(slo, 'night-failure', {
    failures: [...fill(120, 0), ...fill(100, 0), 1, ...fill(67, 0)],
    requests: [...fill(120, 30_000), ...fill(100, 0), 1, ...fill(67, 0)],
    remaining: 0.9997,
  })
}

interface Day {
  /** Every five minutes. */
  readonly requests: readonly number[]
  readonly failures: readonly number[]
  readonly remaining: number
}

function day(slo: Slo, name: string, { requests, failures, remaining }: Day): TestFile {
  // Two values to a step: a count lies between two evaluations, which record at a time of their own.
  const between = (counts: readonly number[]) => `_ ${counts.join(' _ ')}`
  const atSeconds = requests.length * tileSeconds
  const made = file(slo, alertOf.page, name, {
    input: [
      { series: countSeries('slo:events:count30s', slo, tenant), values: between(requests) },
      { series: countSeries('slo:bad_events:count30s', slo, tenant), values: between(failures) },
    ],
    queries: [{ atSeconds, expr: rounded('slo:error_budget_remaining:ratio'), samples: one(remaining) }],
    alerts:
      remaining < 0 ? [] : [alertOf.page, alertOf.ticket].map((alert) => ({ atSeconds, alert, firing: [] })),
  })
  return { ...made, evaluateSeconds: tileSeconds, stepSeconds: tileSeconds / 2 }
}

function fill(length: number, count: number): number[] {
  return Array.from({ length }, () => count)
}

function requestsOf({ service }: Slo, status: string, values: string): InputSeries[] {
  const labels = { tenant, service, method: 'GET', route: '/things/:id', status }
  return [{ series: seriesOf('http_server_request_duration_seconds_count', labels, service), values }]
}

/** promtool compares to the last bit. */
function rounded(expr: string): string {
  return `sum(round(${expr}, 0.0001))`
}

function one(value: number, record?: string, slo?: Slo): QueryCheck['samples'] {
  if (record === undefined || slo === undefined) return [{ labels: '{}', value }]
  const labels = `${record}{tenant="${tenant}", service="${slo.service}", slo="${slo.name}"}`
  return [{ labels, value }]
}

function file(
  slo: Slo,
  alert: AlertName,
  name: string,
  checks: Pick<TestFile, 'input' | 'queries' | 'alerts'>,
): TestFile {
  return {
    name: `${alert}-campus-${name}`,
    alert,
    rules: [sloFileName(slo)],
    groups: sloGroupNames(slo),
    evaluateSeconds: countSeconds,
    stepSeconds: countSeconds,
    ...checks,
  }
}
