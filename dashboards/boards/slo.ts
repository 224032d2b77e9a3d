import type { AlertName } from '../../contracts/alerts.ts'
import type { RecordedName } from '../../contracts/recorded-series.ts'
import type { Dashboard, LabelVariable, Query, Row } from '../model.ts'
import { chosen, gauge, is, like, sumBy, summedOver } from '../promql/compose.ts'
import { bars, betterFrom, chart, now, plain, query, signedChart, stat, table, worseFrom } from '../shapes.ts'
import { tenantChoice } from './choices.ts'

const selected = { tenant: chosen('tenant'), service: chosen('service') }
const ofService = { service: chosen('service') }
const name = '{{slo}} {{tenant}}'

type BySlo = Exclude<RecordedName, 'slo:objective:ratio'>
const ofSlo = (series: BySlo) => gauge(series, selected)

/**
 * What is left of the budget. The counts of the whole period are written every five minutes; until the first of
 * them, after a first start, the last hour stands for the period.
 */
const lastHour = {
  bad: summedOver('slo:bad_events:count30s', selected, '1h'),
  events: summedOver('slo:events:count30s', selected, '1h'),
}
const objective = gauge('slo:objective:ratio', ofService)
const allowed = `on (slo) group_left () (1 - ${objective})`
const budget = `(${ofSlo('slo:error_budget_remaining:ratio')} or 1 - ${lastHour.bad} / (${lastHour.events} > 0) / ${allowed})`
const budgetLevels = betterFrom(0, 0.25)

const sloAlerts: readonly AlertName[] = ['SloFastBurn', 'SloSlowBurn', 'SloSignalAbsent']
const firing = gauge('ALERTS', {
  alertstate: is('firing'),
  alertname: like(sloAlerts.join('|')),
  tenant: like('$tenant|'),
})

const serviceOfSlo: LabelVariable = {
  name: 'service',
  title: 'Service',
  description: 'Services with an objective that the chosen tenants have asked something.',
  series: gauge('slo:events:count30s', { tenant: chosen('tenant') }),
  label: 'service',
  all: '.+',
}

const summary: Row = {
  title: 'Summary',
  panels: [
    stat(
      {
        title: 'Least budget left',
        description: 'Error budget of 30 days that is left to the worst objective. Below 0 it is missed.',
        unit: 'percentunit',
      },
      `min(${budget})`,
      { thresholds: budgetLevels, decimals: 1 },
    ),
    stat(
      {
        title: 'Objectives missed',
        description: 'Objectives, counted by tenant, whose budget is overspent.',
        unit: 'none',
      },
      `count(${budget} < 0) or vector(0)`,
      { thresholds: worseFrom(1) },
    ),
    stat(
      {
        title: 'Fastest burn',
        description: 'How many times too fast the fastest budget burns, over the last hour. Pages at 14.4.',
        unit: 'none',
      },
      `max(${ofSlo('slo:burn_rate:ratio1h')})`,
      { thresholds: worseFrom(1, 14.4), decimals: 1 },
    ),
    stat(
      { title: 'Events', description: 'Requests of the last hour that an objective counts.', unit: 'short' },
      sumBy([], lastHour.events),
      { thresholds: plain, decimals: 0 },
    ),
    stat(
      {
        title: 'Bad events',
        description: 'Requests of the last hour that failed or took too long for an objective.',
        unit: 'short',
      },
      sumBy([], lastHour.bad),
      { thresholds: worseFrom(1, 5), decimals: 0 },
    ),
    stat(
      {
        title: 'Alerts of objectives',
        description: 'Alerts that fire because a budget burns or a service fell silent.',
        unit: 'none',
      },
      `count(${firing}) or vector(0)`,
      { thresholds: worseFrom(1) },
    ),
  ],
}

const budgets: Row = {
  title: 'Error budgets',
  panels: [
    table(
      {
        title: 'Budget left by tenant',
        description:
          'Error budget that is left of 30 days: 100 % is untouched, below 0 the objective is missed.',
        unit: 'percentunit',
        columns: [
          { label: 'slo', title: 'Objective' },
          { label: 'tenant', title: 'Tenant' },
        ],
        valueTitle: 'Left',
      },
      `min by (slo, tenant) (${budget})`,
      { thresholds: budgetLevels, first: 'least' },
    ),
    signedChart(
      {
        title: 'Budget left',
        description: 'Error budget that is left of 30 days, over time. A steep fall is an incident.',
        unit: 'percentunit',
      },
      [query(`min by (slo, tenant) (${budget})`, name)],
      { width: 12, thresholds: betterFrom(0, 0), max: 1 },
    ),
    table(
      {
        title: 'Objectives',
        description: 'Part of the events that must be good, over 30 days.',
        unit: 'percentunit',
        columns: [
          { label: 'slo', title: 'Objective' },
          { label: 'service', title: 'Service' },
        ],
        valueTitle: 'Must be good',
      },
      `max by (slo, service) (${objective})`,
    ),
    bars(
      {
        title: 'Least budget by objective',
        description: 'Error budget that is left to the tenant worst off, by objective.',
        unit: 'percentunit',
      },
      [now(`min by (slo) (${budget})`, '{{slo}}')],
      { width: 12, thresholds: budgetLevels, max: 1 },
    ),
  ],
}

/** A pair of windows: both must burn too fast before anybody is told. */
function burn(words: { title: string; description: string }, windows: readonly Query[], factor: number) {
  return chart({ ...words, unit: 'none' }, windows, { width: 12, thresholds: worseFrom(factor) })
}

const burning: Row = {
  title: 'How fast budgets burn',
  panels: [
    burn(
      {
        title: 'Burn over an hour',
        description:
          'Times too fast, over 1 h and 5 min. Both above 14.4 page: 2 % of the budget in an hour.',
      },
      [
        query(ofSlo('slo:burn_rate:ratio1h'), `${name} 1 h`),
        query(ofSlo('slo:burn_rate:ratio5m'), `${name} 5 min`),
      ],
      14.4,
    ),
    burn(
      {
        title: 'Burn over six hours',
        description: 'Times too fast, over 6 h and 30 min. Both above 6 page: 5 % of the budget in 6 h.',
      },
      [
        query(ofSlo('slo:burn_rate:ratio6h'), `${name} 6 h`),
        query(ofSlo('slo:burn_rate:ratio30m'), `${name} 30 min`),
      ],
      6,
    ),
    burn(
      {
        title: 'Burn over a day',
        description: 'Times too fast, over 1 day and 2 h. Both above 3 ticket: 10 % of the budget in a day.',
      },
      [
        query(ofSlo('slo:burn_rate:ratio1d'), `${name} 1 d`),
        query(ofSlo('slo:burn_rate:ratio2h'), `${name} 2 h`),
      ],
      3,
    ),
    burn(
      {
        title: 'Burn over three days',
        description:
          'Times too fast, over 3 days and 6 h. Both above 1 ticket: 10 % of the budget in 3 days.',
      },
      [
        query(ofSlo('slo:burn_rate:ratio3d'), `${name} 3 d`),
        query(ofSlo('slo:burn_rate:ratio6h'), `${name} 6 h`),
      ],
      1,
    ),
  ],
}

const events: Row = {
  title: 'Events',
  panels: [
    chart(
      {
        title: 'Events by objective',
        description: 'Requests per 30 s that an objective counts, probes left out.',
        unit: 'short',
      },
      [query(sumBy(['slo'], ofSlo('slo:events:count30s')), '{{slo}}')],
      { width: 12 },
    ),
    chart(
      {
        title: 'Bad events by objective',
        description: 'Requests per 30 s that failed or took too long.',
        unit: 'short',
      },
      [query(sumBy(['slo'], ofSlo('slo:bad_events:count30s')), '{{slo}}')],
      { width: 12, thresholds: worseFrom(1) },
    ),
  ],
}

/** Service levels: do we keep what we promised, and how long will the budget last. */
export const slo: Dashboard = {
  uid: 'campanile-slo',
  description: 'Do we keep what we promised each tenant, and how long will the error budget last.',
  tags: ['slo'],
  logs: false,
  variables: [tenantChoice, serviceOfSlo],
  rows: [summary, budgets, burning, events],
}
