import { basisCodes } from '../basis.ts'
import { roles } from '../services.ts'
import { tenantLabel, type MetricSpec } from './define.ts'

const count = { kind: 'counter', unit: 'items', owner: 'app' } as const

export const campusMetrics = {
  auth_login_total: {
    ...count,
    meaning: 'Attempts to log in, by outcome.',
    labels: {
      tenant: tenantLabel,
      outcome: { values: ['success', 'failure'] },
      reason: { values: ['none', 'bad_credentials', 'rate_limited', 'account_disabled', 'unavailable'] },
    },
    seriesBudget: 500,
  },
  auth_refresh_total: {
    ...count,
    meaning: 'Refresh tokens presented, by outcome.',
    labels: { tenant: tenantLabel, outcome: { values: ['rotated', 'expired', 'unknown', 'reused'] } },
    seriesBudget: 200,
  },
  auth_refresh_reuse_total: {
    ...count,
    meaning: 'Refresh tokens presented a second time: the whole family is revoked.',
    labels: { tenant: tenantLabel },
    seriesBudget: 50,
  },
  jwt_validation_failures_total: {
    ...count,
    meaning: 'Access tokens a service refused, by reason.',
    labels: {
      service: { values: ['gateway', 'users', 'academics', 'booking'] },
      reason: { values: ['malformed', 'expired', 'signature', 'claims', 'algorithm'] },
    },
    seriesBudget: 20,
  },
  cross_tenant_denied_total: {
    ...count,
    meaning: 'Attempts to reach another tenant, by how.',
    labels: {
      service: { values: ['gateway', 'users', 'academics', 'booking', 'ledger'] },
      kind: { values: ['claim', 'header', 'path', 'body', 'row', 'setting'] },
    },
    seriesBudget: 30,
  },
  sessions_active: {
    kind: 'gauge',
    unit: 'items',
    owner: 'app',
    meaning: 'Refresh-token families that are neither expired nor revoked, by role.',
    labels: { tenant: tenantLabel, role: { values: roles } },
    seriesBudget: 400,
  },
  users: {
    kind: 'gauge',
    unit: 'items',
    owner: 'app',
    meaning: 'Accounts by role.',
    labels: { tenant: tenantLabel, role: { values: roles } },
    seriesBudget: 400,
  },
  gpa_calculations_total: {
    ...count,
    meaning: 'GPA calculations asked for.',
    labels: { tenant: tenantLabel, outcome: { values: ['success', 'invalid'] } },
    seriesBudget: 100,
  },
  record_reads_total: {
    ...count,
    meaning:
      'Education records read, by basis of 34 CFR 99.31 and whether the disclosure record is required.',
    labels: {
      tenant: tenantLabel,
      class: { values: ['access', 'disclosure'] },
      basis: { values: basisCodes },
    },
    seriesBudget: 3_000,
  },
  record_reads_denied_total: {
    ...count,
    meaning: 'Reads of education records that were refused, by reason.',
    labels: {
      tenant: tenantLabel,
      reason: { values: ['no_relationship', 'role', 'unknown_student', 'reason_missing'] },
    },
    seriesBudget: 200,
  },
  break_glass_reads_total: {
    ...count,
    meaning: 'Reads of education records outside a relationship, with a typed reason.',
    labels: { tenant: tenantLabel, role: { values: roles } },
    seriesBudget: 400,
  },
  break_glass_reviews_total: {
    ...count,
    meaning: 'Reviews of records that were opened with a typed reason, by what the second person found.',
    labels: { tenant: tenantLabel, verdict: { values: ['justified', 'unjustified'] } },
    seriesBudget: 100,
  },
  break_glass_reviews_waiting: {
    kind: 'gauge',
    unit: 'items',
    owner: 'app',
    meaning: 'Records that were opened with a typed reason and that nobody has reviewed yet.',
    labels: { tenant: tenantLabel },
    seriesBudget: 50,
  },
  break_glass_review_oldest_seconds: {
    kind: 'gauge',
    unit: 'seconds',
    owner: 'app',
    meaning: 'How long the oldest of them has waited for its review; 0 while none waits.',
    labels: { tenant: tenantLabel },
    seriesBudget: 50,
  },
  grade_changes_total: {
    ...count,
    meaning: 'Grades entered or changed.',
    labels: { tenant: tenantLabel, kind: { values: ['entered', 'changed'] } },
    seriesBudget: 100,
  },
  bookings_created_total: {
    ...count,
    meaning: 'Room bookings made.',
    labels: { tenant: tenantLabel, role: { values: roles } },
    seriesBudget: 400,
  },
  booking_conflicts_total: {
    ...count,
    meaning: 'Bookings refused because the room was taken, by the layer that found it.',
    labels: { tenant: tenantLabel },
    seriesBudget: 50,
  },
  booking_rejected_total: {
    ...count,
    meaning: 'Bookings refused by a rule.',
    labels: {
      tenant: tenantLabel,
      reason: { values: ['outside_hours', 'in_the_past', 'too_long', 'unknown_room', 'other_day', 'quota'] },
    },
    seriesBudget: 300,
  },
  demo_requests_total: {
    ...count,
    meaning: 'Requests the demo traffic sent, by outcome.',
    labels: {
      scenario: {
        values: ['login', 'booking', 'availability', 'gpa', 'transcript', 'accesses', 'directory'],
      },
      outcome: { values: ['success', 'refused', 'error'] },
    },
    seriesBudget: 30,
  },
} as const satisfies Record<string, MetricSpec>
