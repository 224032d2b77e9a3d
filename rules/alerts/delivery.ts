/** Do alerts reach somebody: Alertmanager, the inbox, the heartbeat. */
import { gauge, grown, increase, is, maxBy, oneOf, sumBy } from '../promql/compose.ts'
import { text, value } from '../annotations/template.ts'
import { longRunning, seriesOf } from '../trial/subjects.ts'
import { counterOf, gaugeOf, pulseOf } from '../trial/trial.ts'
import type { AlertDefinition } from './definition.ts'

const fiveMinutes = 300

const notificationsFailing: AlertDefinition = {
  name: 'NotificationsFailing',
  by: [],
  expr: ({ window }) => {
    const over = window(fiveMinutes)
    const failed = sumBy([], increase('alertmanager_notifications_failed_total', { over }))
    const dropped = sumBy([], increase('prometheus_notifications_dropped_total', { over }))
    return `${failed} > 0 or ${dropped} > 0`
  },
  forSeconds: 0,
  summary: text`Alerts do not reach anybody`,
  description: text`${value} notifications could not be delivered in 5 minutes, by Prometheus to Alertmanager or by Alertmanager to the inbox or PagerDuty.`,
  trial: {
    signals: () => [
      pulseOf(
        seriesOf('alertmanager_notifications_failed_total', { integration: 'pagerduty' }, 'alertmanager'),
        { quiet: 0, above: 1 },
      ),
      counterOf(seriesOf('prometheus_notifications_dropped_total', {}, 'prometheus'), { quiet: 0 }),
    ],
    subject: {},
    value: 1,
    onsetSeconds: 0,
    clearSeconds: 60,
    lastsSeconds: 240,
  },
}

const inboxLosingEvents: AlertDefinition = {
  name: 'InboxLosingEvents',
  by: [],
  service: 'console',
  expr: ({ window }) => {
    const over = window(fiveMinutes)
    const where = { outcome: oneOf('invalid', 'failed', 'limited', 'forbidden') } as const
    const refused = grown([], 'console_events_total', { where, over })
    return `${refused} > 0 or ${grown([], 'console_store_faults_total', { over })} > 0`
  },
  forSeconds: 0,
  summary: text`The inbox loses events`,
  description: text`The inbox did not take ${value} events in 5 minutes, or its files were damaged as often. An incident may be missing from it, or stay open.`,
  trial: {
    signals: () => [
      pulseOf(seriesOf('console_events_total', { action: 'trigger', outcome: 'failed' }, 'console'), {
        quiet: 0,
        above: 1,
      }),
      counterOf(seriesOf('console_events_total', { action: 'trigger', outcome: 'accepted' }, 'console'), {
        quiet: 1,
      }),
    ],
    steady: () => longRunning('console'),
    subject: {},
    value: 1,
    onsetSeconds: 0,
    clearSeconds: 60,
    lastsSeconds: 240,
    countsFirst: true,
  },
}

const heartbeatPageRefused: AlertDefinition = {
  name: 'HeartbeatPageRefused',
  by: [],
  service: 'heartbeat',
  expr: ({ window }) => {
    const where = { outcome: is('refused') } as const
    return `${grown([], 'heartbeat_pages_total', { where, over: window(fiveMinutes) })} > 0`
  },
  forSeconds: 0,
  summary: text`A page of the heartbeat was refused`,
  description: text`${value} tries of the heartbeat to page were refused in 5 minutes, by the inbox or by PagerDuty. It goes on trying once a minute; until it is taken, nobody is told when everything else is silent.`,
  trial: {
    signals: () => [
      pulseOf(seriesOf('heartbeat_pages_total', { sink: 'pagerduty', outcome: 'refused' }, 'heartbeat'), {
        quiet: 0,
        above: 1,
      }),
      counterOf(seriesOf('heartbeat_pages_total', { sink: 'inbox', outcome: 'retried' }, 'heartbeat'), {
        quiet: 1,
      }),
    ],
    steady: () => longRunning('heartbeat'),
    subject: {},
    value: 1,
    onsetSeconds: 0,
    clearSeconds: 60,
    lastsSeconds: 240,
    countsFirst: true,
  },
}

const heartbeatDown: AlertDefinition = {
  name: 'HeartbeatDown',
  by: [],
  service: 'heartbeat',
  expr: () => {
    const up = gauge('up', { job: is('heartbeat') })
    return `${maxBy([], up)} == 0 or absent(${maxBy([], up)})`
  },
  forSeconds: 60,
  summary: text`The heartbeat does not answer`,
  description: text`The process that pages when all other alerts stop has not answered for 60 s. If Prometheus or Alertmanager dies now, nobody is told.`,
  trial: {
    signals: () => [gaugeOf(seriesOf('up', {}, 'heartbeat'), { quiet: 1, above: 0 })],
    subject: {},
    value: 0,
    onsetSeconds: 0,
    clearSeconds: 10,
    whenAbsent: 'fires',
  },
}

const watchdog: AlertDefinition = {
  name: 'Watchdog',
  by: [],
  expr: () => 'vector(1)',
  forSeconds: 0,
  summary: text`Alerts flow`,
  description: text`This alert always fires. It goes to the heartbeat, which pages when it stays away.`,
  trial: {
    signals: () => [],
    subject: {},
    value: 1,
    onsetSeconds: 0,
    clearSeconds: 0,
    whenAbsent: 'fires',
  },
}

export const deliveryAlerts = [
  notificationsFailing,
  inboxLosingEvents,
  heartbeatPageRefused,
  heartbeatDown,
  watchdog,
]
