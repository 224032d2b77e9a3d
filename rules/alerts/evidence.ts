/** Is the book seen from outside, and do the events reach it. Nothing here waits. */
import { earlier, gauge, grown, maxBy, minBy, oneOf } from '../promql/compose.ts'
import { service, text, value } from '../annotations/template.ts'
import { booking, longRunning, seriesOf, users } from '../trial/subjects.ts'
import { counterOf, gaugeOf, pulseOf } from '../trial/trial.ts'
import type { AlertDefinition } from './definition.ts'

const fiveMinutes = 300

const anchorQuorumMissing: AlertDefinition = {
  name: 'AnchorQuorumMissing',
  by: [],
  service: 'ledger',
  // A witness that is away for one round of ten seconds is no page. Without witnesses the gauge is always 1.
  expr: ({ window }) => {
    const now = minBy([], gauge('ledger_anchor_quorum'))
    const before = maxBy([], earlier('ledger_anchor_quorum', window(fiveMinutes)))
    return `${now} == 0 and ${before} == 0`
  },
  forSeconds: 0,
  summary: text`The newest anchor checkpoint lacks the quorum of its witnesses`,
  description: text`The anchor log over all tenants’ checkpoints has no quorum of cosignatures, now and 5 minutes ago, or its files are not what was signed. What is appended meanwhile is signed by this appliance alone: nobody else can say later that it was not rewritten.`,
  trial: {
    signals: () => [gaugeOf(seriesOf('ledger_anchor_quorum', {}, 'ledger'), { quiet: 1, above: 0 })],
    subject: {},
    value: 0,
    onsetSeconds: 300,
    clearSeconds: 10,
  },
}

const witnessContradicts: AlertDefinition = {
  name: 'WitnessContradicts',
  by: [],
  service: 'ledger',
  expr: ({ window }) => {
    const where = { outcome: oneOf('ahead', 'inconsistent') } as const
    return `${grown([], 'ledger_witness_requests_total', { where, over: window(fiveMinutes) })} > 0`
  },
  forSeconds: 0,
  summary: text`A witness contradicts the anchor log`,
  description: text`Witnesses answered ${value} times in 5 minutes that they know a larger anchor log, or another one, than this appliance shows them. Either it was set back or rewritten, or the witness lies.`,
  trial: {
    signals: () => {
      const series = (outcome: string) =>
        seriesOf('ledger_witness_requests_total', { witness: 'ring.example', outcome }, 'ledger')
      return [
        pulseOf(series('inconsistent'), { quiet: 0, above: 1 }),
        counterOf(series('cosigned'), { quiet: 1 }),
      ]
    },
    steady: () => longRunning('ledger'),
    subject: {},
    value: 1,
    onsetSeconds: 0,
    clearSeconds: 60,
    lastsSeconds: 240,
    countsFirst: true,
  },
}

/** One count of a spool, of a service that has run for long. */
function spoolTrial(countOf: (service: string) => ReturnType<typeof seriesOf>): AlertDefinition['trial'] {
  return {
    signals: ({ service: of = 'users' }) => [pulseOf(countOf(of), { quiet: 0, above: 1 })],
    steady: ({ service: of = 'users' }) => longRunning(of),
    subject: users,
    other: booking,
    value: 1,
    onsetSeconds: 0,
    clearSeconds: 60,
    lastsSeconds: 240,
    countsFirst: true,
  }
}

const auditSpoolRefused: AlertDefinition = {
  name: 'AuditSpoolRefused',
  by: ['service'],
  expr: ({ window }) =>
    `${grown(['service'], 'audit_spool_refused_total', { over: window(fiveMinutes) })} > 0`,
  forSeconds: 0,
  summary: text`The audit spool of ${service} refuses events`,
  description: text`The spool of ${service} did not take ${value} audit events in 5 minutes, because it is full or its disk fails. Whoever wanted to act was refused: nothing was done without its event.`,
  trial: spoolTrial((of) => seriesOf('audit_spool_refused_total', { service: of, reason: 'full' }, of)),
}

const auditSpoolLosses: AlertDefinition = {
  name: 'AuditSpoolLosses',
  by: ['service'],
  expr: ({ window }) =>
    `${grown(['service'], 'audit_spool_losses_total', { over: window(fiveMinutes) })} > 0`,
  forSeconds: 0,
  summary: text`The audit spool of ${service} is damaged`,
  description: text`The spool of ${service} set ${value} damaged records aside, or cut torn ends, in 5 minutes. A torn end was never acknowledged and is sent again; a damaged record may be an event that is nowhere else.`,
  trial: spoolTrial((of) => seriesOf('audit_spool_losses_total', { service: of, kind: 'damaged' }, of)),
}

export const evidenceAlerts = [anchorQuorumMissing, witnessContradicts, auditSpoolRefused, auditSpoolLosses]
