import { services } from '../services.ts'
import { tenantLabel, type MetricSpec } from './define.ts'

/** How this appliance answers as a witness (C2SP tlog-witness). */
export const witnessAnswers = [
  'cosigned',
  'conflict',
  'malformed',
  'unknown_origin',
  'unsigned',
  'inconsistent',
  'busy',
] as const
export type WitnessAnswerName = (typeof witnessAnswers)[number]

/** What comes of asking a witness. */
export const witnessOutcomes = [
  'cosigned',
  'ahead',
  'inconsistent',
  'refused',
  'unavailable',
  'malformed',
] as const
export type WitnessOutcomeName = (typeof witnessOutcomes)[number]

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
  ledger_witness_answers_total: {
    kind: 'counter',
    unit: 'items',
    meaning: 'Checkpoints that other logs asked this appliance to cosign, by the answer.',
    owner: 'audit',
    labels: { outcome: { values: witnessAnswers } },
    seriesBudget: 8,
  },
  ledger_witness_requests_total: {
    kind: 'counter',
    unit: 'items',
    meaning: 'Anchor checkpoints a witness was asked to cosign, by what came of it.',
    owner: 'audit',
    labels: { witness: { budget: 16 }, outcome: { values: witnessOutcomes } },
    seriesBudget: 120,
  },
  ledger_anchor_size: {
    kind: 'gauge',
    unit: 'items',
    meaning: 'Checkpoints of tenant logs in the anchor log.',
    owner: 'audit',
    labels: {},
    seriesBudget: 1,
  },
  ledger_anchor_quorum: {
    kind: 'gauge',
    unit: 'state',
    meaning:
      '1 when the newest anchor checkpoint has the quorum of its policy, 0 when it lacks cosignatures.',
    owner: 'audit',
    labels: {},
    seriesBudget: 1,
  },
  ledger_anchor_cosigned_timestamp_seconds: {
    kind: 'gauge',
    unit: 'timestamp_seconds',
    meaning: 'When an anchor checkpoint last had the quorum of its policy.',
    owner: 'audit',
    labels: {},
    seriesBudget: 1,
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
  audit_outbox_dead_letters: {
    kind: 'gauge',
    unit: 'items',
    meaning: 'Audit events the ledger refused for good and nobody has repaired.',
    owner: 'sdk',
    labels: { service: { values: services } },
    seriesBudget: 12,
  },
  audit_spool_bytes: {
    kind: 'gauge',
    unit: 'bytes',
    meaning: 'Bytes of the files in which audit events wait for the ledger.',
    owner: 'sdk',
    labels: { service: { values: services } },
    seriesBudget: 12,
  },
  audit_spool_refused_total: {
    kind: 'counter',
    unit: 'items',
    meaning: 'Audit events a spool did not take, because it was full or its disk failed.',
    owner: 'sdk',
    labels: { service: { values: services }, reason: { values: ['full', 'failed'] } },
    seriesBudget: 24,
  },
  audit_spool_losses_total: {
    kind: 'counter',
    unit: 'items',
    meaning: 'Damaged records a spool set aside, and torn ends it cut, of which nothing was acknowledged.',
    owner: 'sdk',
    labels: { service: { values: services }, kind: { values: ['damaged', 'torn'] } },
    seriesBudget: 24,
  },
} as const satisfies Record<string, MetricSpec>
