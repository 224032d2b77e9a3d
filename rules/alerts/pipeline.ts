/** Do the watchers watch: exporters, collector, Prometheus, and what carries alerts. */
import { asService, gauge, grown, increase, is, maxBy, oneOf, sumBy } from '../promql/compose.ts'
import { service, text, value } from '../annotations/template.ts'
import { booking, longRunning, seriesOf, users } from '../trial/subjects.ts'
import { counterOf, gaugeOf, pulseOf } from '../trial/trial.ts'
import type { AlertDefinition } from './definition.ts'
import { deliveryAlerts } from './delivery.ts'

const fiveMinutes = 300
const aboveRefused = 10
const aboveLost = 10

const exporterDown: AlertDefinition = {
  name: 'ExporterDown',
  by: ['service'],
  expr: () => {
    const jobs = oneOf('node-exporter', 'collector-exporter', 'alertmanager')
    return `${maxBy(['service'], asService(gauge('up', { job: jobs }), 'job'))} == 0`
  },
  forSeconds: 60,
  summary: text`The metrics of ${service} cannot be read`,
  description: text`Prometheus could not read the metrics of ${service} for 60 s. Alerts that rest on them cannot fire.`,
  trial: {
    signals: ({ service: job = 'collector-exporter' }) => [
      gaugeOf(seriesOf('up', {}, job), { quiet: 1, above: 0 }),
    ],
    subject: { service: 'collector-exporter' },
    other: { service: 'node-exporter' },
    value: 0,
    onsetSeconds: 0,
    clearSeconds: 10,
  },
}

const databaseUnwatched: AlertDefinition = {
  name: 'DatabaseUnwatched',
  by: [],
  expr: () => {
    const up = gauge('up', { job: is('postgres') })
    return `${maxBy([], up)} == 0 or absent(${maxBy([], up)})`
  },
  forSeconds: 60,
  summary: text`The exporter of PostgreSQL cannot be read`,
  description: text`Prometheus could not read the exporter of PostgreSQL for 60 s. Whether the database answers is not known: DatabaseDown cannot fire.`,
  trial: {
    signals: () => [gaugeOf(seriesOf('up', {}, 'postgres'), { quiet: 1, above: 0 })],
    subject: {},
    value: 0,
    onsetSeconds: 0,
    clearSeconds: 10,
    whenAbsent: 'fires',
  },
}

const collectorDropping: AlertDefinition = {
  name: 'CollectorDropping',
  by: [],
  service: 'collector',
  expr: ({ window }) =>
    `${sumBy([], increase('collector_dropped_items_total', { over: window(fiveMinutes) }))} > 0`,
  forSeconds: 60,
  summary: text`The collector loses spans or log records`,
  description: text`The collector accepted ${value} spans, log records or data points in 5 minutes that it could not pass on. They are gone.`,
  trial: {
    signals: () => [
      counterOf(
        seriesOf('collector_dropped_items_total', { signal: 'logs', where: 'queue_full' }, 'collector'),
        {
          quiet: 0,
          above: 1,
        },
      ),
    ],
    subject: {},
    value: 30,
    onsetSeconds: 0,
    clearSeconds: 300,
  },
}

const collectorRefusing: AlertDefinition = {
  name: 'CollectorRefusing',
  by: [],
  service: 'collector',
  expr: ({ window }) =>
    `${sumBy([], increase('collector_refused_requests_total', { over: window(fiveMinutes) }))} > ${aboveRefused}`,
  forSeconds: 60,
  summary: text`The collector refuses telemetry`,
  description: text`The collector refused ${value} requests in 5 minutes, as malformed, too large or because it was overloaded; the threshold is ${String(aboveRefused)}.`,
  trial: {
    signals: () => {
      const labels = { receiver: 'otlp', reason: 'overloaded' }
      return [
        counterOf(seriesOf('collector_refused_requests_total', labels, 'collector'), {
          quiet: 0,
          below: 0.25,
          boundary: 0.25,
          above: 0.5,
        }),
      ]
    },
    subject: {},
    value: 15,
    onsetSeconds: 200,
    clearSeconds: 100,
  },
}

const telemetryLost: AlertDefinition = {
  name: 'TelemetryLost',
  by: ['service'],
  expr: ({ window }) => {
    const where = { outcome: is('dropped') } as const
    return `${grown(['service'], 'sdk_items_total', { where, over: window(fiveMinutes) })} > ${aboveLost}`
  },
  forSeconds: 60,
  summary: text`${service} loses spans or log records`,
  description: text`${service} dropped ${value} spans or log records in 5 minutes because the collector did not take them; the threshold is ${String(aboveLost)}.`,
  trial: {
    signals: ({ service: of = 'users' }) => {
      const series = (outcome: string) =>
        seriesOf('sdk_items_total', { service: of, signal: 'traces', outcome }, of)
      return [
        counterOf(series('dropped'), { quiet: 0, below: 0.25, boundary: 0.25, above: 0.5 }),
        counterOf(series('exported'), { quiet: 50 }),
      ]
    },
    subject: users,
    other: booking,
    value: 15,
    onsetSeconds: 200,
    clearSeconds: 100,
    steady: ({ service: of }) => longRunning(of),
    countsFirst: true,
  },
}

const cardinalityBudget: AlertDefinition = {
  name: 'CardinalityBudget',
  by: ['service'],
  expr: ({ window }) => `${grown(['service'], 'sdk_labels_folded_total', { over: window(900) })} > 0`,
  forSeconds: 0,
  summary: text`${service} has used up the budget of a label`,
  description: text`${service} folded ${value} label values into “other” in 15 minutes: a label has more values than it was declared for, so its series no longer tell them apart.`,
  trial: {
    signals: ({ service: of = 'users' }) => [
      pulseOf(seriesOf('sdk_labels_folded_total', { service: of, metric: 'users' }, of), {
        quiet: 0,
        above: 1,
      }),
    ],
    steady: ({ service: of }) => longRunning(of),
    subject: users,
    other: booking,
    value: 1,
    onsetSeconds: 0,
    clearSeconds: 300,
    lastsSeconds: 600,
    countsFirst: true,
  },
}

const ruleEvaluationFailing: AlertDefinition = {
  name: 'RuleEvaluationFailing',
  by: [],
  expr: ({ window }) =>
    `${sumBy([], increase('prometheus_rule_evaluation_failures_total', { over: window(fiveMinutes) }))} > 0`,
  forSeconds: 0,
  summary: text`Prometheus cannot evaluate its rules`,
  description: text`${value} evaluations of rules failed in 5 minutes. The alerts of those rules cannot fire.`,
  trial: {
    signals: () => [
      pulseOf(seriesOf('prometheus_rule_evaluation_failures_total', { rule_group: 'a' }, 'prometheus'), {
        quiet: 0,
        above: 1,
      }),
    ],
    subject: {},
    value: 1,
    onsetSeconds: 0,
    clearSeconds: 60,
    lastsSeconds: 240,
  },
}

export const pipelineAlerts = [
  exporterDown,
  databaseUnwatched,
  collectorDropping,
  collectorRefusing,
  telemetryLost,
  cardinalityBudget,
  ruleEvaluationFailing,
  ...deliveryAlerts,
]
