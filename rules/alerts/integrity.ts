/** Is the book whole. Nothing here waits. */
import { asService, gauge, grown, increase, is, maxBy, minBy, oneOf } from '../promql/compose.ts'
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
  by: [],
  service: 'ledger',
  // Signed every few seconds, but only when a log has grown: a quiet night signs nothing.
  expr: ({ window }) => {
    const over = window(240)
    const appended = increase('ledger_events_total', {
      where: { outcome: is('appended') },
      over,
      ago: window(60),
    })
    const signed = `time() - max(${gauge('ledger_checkpoint_timestamp_seconds')}) < ${window(fiveMinutes).seconds}`
    return `sum(${appended}) > 0 unless ${signed}`
  },
  forSeconds: 0,
  summary: text`The ledger signs no checkpoint`,
  description: text`The ledger appended ${value} events between 5 minutes and 1 minute ago and has signed no checkpoint of any log since. What is not signed can be changed without anybody noticing.`,
  trial: {
    signals: () => [
      counterOf(seriesOf('ledger_events_total', { producer: 'users', outcome: 'appended' }, 'ledger'), {
        quiet: 1,
      }),
      // Time of the last checkpoint; the level under test begins 600 s and is looked at 1,500 s into the trial.
      gaugeOf(seriesOf('ledger_checkpoint_timestamp_seconds', { tenant: 'university_a' }, 'ledger'), {
        quiet: 3_000,
        below: 1_210,
        boundary: 1_201,
        above: 500,
      }),
    ],
    subject: {},
    value: 24,
    onsetSeconds: 200,
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

export const integrityAlerts = [ledgerChainBroken, auditOutboxLag, checkpointMissing, ledgerEventsRefused]
