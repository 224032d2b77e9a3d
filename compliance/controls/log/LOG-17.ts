/** Somebody hears within minutes that audit events no longer arrive. */
import { knownValueOf, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import { alertControl, textsOf } from '../read/alerting.ts'
import { environmentOf } from '../read/terraform.ts'

const ingest =
  /^(?:\w*_)?(?:audit|ledger)\w*(?:outbox|dead|lag|pending|events|append|ingest|delivered|spool|oldest|last|entries|queue)/i

/** Series that grow while events are not taken. */
const backlog = /oldest|lag|pending|dead|outbox|spool|queue|age|dropped|lost|refused|fail|last|gap|missing/i

export const control = alertControl({
  id: 'LOG-17',
  about: 'the way of audit events',
  expected:
    'an alert on the arrival of audit events, or on those that cannot be delivered, fires within 5 minutes',
  fix: 'add an alert on the age of the oldest audit event that waits, or on absent(…) of what arrives, for: 5m at most',
  page: {
    why: 'Records of disclosures that are not written cannot be written later. Silence looks like a quiet day.',
    good: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: integrity\n    rules:\n      - alert: AuditOutboxLag\n        expr: max by (service) (audit_outbox_oldest_seconds) > 60\n        for: 2m\n        labels:\n          severity: critical\n',
      },
    ],
    bad: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: integrity\n    rules:\n      - alert: AuditOutboxLag\n        expr: max by (service) (audit_outbox_oldest_seconds) > 60\n        for: 1h\n        labels:\n          severity: critical\n',
      },
    ],
  },
  concerns: ({ metrics }) => metrics.some((name) => ingest.test(name)),
  isAbout: isAbsence,
  whyWrong: ({ operator, metrics, threshold }) => {
    const isBacklog = metrics.some((name) => backlog.test(name))
    // What waits, or was lost, is too much; what arrives is too little.
    const isLoss = isBacklog ? /^(?:>|!=)/.test(operator) : /^(?:<|==)/.test(operator)
    return isLoss ? undefined : `it fires ${operator} ${threshold}, and events that are lost make it no more`
  },
  withinSeconds: (alert, evidence) =>
    60 * parameterOf('LOG-17.minutes', environmentOf(alert, evidence), evidence.parameters),
})

/** `absent(rate(audit_events_total[5m]))` compares with nothing. */
function isAbsence(alert: Resource): boolean {
  const functions = textsOf(knownValueOf(alert, 'query.functions'))
  const metrics = textsOf(knownValueOf(alert, 'query.metrics'))
  return functions.some((name) => name.startsWith('absent')) && metrics.some((name) => ingest.test(name))
}
