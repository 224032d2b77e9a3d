/** Do students and authorities get what they are owed in time (34 CFR 99.10(b), 99.32(b)(2)(iii)). */
import { gauge, is, maxBy, sumBy } from '../promql/compose.ts'
import { elapsed, tenant, text, value } from '../annotations/template.ts'
import { seriesOf, tenantA, tenantB } from '../trial/subjects.ts'
import { gaugeOf } from '../trial/trial.ts'
import type { AlertDefinition } from './definition.ts'

const daySeconds = 86_400

interface Waiting extends Pick<AlertDefinition, 'name' | 'summary' | 'description'> {
  readonly clock: 'inspection' | 'redisclosure'
  readonly aboveDays: number
}

/** Defines an alert about the oldest open entry of a clock. */
function waiting({ clock, aboveDays, ...words }: Waiting): AlertDefinition {
  const above = aboveDays * daySeconds
  return {
    ...words,
    by: ['tenant'],
    service: 'ledger',
    expr: () =>
      `${maxBy(['tenant'], gauge('ledger_record_clock_oldest_seconds', { clock: is(clock) }))} > ${above}`,
    forSeconds: 0,
    trial: {
      signals: ({ tenant: of = 'university_a' }) => [
        gaugeOf(seriesOf('ledger_record_clock_oldest_seconds', { tenant: of, clock }, 'ledger'), {
          quiet: 0,
          below: above - 60,
          boundary: above,
          above: above + 3_600,
        }),
      ],
      subject: tenantA,
      other: tenantB,
      value: above + 3_600,
      onsetSeconds: 0,
      clearSeconds: 10,
    },
  }
}

const inspectionAfter30Days = waiting({
  name: 'InspectionAfter30Days',
  clock: 'inspection',
  aboveDays: 30,
  summary: text`A request to inspect records at ${tenant} is 30 days old`,
  description: text`The oldest open request to inspect education records at ${tenant} has waited ${elapsed}. It is due 45 days after it came in; until it is answered nothing of the student may be destroyed.`,
})

const inspectionAfter40Days = waiting({
  name: 'InspectionAfter40Days',
  clock: 'inspection',
  aboveDays: 40,
  summary: text`A request to inspect records at ${tenant} is 40 days old`,
  description: text`The oldest open request to inspect education records at ${tenant} has waited ${elapsed}: 5 days and less are left of the 45.`,
})

const inspectionAfter44Days = waiting({
  name: 'InspectionAfter44Days',
  clock: 'inspection',
  aboveDays: 44,
  summary: text`A request to inspect records at ${tenant} is due within a day`,
  description: text`The oldest open request to inspect education records at ${tenant} has waited ${elapsed}. It is due 45 days after it came in: that is a day or less from now, or past.`,
})

const redisclosureAfter25Days = waiting({
  name: 'RedisclosureAfter25Days',
  clock: 'redisclosure',
  aboveDays: 25,
  summary: text`A request for re-disclosure records of ${tenant} is 25 days old`,
  description: text`The oldest open request of ${tenant} for the records an authority keeps of its re-disclosures has waited ${elapsed}. It is due within 30 days.`,
})

const recordClockOverdue: AlertDefinition = {
  name: 'RecordClockOverdue',
  by: ['tenant'],
  service: 'ledger',
  expr: () => `${sumBy(['tenant'], gauge('ledger_record_clock_overdue'))} > 0`,
  forSeconds: 0,
  summary: text`${tenant} has missed a day it was bound to`,
  description: text`${value} entries in the registers of ${tenant} are past their day and not done: requests to inspect, requests for re-disclosure records, or agreements by which records were to be destroyed.`,
  trial: {
    signals: ({ tenant: of = 'university_a' }) => [
      gaugeOf(seriesOf('ledger_record_clock_overdue', { tenant: of, clock: 'agreement' }, 'ledger'), {
        quiet: 0,
        above: 1,
      }),
      gaugeOf(seriesOf('ledger_record_clock_overdue', { tenant: of, clock: 'inspection' }, 'ledger'), {
        quiet: 0,
        above: 1,
      }),
    ],
    subject: tenantA,
    other: tenantB,
    value: 2,
    onsetSeconds: 0,
    clearSeconds: 10,
  },
}

export const recordClockAlerts = [
  inspectionAfter30Days,
  inspectionAfter40Days,
  inspectionAfter44Days,
  redisclosureAfter25Days,
  recordClockOverdue,
]
