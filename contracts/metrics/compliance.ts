import type { MetricSpec } from './define.ts'

const severities = ['critical', 'high', 'medium', 'low'] as const
const states = ['pass', 'fail', 'unknown', 'not-applicable', 'waived'] as const
export const complianceSources = ['terraform', 'compose', 'dockerfile', 'postgres', 'http'] as const

export const complianceMetrics = {
  compliance_score: {
    kind: 'gauge',
    unit: 'items',
    meaning:
      'Hardening score of the last scan, 0 to 100: unknown counted as failed, as passed, and without waivers.',
    owner: 'compliance',
    labels: { bound: { values: ['low', 'high', 'raw'] } },
    seriesBudget: 3,
  },
  compliance_previous_score: {
    kind: 'gauge',
    unit: 'items',
    meaning: 'Lower bound of the score of the scan before the last one, 0 to 100.',
    owner: 'compliance',
    labels: {},
    seriesBudget: 1,
  },
  compliance_coverage_ratio: {
    kind: 'gauge',
    unit: 'ratio',
    meaning: 'Resources a control could judge, of those that were found.',
    owner: 'compliance',
    labels: {},
    seriesBudget: 1,
  },
  compliance_items: {
    kind: 'gauge',
    unit: 'items',
    meaning: 'Items of the checklist by severity and state.',
    owner: 'compliance',
    labels: { severity: { values: severities }, state: { values: states } },
    seriesBudget: 20,
  },
  compliance_framework_controls: {
    kind: 'gauge',
    unit: 'items',
    meaning: 'Controls of a framework that something measures, by state.',
    owner: 'compliance',
    labels: {
      framework: { values: ['soc2', 'ferpa', 'gdpr', 'n53', 'n171', 'cis', 'glba'] },
      state: { values: ['pass', 'fail', 'unknown'] },
    },
    seriesBudget: 21,
  },
  compliance_resources: {
    kind: 'gauge',
    unit: 'items',
    meaning: 'Resources the last scan found, by source.',
    owner: 'compliance',
    labels: { source: { values: complianceSources } },
    seriesBudget: 5,
  },
  compliance_gather_faults: {
    kind: 'gauge',
    unit: 'items',
    meaning: 'Files and answers the last scan could not read, by source.',
    owner: 'compliance',
    labels: { source: { values: complianceSources } },
    seriesBudget: 5,
  },
  compliance_scan_timestamp_seconds: {
    kind: 'gauge',
    unit: 'timestamp_seconds',
    meaning: 'When the last scan ended; 0 before the first.',
    owner: 'compliance',
    labels: {},
    seriesBudget: 1,
  },
  compliance_scan_duration_seconds: {
    kind: 'gauge',
    unit: 'seconds',
    meaning: 'How long the last scan took.',
    owner: 'compliance',
    labels: {},
    seriesBudget: 1,
  },
  compliance_scans_total: {
    kind: 'counter',
    unit: 'items',
    meaning: 'Scans by outcome.',
    owner: 'compliance',
    labels: { outcome: { values: ['success', 'failure'] } },
    seriesBudget: 2,
  },
} as const satisfies Record<string, MetricSpec>
