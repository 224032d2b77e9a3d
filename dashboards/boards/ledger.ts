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
  sumBy,
} from '../promql/compose.ts'
import { bars, chart, heat, now, plain, query, stat, table, traced, worseFrom } from '../shapes.ts'
import { tenantChoice } from './choices.ts'

const ofTenant = { tenant: chosen('tenant') }
const append = 'ledger_append_duration_seconds'
const signedAt = gauge('ledger_checkpoint_timestamp_seconds', ofTenant)
const accounts = (by: readonly string[]) => sumBy(by, gauge('users', ofTenant))
const disclosures = { ...ofTenant, class: is('disclosure') }

const summary: Row = {
  title: 'Summary',
  panels: [
    stat(
      {
        title: 'Logs verified',
        description: 'Whether the last verification of every chosen log passed. Broken pages at once.',
        unit: 'none',
      },
      `min(${gauge('ledger_verify_success', ofTenant)})`,
      {
        thresholds: [
          { from: null, color: 'red' },
          { from: 1, color: 'green' },
        ],
        mappings: [
          { value: '0', text: 'broken', color: 'red' },
          { value: '1', text: 'verified', color: 'green' },
        ],
      },
    ),
    stat(
      { title: 'Entries', description: 'Entries of the chosen logs. They only ever grow.', unit: 'none' },
      sumBy([], gauge('ledger_entries', ofTenant)),
      { thresholds: plain },
    ),
    stat(
      {
        title: 'Oldest waiting event',
        description: 'Age of the oldest event that is committed and not yet in the ledger, of all services.',
        unit: 's',
      },
      `max(${gauge('audit_outbox_oldest_seconds')})`,
      { thresholds: worseFrom(60, 300) },
    ),
    stat(
      {
        title: 'Last checkpoint',
        description: 'Time since the newest checkpoint was signed. A log without new entries needs none.',
        unit: 's',
      },
      `time() - max(${signedAt})`,
      { thresholds: plain },
    ),
    stat(
      {
        title: 'Canaries leaked',
        description: 'Planted personal data found behind the fence in the last day. Each one pages.',
        unit: 'none',
      },
      sumBy([], increase('privacy_canary_leaks_total', {}, '1d')),
      { thresholds: worseFrom(1) },
    ),
    stat(
      {
        title: 'Refused events',
        description: 'Events the ledger refused in the last hour: invalid, or in conflict with an entry.',
        unit: 'none',
      },
      sumBy([], increase('ledger_events_total', { outcome: like('conflict|invalid') }, '1h')),
      { thresholds: worseFrom(1), decimals: 0 },
    ),
  ],
}

const log: Row = {
  title: 'The log',
  panels: [
    chart(
      { title: 'Entries by tenant', description: 'Entries of each log. A fall is tampering.', unit: 'none' },
      [query(sumBy(['tenant'], gauge('ledger_entries', ofTenant)), '{{tenant}}')],
    ),
    chart(
      {
        title: 'Events by producer',
        description: 'Events per second each service appended, of all tenants.',
        unit: 'ops',
      },
      [query(sumBy(['producer'], rate('ledger_events_total', { outcome: is('appended') })), '{{producer}}')],
      { stacked: true },
    ),
    chart(
      {
        title: 'Events by outcome',
        description: 'Events per second by what became of them. Duplicates are retries; conflicts are not.',
        unit: 'ops',
      },
      [query(sumBy(['outcome'], rate('ledger_events_total')), '{{outcome}}')],
    ),
    chart(
      {
        title: 'Append latency',
        description: 'Time from an accepted batch to its durable commit. The points lead to traces.',
        unit: 's',
      },
      [
        traced(quantile(0.5, append), 'p50'),
        traced(quantile(0.95, append), 'p95'),
        traced(quantile(0.99, append), 'p99'),
      ],
      { thresholds: worseFrom(0.1, 0.5) },
    ),
    heat(
      { title: 'Append distribution', description: 'How many batches took how long to commit.', unit: 's' },
      sumBy(['le'], increase(`${append}_bucket`)),
    ),
    chart(
      {
        title: 'Verification by tenant',
        description: '1 when the whole log was derived again and agreed with its checkpoint.',
        unit: 'none',
      },
      [query(sumBy(['tenant'], gauge('ledger_verify_success', ofTenant)), '{{tenant}}')],
      {
        max: 1,
        mappings: [
          { value: '0', text: 'broken', color: 'red' },
          { value: '1', text: 'verified', color: 'green' },
        ],
      },
    ),
    chart(
      {
        title: 'Entries without checkpoint',
        description: 'Entries the last signed checkpoint does not cover yet.',
        unit: 'none',
      },
      [
        query(
          `${sumBy(['tenant'], gauge('ledger_entries', ofTenant))} - ${sumBy(['tenant'], gauge('ledger_checkpoint_size', ofTenant))}`,
          '{{tenant}}',
        ),
      ],
      { width: 12 },
    ),
    table(
      {
        title: 'Checkpoints',
        description: 'When the last checkpoint of each log was signed, seconds ago.',
        unit: 's',
        columns: [{ label: 'tenant', title: 'Tenant' }],
        valueTitle: 'Signed ago',
      },
      `time() - max by (tenant) (${signedAt})`,
    ),
  ],
}

const outbox: Row = {
  title: 'On the way to the ledger',
  panels: [
    chart(
      {
        title: 'Waiting events',
        description: 'Events committed with their change and not yet in the ledger, by service.',
        unit: 'none',
      },
      [query(sumBy(['service'], gauge('audit_outbox_pending')), '{{service}}')],
    ),
    chart(
      {
        title: 'Oldest waiting event by service',
        description: 'Age of the oldest event on its way. Pages when it grows.',
        unit: 's',
      },
      [query(`max by (service) (${gauge('audit_outbox_oldest_seconds')})`, '{{service}}')],
      { thresholds: worseFrom(60, 300) },
    ),
    chart(
      {
        title: 'Deliveries',
        description: 'Events per second the services handed over, by the ledger’s answer.',
        unit: 'ops',
      },
      [query(sumBy(['outcome'], rate('audit_outbox_delivered_total')), '{{outcome}}')],
    ),
    chart(
      {
        title: 'Dead letters',
        description: 'Events the ledger refused for good and nobody has repaired, by service.',
        unit: 'none',
      },
      [query(`max by (service) (${gauge('audit_outbox_dead_letters')})`, '{{service}}')],
      { thresholds: worseFrom(1, 1) },
    ),
  ],
}

const fence: Row = {
  title: 'The fence around personal data',
  panels: [
    chart(
      {
        title: 'Items checked',
        description: 'Spans and log records per second the fence looked at.',
        unit: 'ops',
      },
      [query(sumBy(['signal'], rate('privacy_items_checked_total')), '{{signal}}')],
    ),
    chart(
      {
        title: 'Redactions in the collector',
        description:
          'Strings per second removed or masked at the fence, by rule. A surge is a leak upstream.',
        unit: 'ops',
      },
      [query(orZeroFor(sumBy(['rule'], rate('privacy_redactions_total')), 'rule', ['none']), '{{rule}}')],
    ),
    chart(
      {
        title: 'Redactions in the services',
        description: 'Strings per second a process removed before they left it, by rule.',
        unit: 'ops',
      },
      [query(orZeroFor(sumBy(['rule'], rate('sdk_redactions_total')), 'rule', ['none']), '{{rule}}')],
    ),
    bars(
      {
        title: 'Redactions by place',
        description: 'Strings removed or masked at the fence in the chosen time, by where they stood.',
        unit: 'none',
      },
      [
        now(
          orZeroFor(sumBy(['place'], increase('privacy_redactions_total', {}, '$__range')), 'place', [
            'none',
          ]),
          '{{place}}',
        ),
      ],
      { thresholds: plain, decimals: 0 },
    ),
    chart(
      {
        title: 'Canaries leaked by signal',
        description: 'Planted personal data found behind the fence. Anything but 0 is a leak.',
        unit: 'none',
      },
      [query(sumBy(['signal'], increase('privacy_canary_leaks_total')), '{{signal}}')],
      { thresholds: worseFrom(1) },
    ),
    chart(
      {
        title: 'Labels folded',
        description: 'Label values per second put into “other”, because their budget was used up.',
        unit: 'ops',
      },
      [
        query(
          orZeroFor(sumBy(['metric'], rate('sdk_labels_folded_total')), 'metric', ['none']),
          '{{metric}}',
        ),
      ],
    ),
  ],
}

const disclosed: Row = {
  title: 'Disclosures',
  panels: [
    chart(
      {
        title: 'Reads by class',
        description: 'Records read per second. Disclosures belong into the record of 34 CFR 99.32.',
        unit: 'ops',
      },
      [
        query(
          orZeroFor(
            sumBy(['class'], rate('record_reads_total', ofTenant)),
            'class',
            metrics.record_reads_total.labels.class.values,
          ),
          '{{class}}',
        ),
      ],
    ),
    chart(
      {
        title: 'Disclosures by tenant',
        description: 'Disclosures in each interval, by tenant.',
        unit: 'none',
      },
      [
        query(
          orZero(sumBy(['tenant'], increase('record_reads_total', disclosures)), accounts(['tenant'])),
          '{{tenant}}',
        ),
      ],
    ),
    chart(
      {
        title: 'Break-glass reads by role',
        description: 'Reads outside a relationship in each interval, with a typed reason.',
        unit: 'none',
      },
      [
        query(
          orZero(sumBy(['role'], increase('break_glass_reads_total', ofTenant)), accounts(['role'])),
          '{{role}}',
        ),
      ],
    ),
  ],
}

/** Ledger and privacy: is the book whole and current, and does telemetry hold no names. */
export const ledger: Dashboard = {
  uid: 'campanile-ledger',
  description:
    'Is the audit ledger whole and current, does telemetry hold no personal data, who read records.',
  tags: ['ledger', 'privacy'],
  logs: false,
  variables: [tenantChoice],
  rows: [summary, log, outbox, fence, disclosed],
}
