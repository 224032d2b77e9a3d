import { faultNames } from '../faults.ts'
import { services } from '../services.ts'
import type { MetricSpec } from './define.ts'

const sinks = ['inbox', 'pagerduty'] as const

/** What watches the watchers: inbox, heartbeat, drills. */
export const watchMetrics = {
  console_events_total: {
    kind: 'counter',
    unit: 'items',
    meaning: 'Events offered to the alert inbox, by what became of them.',
    owner: 'console',
    labels: {
      action: { values: ['trigger', 'acknowledge', 'resolve', 'none'] },
      outcome: { values: ['accepted', 'invalid', 'forbidden', 'limited', 'failed'] },
    },
    seriesBudget: 20,
  },
  console_incidents: {
    kind: 'gauge',
    unit: 'items',
    meaning: 'Incidents of the inbox by state.',
    owner: 'console',
    labels: { state: { values: ['triggered', 'acknowledged', 'resolved'] } },
    seriesBudget: 3,
  },
  console_logins_total: {
    kind: 'counter',
    unit: 'items',
    meaning: 'Attempts to log in to the console, by outcome.',
    owner: 'console',
    labels: { outcome: { values: ['success', 'failure', 'limited'] } },
    seriesBudget: 3,
  },
  console_store_faults_total: {
    kind: 'counter',
    unit: 'items',
    meaning:
      'Trouble with the files of the inbox: a tail cut off, a line left out, a file that could not be shortened.',
    owner: 'console',
    labels: { fault: { values: ['tail_cut', 'line_invalid', 'not_compacted'] } },
    seriesBudget: 3,
  },
  heartbeat_beats_total: {
    kind: 'counter',
    unit: 'items',
    meaning: 'Notifications of the Watchdog that arrived.',
    owner: 'console',
    labels: { outcome: { values: ['accepted', 'ignored', 'invalid'] } },
    seriesBudget: 3,
  },
  heartbeat_alerts_total: {
    kind: 'counter',
    unit: 'items',
    meaning: 'Notifications about failing deliveries that arrived.',
    owner: 'console',
    labels: { outcome: { values: ['accepted', 'ignored', 'invalid'] } },
    seriesBudget: 3,
  },
  heartbeat_last_beat_timestamp_seconds: {
    kind: 'gauge',
    unit: 'timestamp_seconds',
    meaning: 'When the last notification of the Watchdog arrived; 0 before the first.',
    owner: 'console',
    labels: {},
    seriesBudget: 1,
  },
  heartbeat_missing: {
    kind: 'gauge',
    unit: 'state',
    meaning: '1 while the Watchdog is missing and the heartbeat pages for it.',
    owner: 'console',
    labels: {},
    seriesBudget: 1,
  },
  heartbeat_pages_total: {
    kind: 'counter',
    unit: 'items',
    meaning: 'Events the heartbeat sent, by where and the answer.',
    owner: 'console',
    labels: { sink: { values: sinks }, outcome: { values: ['accepted', 'retried', 'refused'] } },
    seriesBudget: 6,
  },
  fault_active: {
    kind: 'gauge',
    unit: 'state',
    meaning: '1 while a drill has switched the fault on.',
    owner: 'lib',
    labels: { service: { values: services }, fault: { values: faultNames } },
    seriesBudget: 66,
  },
  privacy_canary_leaks_total: {
    kind: 'counter',
    unit: 'items',
    meaning: 'Canaries, planted personal data, found in what left the fence: each is a leak.',
    owner: 'collector',
    labels: { signal: { values: ['traces', 'logs', 'metrics'] } },
    seriesBudget: 3,
  },
} as const satisfies Record<string, MetricSpec>
