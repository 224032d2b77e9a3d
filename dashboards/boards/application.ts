import { metrics } from '../../contracts/metrics.ts'
import type { Dashboard, Row } from '../model.ts'
import {
  chosen,
  gauge,
  increase,
  is,
  like,
  orZero,
  orZeroFor,
  quantile,
  rate,
  ratio,
  sumBy,
} from '../promql/compose.ts'
import { chart, heat, logs, query, stat, table, traced, worseFrom } from '../shapes.ts'
import { askedRoutes, campusServices, serviceChoice, tenantChoice } from './choices.ts'

const duration = 'http_server_request_duration_seconds'
const asked = { tenant: chosen('tenant'), service: chosen('service'), route: askedRoutes }
const failed = { ...asked, status: is('5xx') }
const requests = (by: readonly string[] = []) => sumBy(by, rate(`${duration}_count`, asked))
const errors = (by: readonly string[] = []) => sumBy(by, rate(`${duration}_count`, failed))
const latency = (q: number, by: readonly string[] = []) => quantile(q, duration, { by, matchers: asked })

/** 500 ms at the 95th percentile, 1 % of errors: the thresholds of the alerts. */
const slow = worseFrom(0.5, 1)
const failing = worseFrom(0.005, 0.01)

const breaker = gauge('circuit_breaker_state')
const pool = (state: 'used' | 'idle' | 'waiting') =>
  sumBy(['service'], gauge('db_client_connections', { service: chosen('service'), state: is(state) }))
const ofService = { job: chosen('service') }

const summary: Row = {
  title: 'Summary',
  panels: [
    stat(
      {
        title: 'Requests',
        description: 'Requests per second, without probes and scrapes.',
        unit: 'reqps',
      },
      requests(),
      { thresholds: [{ from: null, color: 'blue' }], decimals: 2 },
    ),
    stat(
      {
        title: 'Error ratio',
        description: 'Requests answered 5xx, of all. Pages above 1 %. 0 while nobody asks.',
        unit: 'percentunit',
      },
      ratio(errors(), requests()),
      { thresholds: failing, decimals: 2 },
    ),
    stat(
      {
        title: 'p95 latency',
        description: '95 of 100 requests were answered within this time. A ticket above 500 ms.',
        unit: 's',
      },
      latency(0.95),
      { thresholds: slow },
    ),
    stat(
      { title: 'p99 latency', description: '99 of 100 requests were answered within this time.', unit: 's' },
      latency(0.99),
      { thresholds: worseFrom(1, 2.5) },
    ),
    stat(
      {
        title: 'Open breakers',
        description:
          'Services the gateway does not call for the moment, because they failed again and again.',
        unit: 'none',
      },
      `sum(${breaker} == bool 1)`,
      { thresholds: worseFrom(1) },
    ),
    stat(
      {
        title: 'Waiting for a connection',
        description: 'Queries that wait for a free connection to PostgreSQL: the pool is too small, or held.',
        unit: 'none',
      },
      sumBy([], gauge('db_client_connections', { service: chosen('service'), state: is('waiting') })),
      { thresholds: worseFrom(1, 5) },
    ),
  ],
}

const red: Row = {
  title: 'Rate, errors, duration by service',
  panels: [
    chart(
      {
        title: 'Requests by service',
        description: 'Requests per second each service answered.',
        unit: 'reqps',
      },
      [query(requests(['service']), '{{service}}')],
    ),
    chart(
      {
        title: 'Error ratio by service',
        description: 'Requests answered 5xx, of all of the service. 0 while nobody asks.',
        unit: 'percentunit',
      },
      [query(ratio(errors(['service']), requests(['service'])), '{{service}}')],
      { thresholds: failing },
    ),
    chart(
      {
        title: 'Latency percentiles',
        description:
          'Time to the last byte of the answer. The points are single requests: follow one to its trace.',
        unit: 's',
      },
      [traced(latency(0.5), 'p50'), traced(latency(0.95), 'p95'), traced(latency(0.99), 'p99')],
      { thresholds: slow },
    ),
    heat(
      {
        title: 'Latency distribution',
        description: 'How many requests took how long. Two bands mean two kinds of requests.',
        unit: 's',
      },
      sumBy(['le'], increase(`${duration}_bucket`, asked)),
    ),
    chart(
      {
        title: 'p95 latency by service',
        description: '95 of 100 requests to the service were answered within this time.',
        unit: 's',
      },
      [traced(latency(0.95, ['service']), '{{service}}')],
      { thresholds: slow },
    ),
    chart(
      {
        title: 'Answers by status',
        description: 'Answers per second by class of status: 4xx is the client’s fault, 5xx is ours.',
        unit: 'reqps',
      },
      [query(requests(['status']), '{{status}}')],
      { stacked: true },
    ),
  ],
}

const routes: Row = {
  title: 'Routes',
  panels: [
    table(
      {
        title: 'Requests by route',
        description: 'Requests per second of every route with traffic in the last minutes.',
        unit: 'reqps',
        columns: [
          { label: 'service', title: 'Service' },
          { label: 'method', title: 'Method' },
          { label: 'route', title: 'Route' },
        ],
        valueTitle: 'Requests',
      },
      requests(['service', 'method', 'route']),
    ),
    chart(
      {
        title: 'p95 latency by route',
        description: '95 of 100 requests of the route were answered within this time.',
        unit: 's',
      },
      [traced(latency(0.95, ['service', 'route']), '{{service}} {{route}}')],
      { width: 12, thresholds: slow },
    ),
  ],
}

const saturation: Row = {
  title: 'Saturation',
  panels: [
    chart(
      {
        title: 'Database connections in use',
        description: 'Connections each service has busy, and queries that wait for one.',
        unit: 'none',
      },
      [query(pool('used'), '{{service}} in use'), query(pool('waiting'), '{{service}} waiting')],
    ),
    chart(
      {
        title: 'Event loop delay',
        description: 'How late the process gets to its work, 99th percentile. Above 100 ms it is overloaded.',
        unit: 's',
      },
      [query(sumBy(['job'], gauge('nodejs_eventloop_lag_p99_seconds', ofService)), '{{job}}')],
      { thresholds: worseFrom(0.1, 0.5) },
    ),
    chart({ title: 'CPU', description: 'Processor time by service: 1 is a whole core.', unit: 'short' }, [
      query(sumBy(['job'], rate('process_cpu_seconds_total', ofService)), '{{job}}'),
    ]),
    chart({ title: 'Memory', description: 'Resident memory of the process.', unit: 'bytes' }, [
      query(sumBy(['job'], gauge('process_resident_memory_bytes', ofService)), '{{job}}'),
    ]),
    chart(
      {
        title: 'Rate limits',
        description: 'Requests per second answered 429, by the limit they met. Of the whole gateway.',
        unit: 'reqps',
      },
      [
        query(
          orZeroFor(
            sumBy(['bucket'], rate('rate_limited_total')),
            'bucket',
            metrics.rate_limited_total.labels.bucket.values,
          ),
          '{{bucket}}',
        ),
      ],
    ),
    chart(
      {
        title: 'Refused requests',
        description: 'Requests per second a door refused, by the code of the problem.',
        unit: 'reqps',
      },
      [
        query(
          orZero(
            sumBy(['code'], rate('http_requests_rejected_total', { service: chosen('service') })),
            sumBy(['code'], rate('http_requests_rejected_total')),
          ),
          '{{code}}',
        ),
      ],
    ),
  ],
}

const dependencies: Row = {
  title: 'Dependencies',
  panels: [
    {
      kind: 'timeseries',
      width: 8,
      height: 8,
      title: 'Circuit breakers',
      description: 'State of the gateway’s breaker before each service: closed, open or half open.',
      unit: 'none',
      min: 0,
      max: 2,
      queries: [query(breaker, '{{target}}')],
      mappings: [
        { value: '0', text: 'closed', color: 'green' },
        { value: '1', text: 'open', color: 'red' },
        { value: '2', text: 'half open', color: 'orange' },
      ],
    },
    chart(
      {
        title: 'Retries',
        description: 'Calls per second from the gateway that were tried again.',
        unit: 'reqps',
      },
      [
        query(
          orZero(sumBy(['target'], rate('http_client_retries_total')), sumBy(['target'], breaker)),
          '{{target}}',
        ),
      ],
    ),
    chart(
      {
        title: 'Audit events waiting',
        description: 'Events committed with their change and not yet in the ledger, of every service.',
        unit: 'none',
      },
      [
        query(
          sumBy(['service'], gauge('audit_outbox_pending', { service: like(campusServices.join('|')) })),
          '{{service}}',
        ),
      ],
    ),
  ],
}

/** Application performance: is the campus answering, how fast, and if not, where is it stuck. */
export const application: Dashboard = {
  uid: 'campanile-application',
  description: 'Is the campus application answering, how fast, and where is it stuck: by tenant and service.',
  tags: ['application', 'red'],
  logs: true,
  variables: [tenantChoice, serviceChoice],
  rows: [
    summary,
    red,
    saturation,
    dependencies,
    routes,
    {
      title: 'Logs',
      panels: [
        logs(
          {
            title: 'Log lines',
            description: 'What the chosen services wrote, after the fence took personal data out.',
          },
          '{service_name=~"$service"}',
        ),
      ],
    },
  ],
}
