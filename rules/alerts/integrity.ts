/** Is the book whole. Nothing here waits. */
import { asService, earlier, gauge, grown, lastOf, maxBy, minBy, oneOf } from '../promql/compose.ts'
import { elapsed, service, tenant, text, value } from '../annotations/template.ts'
import { booking, longRunning, seriesOf, tenantA, tenantB, users } from '../trial/subjects.ts'
import { counterOf, gaugeOf, pulseOf } from '../trial/trial.ts'
import type { AlertDefinition } from './definition.ts'

const fiveMinutes = 300
/** The relay delivers within a second; a restart of PostgreSQL or the ledger takes less than this. */
const aboveLagSeconds = 60

const ledgerChainBroken: AlertDefinition = {
  name: 'LedgerChainBroken',
  by: ['tenant'],
  service: 'ledger',
  expr: () => `${minBy(['tenant'], gauge('ledger_verify_success'))} == 0`,
  forSeconds: 0,
  summary: text`The audit log of ${tenant} does not verify`,
  description: text`The ledger derived the log of ${tenant} again and found another one than it had signed: an entry was changed, removed or put in between.`,
  trial: {
    signals: ({ tenant: of = 'university_a' }) => [
      gaugeOf(seriesOf('ledger_verify_success', { tenant: of }, 'ledger'), { quiet: 1, above: 0 }),
    ],
    subject: tenantA,
    other: tenantB,
    value: 0,
    onsetSeconds: 0,
    clearSeconds: 10,
  },
}

const auditOutboxLag: AlertDefinition = {
  name: 'AuditOutboxLag',
  by: ['service'],
  expr: () => `${maxBy(['service'], gauge('audit_outbox_oldest_seconds'))} > ${aboveLagSeconds}`,
  forSeconds: 0,
  summary: text`Audit events of ${service} do not reach the ledger`,
  description: text`The oldest audit event of ${service} has waited ${elapsed} for the ledger; the threshold is ${String(aboveLagSeconds)} s. Nothing is lost: events wait in the database they were written to.`,
  trial: {
    signals: ({ service: of = 'users' }) => [
      gaugeOf(seriesOf('audit_outbox_oldest_seconds', { service: of }, of), {
        quiet: 0.2,
        below: 50,
        boundary: 60,
        above: 90,
      }),
    ],
    subject: users,
    other: booking,
    value: 90,
    onsetSeconds: 0,
    clearSeconds: 10,
  },
}

const checkpointMissing: AlertDefinition = {
  name: 'CheckpointMissing',
  by: ['tenant'],
  service: 'ledger',
  // Not the age of the last signature: a quiet night signs nothing, and one log must not hide behind another.
  // A log nothing was ever signed of has no size yet.
  expr: ({ window }) => {
    const existed = maxBy(['tenant'], earlier('ledger_entries', window(fiveMinutes)))
    const signed = maxBy(['tenant'], gauge('ledger_checkpoint_size'))
    return `${existed} - (${signed} or 0 * ${maxBy(['tenant'], gauge('ledger_entries'))}) > 0`
  },
  forSeconds: 0,
  summary: text`The ledger signs no checkpoint of ${tenant}`,
  description: text`The log of ${tenant} has ${value} entries that are older than 5 minutes and that no checkpoint covers. What is not signed can be changed without anybody noticing.`,
  trial: {
    signals: ({ tenant: of = 'university_a' }) => {
      const series = (name: string) => seriesOf(name, { tenant: of }, 'ledger')
      return [
        pulseOf(series('ledger_entries'), { quiet: 100, below: 0, boundary: 10, above: 10 }),
        pulseOf(series('ledger_checkpoint_size'), { quiet: 100, below: 0, boundary: 10, above: 0 }),
      ]
    },
    subject: tenantA,
    other: tenantB,
    value: 10,
    onsetSeconds: 300,
    clearSeconds: 10,
  },
}

/** A round every two minutes; the first one after a start walks the whole log, millions of entries in an hour. */
const unverifiedSeconds = 3_600
/** How long a verifier that has gone is missed by what it said last. */
const verifierRememberedSeconds = 3 * unverifiedSeconds

const ledgerUnverified: AlertDefinition = {
  name: 'LedgerUnverified',
  by: ['tenant'],
  service: 'ledger',
  expr: ({ window }) => {
    const last = maxBy(
      ['tenant'],
      lastOf('ledger_verify_timestamp_seconds', window(verifierRememberedSeconds)),
    )
    const existed = maxBy(['tenant'], earlier('ledger_entries', window(unverifiedSeconds)))
    return `time() - ${last} > ${unverifiedSeconds} or ${existed} > 0 unless ${last}`
  },
  forSeconds: 0,
  summary: text`The audit log of ${tenant} is no longer verified`,
  description: text`The ledger has not finished verifying the log of ${tenant} for an hour; a round takes 2 minutes. Until it does, a changed entry would not be noticed and the last verdict says nothing of now.`,
  trial: {
    // Times of the last verdict; what is looked at is 1,500 s into the trial.
    signals: ({ tenant: of = 'university_a' }) => [
      gaugeOf(seriesOf('ledger_verify_timestamp_seconds', { tenant: of }, 'ledger'), {
        quiet: 3_000,
        below: 1_510 - unverifiedSeconds,
        boundary: 1_500 - unverifiedSeconds,
        above: -unverifiedSeconds,
      }),
    ],
    subject: tenantA,
    other: tenantB,
    value: 1_500 + unverifiedSeconds,
    onsetSeconds: 0,
    clearSeconds: 10,
    quietSeconds: 600,
    lastsSeconds: 900,
  },
}

const ledgerEventsRefused: AlertDefinition = {
  name: 'LedgerEventsRefused',
  by: ['service'],
  expr: ({ window }) => {
    const where = { outcome: oneOf('invalid', 'conflict') } as const
    const over = window(fiveMinutes)
    return `sum by (service) (${asService(grown(['producer'], 'ledger_events_total', { where, over }), 'producer')}) > 0`
  },
  forSeconds: 0,
  summary: text`The ledger refuses audit events of ${service}`,
  description: text`The ledger refused ${value} audit events of ${service} in the last 5 minutes, as malformed or as another event under a known id. They are kept aside and are not in the book.`,
  trial: {
    signals: ({ service: producer = 'users' }) => [
      pulseOf(seriesOf('ledger_events_total', { producer, outcome: 'invalid' }, 'ledger'), {
        quiet: 0,
        above: 1,
      }),
      counterOf(seriesOf('ledger_events_total', { producer, outcome: 'appended' }, 'ledger'), { quiet: 1 }),
    ],
    steady: () => longRunning('ledger'),
    subject: users,
    other: booking,
    value: 1,
    onsetSeconds: 0,
    clearSeconds: 60,
    lastsSeconds: 240,
    countsFirst: true,
  },
}

export const integrityAlerts = [
  ledgerChainBroken,
  ledgerUnverified,
  auditOutboxLag,
  checkpointMissing,
  ledgerEventsRefused,
]
