import { services } from '../services.ts'
import { tenantLabel, type MetricSpec } from './define.ts'

export const ledgerMetrics = {
  ledger_entries: {
    kind: 'gauge',
    unit: 'items',
    meaning: 'Entries in a log.',
    owner: 'audit',
    labels: { tenant: tenantLabel },
    seriesBudget: 50,
  },
  ledger_events_total: {
    kind: 'counter',
    unit: 'items',
    meaning: 'Events offered to the ledger, by what became of them.',
    owner: 'audit',
    labels: {
      producer: { values: services },
      outcome: { values: ['appended', 'duplicate', 'conflict', 'invalid', 'deferred'] },
    },
    seriesBudget: 60,
  },
  ledger_append_duration_seconds: {
    kind: 'histogram',
    unit: 'seconds',
    meaning: 'Time from an accepted batch to its durable commit.',
    owner: 'audit',
    labels: {},
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    seriesBudget: 12,
  },
  ledger_checkpoint_size: {
    kind: 'gauge',
    unit: 'items',
    meaning: 'Entries covered by the last signed checkpoint.',
    owner: 'audit',
    labels: { tenant: tenantLabel },
    seriesBudget: 50,
  },
  ledger_checkpoint_timestamp_seconds: {
    kind: 'gauge',
    unit: 'timestamp_seconds',
    meaning: 'When the last checkpoint was signed.',
    owner: 'audit',
    labels: { tenant: tenantLabel },
    seriesBudget: 50,
  },
  ledger_verify_success: {
    kind: 'gauge',
    unit: 'state',
    meaning: '1 when the last verification of the whole log passed, 0 when it failed.',
    owner: 'audit',
    labels: { tenant: tenantLabel },
    seriesBudget: 50,
  },
  audit_outbox_pending: {
    kind: 'gauge',
    unit: 'items',
    meaning: 'Audit events committed with their business change and not yet in the ledger.',
    owner: 'sdk',
    labels: { service: { values: services } },
    seriesBudget: 12,
  },
  audit_outbox_oldest_seconds: {
    kind: 'gauge',
    unit: 'seconds',
    meaning: 'Age of the oldest audit event that is not yet in the ledger.',
    owner: 'sdk',
    labels: { service: { values: services } },
    seriesBudget: 12,
  },
  audit_outbox_delivered_total: {
    kind: 'counter',
    unit: 'items',
    meaning: 'Audit events the relay handed over, by the answer.',
    owner: 'sdk',
    labels: {
      service: { values: services },
      outcome: { values: ['appended', 'duplicate', 'refused', 'retried'] },
    },
    seriesBudget: 48,
  },
} as const satisfies Record<string, MetricSpec>
