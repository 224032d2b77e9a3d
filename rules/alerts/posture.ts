/** Has the infrastructure become weaker. */
import { gauge, grown, is } from '../promql/compose.ts'
import { elapsed, text, value } from '../annotations/template.ts'
import { longRunning, seriesOf } from '../trial/subjects.ts'
import { gaugeOf, pulseOf } from '../trial/trial.ts'
import type { AlertDefinition } from './definition.ts'

/** Points of 100. */
const aboveDrop = 2
/** A scan runs every night: a day and two hours. */
const aboveAgeSeconds = 26 * 3_600

/** The history is told within seconds of a scan. */
const aboveBehindSeconds = 3_600
/** Of a scan in a trial. */
const scannedAtSeconds = 100_000

/** Two weeks to mend it, or to find somebody who answers for it again. */
const waiverEndsSeconds = 14 * 86_400

const of = (name: string, labels: Readonly<Record<string, string>> = {}) =>
  seriesOf(name, labels, 'compliance')

const complianceScoreDrop: AlertDefinition = {
  name: 'ComplianceScoreDrop',
  by: [],
  service: 'compliance',
  expr: () => {
    const last = `max(${gauge('compliance_score', { bound: is('low') })})`
    return `max(${gauge('compliance_previous_score')}) - ${last} > ${aboveDrop}`
  },
  forSeconds: 0,
  summary: text`The hardening score fell by ${value} points`,
  description: text`The lower bound of the hardening score fell by ${value} points between the last two scans; the threshold is ${String(aboveDrop)}.`,
  trial: {
    signals: () => [
      gaugeOf(of('compliance_score', { bound: 'low' }), { quiet: 80, below: 78.5, boundary: 78, above: 77 }),
      gaugeOf(of('compliance_score', { bound: 'high' }), { quiet: 90 }),
    ],
    steady: () => ({ [of('compliance_previous_score')]: 80 }),
    subject: {},
    value: 3,
    onsetSeconds: 0,
    clearSeconds: 10,
  },
}

const complianceCriticalOpen: AlertDefinition = {
  name: 'ComplianceCriticalOpen',
  by: [],
  service: 'compliance',
  expr: () => `sum(${gauge('compliance_items', { severity: is('critical'), state: is('fail') })}) > 0`,
  forSeconds: 60,
  summary: text`Critical items of the checklist that fail: ${value}`,
  description: text`Critical items of the hardening checklist that fail and are not waived in the last scan: ${value}; none may.`,
  trial: {
    signals: () => [
      gaugeOf(of('compliance_items', { severity: 'critical', state: 'fail' }), { quiet: 0, above: 1 }),
      gaugeOf(of('compliance_items', { severity: 'critical', state: 'waived' }), { quiet: 2 }),
      gaugeOf(of('compliance_items', { severity: 'high', state: 'fail' }), { quiet: 3 }),
    ],
    subject: {},
    value: 1,
    onsetSeconds: 0,
    clearSeconds: 10,
  },
}

const complianceScanStale: AlertDefinition = {
  name: 'ComplianceScanStale',
  by: [],
  service: 'compliance',
  expr: () => `time() - max(${gauge('compliance_scan_timestamp_seconds')}) > ${aboveAgeSeconds}`,
  forSeconds: 600,
  summary: text`The infrastructure has not been scanned for ${elapsed}`,
  description: text`The last scan ended ${elapsed} ago; one runs every night, and the threshold is 26 hours. The score shown is of the past.`,
  trial: {
    // Times of the last scan; what is looked at is 1,500 s into the trial.
    signals: () => [
      gaugeOf(of('compliance_scan_timestamp_seconds'), {
        quiet: 0,
        below: 1_510 - aboveAgeSeconds,
        boundary: 1_500 - aboveAgeSeconds,
        above: -aboveAgeSeconds,
      }),
    ],
    subject: {},
    value: aboveAgeSeconds + 1_500,
    onsetSeconds: 0,
    clearSeconds: 10,
    quietSeconds: 600,
    lastsSeconds: 900,
  },
}

const complianceHistoryBehind: AlertDefinition = {
  name: 'ComplianceHistoryBehind',
  by: [],
  service: 'compliance',
  expr: () => {
    const last = `max(${gauge('compliance_scan_timestamp_seconds')})`
    return `${last} - max(${gauge('compliance_history_timestamp_seconds')}) > ${aboveBehindSeconds}`
  },
  forSeconds: 900,
  summary: text`The history of scans is behind`,
  description: text`The history in the database has no scan of the last hour before the newest one. What it did not refuse waits in files, at most 1,000 scans.`,
  trial: {
    signals: () => [
      gaugeOf(of('compliance_history_timestamp_seconds'), {
        quiet: scannedAtSeconds,
        below: scannedAtSeconds - aboveBehindSeconds + 10,
        boundary: scannedAtSeconds - aboveBehindSeconds,
        above: scannedAtSeconds - 2 * aboveBehindSeconds,
      }),
    ],
    steady: () => ({ [of('compliance_scan_timestamp_seconds')]: scannedAtSeconds }),
    subject: {},
    value: 2 * aboveBehindSeconds,
    onsetSeconds: 0,
    clearSeconds: 10,
    lastsSeconds: 1_200,
  },
}

const complianceWaiverEnding: AlertDefinition = {
  name: 'ComplianceWaiverEnding',
  by: [],
  service: 'compliance',
  expr: () =>
    `min(${gauge('compliance_waiver_expiry_timestamp_seconds')} > 0) - time() < ${waiverEndsSeconds}`,
  forSeconds: 600,
  summary: text`A waiver ends in ${elapsed}`,
  description: text`The first waiver of the hardening checklist ends in ${elapsed}; the threshold is 14 days. From then on its item fails again.`,
  trial: {
    // When waivers end; what is looked at is 1,500 s into the trial. Nobody waives the second item.
    signals: () => [
      gaugeOf(of('compliance_waiver_expiry_timestamp_seconds', { item: 'CTR-05' }), {
        quiet: 10 * waiverEndsSeconds,
        below: 2_510 + waiverEndsSeconds,
        boundary: 1_500 + waiverEndsSeconds,
        above: 86_400 + 1_500,
      }),
      gaugeOf(of('compliance_waiver_expiry_timestamp_seconds', { item: 'NET-01' }), { quiet: 0 }),
    ],
    subject: {},
    value: 86_400,
    onsetSeconds: 0,
    clearSeconds: 10,
    quietSeconds: 600,
    lastsSeconds: 900,
  },
}

const scanEventRefused: AlertDefinition = {
  name: 'ScanEventRefused',
  by: [],
  service: 'compliance',
  expr: ({ window }) => {
    const where = { service: is('compliance'), outcome: is('refused') } as const
    return `${grown([], 'audit_outbox_delivered_total', { where, over: window(900) })} > 0`
  },
  forSeconds: 0,
  summary: text`The ledger refused the event of a scan`,
  description: text`The ledger refused the events of ${value} scans in 15 minutes for good. The book does not say that they took place, nor what they found.`,
  trial: {
    signals: () => [
      pulseOf(of('audit_outbox_delivered_total', { service: 'compliance', outcome: 'refused' }), {
        quiet: 0,
        above: 1,
      }),
      pulseOf(of('audit_outbox_delivered_total', { service: 'compliance', outcome: 'appended' }), {
        quiet: 0,
        below: 1,
        boundary: 1,
      }),
    ],
    steady: () => longRunning('compliance'),
    subject: {},
    value: 1,
    onsetSeconds: 0,
    clearSeconds: 300,
    lastsSeconds: 600,
    countsFirst: true,
  },
}

export const postureAlerts = [
  complianceScoreDrop,
  complianceCriticalOpen,
  complianceScanStale,
  complianceHistoryBehind,
  complianceWaiverEnding,
  scanEventRefused,
]
