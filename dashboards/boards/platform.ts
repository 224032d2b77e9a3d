import { alertSeverities } from '../../contracts/alerts.ts'
import { metrics } from '../../contracts/metrics.ts'
import type { Dashboard, Row } from '../model.ts'
import { gauge, increase, is, like, not, orZeroFor, rate, sumBy } from '../promql/compose.ts'
import { bars, betterFrom, chart, now, plain, query, stat, table, worseFrom } from '../shapes.ts'
import { collector, prometheus } from './pipeline.ts'

const firing = gauge('ALERTS', { alertstate: is('firing') })
const firingForSomebody = gauge('ALERTS', { alertstate: is('firing'), severity: not('none') })
const lastBeat = gauge('heartbeat_last_beat_timestamp_seconds')
/** The ways alerts leave: PagerDuty's events to the inbox or beyond, and the beat. */
const ways = { integration: like('pagerduty|webhook') }

const upOrDown = [
  { value: '0', text: 'down', color: 'red' },
  { value: '1', text: 'up', color: 'green' },
] as const

const summary: Row = {
  title: 'Summary',
  panels: [
    stat(
      {
        title: 'Components down',
        description: 'Components the supervisor does not see ready.',
        unit: 'none',
      },
      `count(${gauge('component_up')}) - sum(${gauge('component_up')})`,
      { thresholds: worseFrom(1) },
    ),
    stat(
      {
        title: 'Alerts firing',
        description: 'Alerts that fire now and page or ticket somebody.',
        unit: 'none',
      },
      `count(${firingForSomebody}) or vector(0)`,
      { thresholds: worseFrom(1, 5) },
    ),
    stat(
      {
        title: 'Restarts',
        description: 'Times a component was started again in the last hour because it died.',
        unit: 'none',
      },
      sumBy([], increase('component_restarts_total', {}, '1h')),
      { thresholds: worseFrom(1, 3), decimals: 0 },
    ),
    stat(
      { title: 'Memory', description: 'Memory of all components, shared pages counted once.', unit: 'bytes' },
      sumBy([], gauge('component_resident_bytes')),
      { thresholds: plain },
    ),
    stat(
      {
        title: 'Last heartbeat',
        description:
          'Time since the Watchdog was last heard. After three intervals the heartbeat pages itself.',
        unit: 's',
      },
      `time() - max(${lastBeat})`,
      { thresholds: worseFrom(90, 180), decimals: 0 },
    ),
    stat(
      {
        title: 'Hardening score',
        description: 'Lower bound of the last scan’s score, 0 to 100: what is unknown counts as failed.',
        unit: 'none',
      },
      `min(${gauge('compliance_score', { bound: is('low') })})`,
      { thresholds: betterFrom(60, 80), decimals: 0 },
    ),
  ],
}

const components: Row = {
  title: 'Components',
  panels: [
    table(
      {
        title: 'Component states',
        description: 'Every component and whether the supervisor sees it ready.',
        unit: 'none',
        columns: [{ label: 'component', title: 'Component' }],
        valueTitle: 'State',
      },
      `max by (component) (${gauge('component_up')})`,
      { width: 8, mappings: upOrDown, thresholds: betterFrom(1, 1), first: 'least' },
    ),
    chart(
      {
        title: 'Memory by component',
        description: 'Memory of a component with its children.',
        unit: 'bytes',
      },
      [query(sumBy(['component'], gauge('component_resident_bytes')), '{{component}}')],
      { stacked: true },
    ),
    chart(
      {
        title: 'Restarts by component',
        description: 'Times each component was started again, in each interval.',
        unit: 'none',
      },
      [query(sumBy(['component'], increase('component_restarts_total')), '{{component}}')],
    ),
    chart(
      {
        title: 'Scrape targets',
        description: '1 while Prometheus reads the metrics of a process. Without them every panel is blind.',
        unit: 'none',
      },
      [query(sumBy(['job'], gauge('up')), '{{job}}')],
      { width: 12, mappings: upOrDown },
    ),
    chart(
      {
        title: 'Time of a scrape',
        description: 'Time Prometheus needs to read a process; above 5 s it gives up.',
        unit: 's',
      },
      [query(`max by (job) (${gauge('scrape_duration_seconds')})`, '{{job}}')],
      { width: 12, thresholds: worseFrom(2.5, 5) },
    ),
  ],
}

const alerting: Row = {
  title: 'Alerts and their way out',
  panels: [
    table(
      {
        title: 'Alerts that fire',
        description: 'Every alert that fires now. The Watchdog always does: it proves that alerts flow.',
        unit: 'none',
        columns: [
          { label: 'alertname', title: 'Alert' },
          { label: 'severity', title: 'Severity' },
          { label: 'area', title: 'Area' },
          { label: 'service', title: 'Service' },
          { label: 'tenant', title: 'Tenant' },
        ],
        valueTitle: 'Firing',
      },
      sumBy(['alertname', 'severity', 'area', 'service', 'tenant'], firing),
      { mappings: [{ value: '1', text: 'firing', color: 'orange' }] },
    ),
    chart(
      {
        title: 'Alerts by severity',
        description: 'Alerts that fire: critical pages, warning tickets.',
        unit: 'none',
      },
      [query(orZeroFor(sumBy(['severity'], firing), 'severity', alertSeverities), '{{severity}}')],
      { width: 12, stacked: true },
    ),
    chart(
      {
        title: 'Notifications',
        description: 'Notifications per second Alertmanager sent, and those that failed.',
        unit: 'ops',
      },
      [
        query(sumBy(['integration'], rate('alertmanager_notifications_total', ways)), '{{integration}} sent'),
        query(
          sumBy(['integration'], rate('alertmanager_notifications_failed_total', ways)),
          '{{integration}} failed',
        ),
      ],
    ),
    chart(
      {
        title: 'From Prometheus to Alertmanager',
        description: 'Alerts per second sent, failed and dropped before Alertmanager had them.',
        unit: 'ops',
      },
      [
        query(sumBy([], rate('prometheus_notifications_sent_total')), 'sent'),
        query(sumBy([], rate('prometheus_notifications_errors_total')), 'failed'),
        query(sumBy([], rate('prometheus_notifications_dropped_total')), 'dropped'),
      ],
    ),
    chart(
      {
        title: 'Alertmanager’s alerts',
        description:
          'Alerts Alertmanager holds: active ones notify, suppressed ones are silenced or inhibited.',
        unit: 'none',
      },
      [query(sumBy(['state'], gauge('alertmanager_alerts')), '{{state}}')],
    ),
    chart(
      {
        title: 'Incidents of the inbox',
        description: 'Incidents the console’s inbox holds, by state.',
        unit: 'none',
      },
      [query(sumBy(['state'], gauge('console_incidents')), '{{state}}')],
    ),
    chart(
      {
        title: 'Events of the inbox',
        description: 'Events per second offered to the inbox, by what became of them.',
        unit: 'ops',
      },
      [
        query(
          orZeroFor(
            sumBy(['outcome'], rate('console_events_total')),
            'outcome',
            metrics.console_events_total.labels.outcome.values,
          ),
          '{{outcome}}',
        ),
      ],
    ),
    chart(
      {
        title: 'Heartbeat',
        description: 'Whether the Watchdog is missing, and pages the heartbeat sent for it in each interval.',
        unit: 'none',
      },
      [
        query(`max(${gauge('heartbeat_missing')})`, 'missing'),
        query(sumBy([], increase('heartbeat_pages_total')), 'pages'),
        query(sumBy([], increase('heartbeat_beats_total', { outcome: is('accepted') })), 'beats'),
      ],
    ),
  ],
}

const posture: Row = {
  title: 'Posture',
  panels: [
    chart(
      {
        title: 'Score over time',
        description: 'Score with what is unknown counted as failed, as passed, and without waivers.',
        unit: 'none',
      },
      [query(`max by (bound) (${gauge('compliance_score')})`, '{{bound}}')],
      { max: 100 },
    ),
    bars(
      {
        title: 'Failed items by severity',
        description: 'Items of the checklist that failed in the last scan and are not waived.',
        unit: 'none',
      },
      [now(sumBy(['severity'], gauge('compliance_items', { state: is('fail') })), '{{severity}}')],
      { thresholds: worseFrom(1) },
    ),
    chart(
      {
        title: 'Age of the last scan',
        description: 'Time since the last scan ended. It runs at start and every night.',
        unit: 's',
      },
      [query(`time() - max(${gauge('compliance_scan_timestamp_seconds')})`, 'age')],
      { thresholds: worseFrom(93_600, 180_000) },
    ),
    bars(
      {
        title: 'Controls by framework',
        description: 'Controls of each framework that something measures and that pass.',
        unit: 'none',
      },
      [
        now(
          sumBy(['framework'], gauge('compliance_framework_controls', { state: is('pass') })),
          '{{framework}}',
        ),
      ],
      { width: 12, thresholds: plain },
    ),
    bars(
      {
        title: 'Resources by source',
        description: 'Resources the last scan found, and what it could not read.',
        unit: 'none',
      },
      [
        now(sumBy(['source'], gauge('compliance_resources')), '{{source}} found'),
        now(sumBy(['source'], gauge('compliance_gather_faults')), '{{source}} unreadable'),
      ],
      { width: 12, thresholds: plain },
    ),
  ],
}

/** Platform health: do the watchers themselves work, down to the one that would say so. */
export const platform: Dashboard = {
  uid: 'campanile-platform',
  description: 'Do the watchers work: components, alerts on their way out, collector, Prometheus, posture.',
  tags: ['platform', 'meta'],
  logs: false,
  variables: [],
  rows: [summary, components, alerting, collector, prometheus, posture],
}
