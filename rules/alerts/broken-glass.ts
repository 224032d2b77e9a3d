/** Was a record opened without a relationship, and did a second person look at it (34 CFR 99.31(a)(1)(ii)). */
import { gauge, grown, maxBy } from '../promql/compose.ts'
import { elapsed, tenant, text, value } from '../annotations/template.ts'
import { longRunning, seriesOf, tenantA, tenantB } from '../trial/subjects.ts'
import { gaugeOf, pulseOf } from '../trial/trial.ts'
import type { AlertDefinition } from './definition.ts'

const fiveMinutes = 300
/** Three days, a bound of the house: who was there still knows. */
const reviewWithinSeconds = 3 * 86_400

const breakGlassUsed: AlertDefinition = {
  name: 'BreakGlassUsed',
  by: ['tenant'],
  service: 'academics',
  expr: ({ window }) => `${grown(['tenant'], 'break_glass_reads_total', { over: window(fiveMinutes) })} > 0`,
  forSeconds: 0,
  summary: text`A record of ${tenant} was opened with a typed reason`,
  description: text`${value} reads of education records at ${tenant} in the last 5 minutes rest on no relationship but on a reason somebody typed. The registrar of record reviews each.`,
  trial: {
    signals: ({ tenant: of = 'university_a' }) => [
      pulseOf(seriesOf('break_glass_reads_total', { tenant: of, role: 'staff' }, 'academics'), {
        quiet: 0,
        above: 1,
      }),
    ],
    steady: () => longRunning('academics'),
    subject: tenantA,
    other: tenantB,
    value: 1,
    onsetSeconds: 0,
    clearSeconds: 60,
    lastsSeconds: 240,
    countsFirst: true,
  },
}

const breakGlassReviewOverdue: AlertDefinition = {
  name: 'BreakGlassReviewOverdue',
  by: ['tenant'],
  service: 'academics',
  expr: () => `${maxBy(['tenant'], gauge('break_glass_review_oldest_seconds'))} > ${reviewWithinSeconds}`,
  forSeconds: 0,
  summary: text`A record of ${tenant} was opened with a typed reason and nobody has looked at it`,
  description: text`The oldest such access at ${tenant} has waited ${elapsed} for its review by a second person; 3 days are the bound.`,
  trial: {
    signals: ({ tenant: of = 'university_a' }) => [
      gaugeOf(seriesOf('break_glass_review_oldest_seconds', { tenant: of }, 'academics'), {
        quiet: 0,
        below: reviewWithinSeconds - 60,
        boundary: reviewWithinSeconds,
        above: reviewWithinSeconds + 3_600,
      }),
    ],
    subject: tenantA,
    other: tenantB,
    value: reviewWithinSeconds + 3_600,
    onsetSeconds: 0,
    clearSeconds: 10,
  },
}

export const brokenGlassAlerts = [breakGlassUsed, breakGlassReviewOverdue]
