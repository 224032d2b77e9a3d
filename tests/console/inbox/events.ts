/** Events and changes the tests of the inbox send. */
import type { PagerTrigger } from '../../../contracts/pager-event.ts'
import type { InboxChange, TriggerFacts } from '../../../console/inbox/incident.ts'

export const inboxKey = '0123456789abcdef0123456789abcdef'

export const facts: TriggerFacts = {
  severity: 'critical',
  summary: 'errors above 1 %',
  source: 'campanile',
  links: [],
  details: {},
}

/** Makes a change at a second of one minute. */
export function change(
  kind: 'trigger' | 'acknowledge' | 'resolve',
  dedupKey: string,
  second = 0,
): InboxChange {
  const time = new Date(Date.UTC(2026, 10, 21, 12, 0, second)).toISOString()
  return kind === 'trigger' ? { kind, time, dedupKey, facts } : { kind, time, dedupKey }
}

/** Makes a trigger as Alertmanager sends it. */
export function trigger(dedupKey: string, summary = 'errors above 1 %'): PagerTrigger {
  return {
    routing_key: inboxKey,
    event_action: 'trigger',
    dedup_key: dedupKey,
    client: 'Alertmanager',
    payload: {
      summary,
      source: 'campanile',
      severity: 'critical',
      custom_details: { tenant: 'university_a', service: 'academics' },
    },
    links: [{ href: 'http://127.0.0.1:5002/runbooks/HighErrorRate', text: 'Runbook' }],
  }
}
