/** Events in the form Alertmanager 0.25 sends them by our generated configuration. */
import type { PagerTrigger } from '../../../contracts/pager-event.ts'
import { inboxKey } from './events.ts'

/** A page of one group whose alerts number `firing`, with links to the console at `base`. */
export function pageAlert(firing: number, base: string): PagerTrigger {
  const summary = 'academics of university_a answers 4.2 % of its requests with a 5xx'
  return {
    routing_key: inboxKey,
    event_action: 'trigger',
    dedup_key: 'c25b7f2e3f9f2b0e4a3d3a9f1f2c7e9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e',
    client: 'Alertmanager',
    client_url: 'http://127.0.0.1:9093/#/alerts?receiver=page',
    payload: {
      summary: `[FIRING:${firing}] ${summary}`,
      source: 'campanile',
      severity: 'critical',
      component: 'academics',
      group: 'university_a',
      class: 'HighErrorRate',
      custom_details: {
        tenant: 'university_a',
        service: 'academics',
        severity: 'critical',
        description:
          'Of the requests of the last 5 minutes 4.2 % ended in a 5xx; the threshold is 1 %, for 2 minutes.',
        runbook: `${base}/runbooks/HighErrorRate`,
        dashboard: `${base}/dashboards/campanile-slo?var-tenant=university_a&var-service=academics`,
        traces: `${base}/traces?service=academics&tenant=university_a&status=error`,
        firing: `Labels:\n - alertname = HighErrorRate\n - service = academics\n - tenant = university_a\nAnnotations:\n - summary = ${summary}\n`,
        num_firing: String(firing),
        num_resolved: '0',
      },
    },
    links: [
      { href: `${base}/runbooks/HighErrorRate`, text: 'Runbook' },
      {
        href: `${base}/dashboards/campanile-slo?var-tenant=university_a&var-service=academics`,
        text: 'Dashboard',
      },
      {
        href: `${base}/traces?service=academics&tenant=university_a&status=error`,
        text: 'Traces',
      },
    ],
  }
}

/** A ticket of a resource nobody is woken for. */
export function ticketAlert(
  dedupKey: string,
  summary = `Little ${dedupKey} is left on this machine`,
): PagerTrigger {
  return {
    routing_key: inboxKey,
    event_action: 'trigger',
    dedup_key: dedupKey,
    payload: { summary, source: 'campanile', severity: 'warning' },
  }
}
