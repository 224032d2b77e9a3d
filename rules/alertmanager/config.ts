/** The whole configuration of Alertmanager 0.25 as a value: nothing newer than that release is used. */
import { pagerSeverity } from '../../contracts/alerts.ts'
import { buildInhibition, type InhibitRule } from './inhibition.ts'
import type { AlertmanagerOptions } from './options.ts'
import { buildRoutes, type Route } from './routes.ts'
import { templateFile } from './templates.ts'

export interface AlertmanagerConfig {
  readonly templates: readonly string[]
  readonly route: Route
  readonly inhibit_rules: readonly InhibitRule[]
  readonly receivers: readonly unknown[]
}

/** Where PagerDuty takes events; the inbox takes the same ones. */
const pagerdutyUrl = 'https://events.pagerduty.com/v2/enqueue'

/** Builds the configuration. */
export function buildConfig(options: AlertmanagerOptions): AlertmanagerConfig {
  return {
    templates: [templateFile],
    route: buildRoutes(options.timeScale),
    inhibit_rules: buildInhibition(),
    receivers: [
      { name: 'page', pagerduty_configs: senders(options, pagerSeverity.critical) },
      { name: 'ticket', pagerduty_configs: senders(options, pagerSeverity.warning) },
      {
        name: 'heartbeat',
        webhook_configs: [{ url: options.heartbeatUrl, send_resolved: false, max_alerts: 10 }],
      },
      {
        name: 'direct',
        webhook_configs: [{ url: alertsUrl(options), send_resolved: true, max_alerts: 10 }],
      },
    ],
  }
}

/** Where the heartbeat takes what the other receivers cannot deliver, beside the Watchdog. */
function alertsUrl({ heartbeatUrl }: AlertmanagerOptions): string {
  return heartbeatUrl.replace(/[^/]*$/, 'alerts')
}

function senders(options: AlertmanagerOptions, severity: string) {
  const { inboxUrl, inboxKeyFile, pagerdutyKeyFile } = options
  const inbox = { url: inboxUrl, routing_key_file: inboxKeyFile, ...event(options, severity) }
  if (pagerdutyKeyFile === undefined) return [inbox]
  return [inbox, { url: pagerdutyUrl, routing_key_file: pagerdutyKeyFile, ...event(options, severity) }]
}

const template = (name: string) => `{{ template "campanile.${name}" . }}`

/** One event. Its severity is written out per receiver: no label can bring in a word PagerDuty refuses. */
function event({ consoleUrl }: AlertmanagerOptions, severity: string) {
  return {
    send_resolved: true,
    severity,
    client: 'Campanile',
    client_url: `${consoleUrl}/inbox`,
    description: template('summary'),
    source: template('source'),
    component: template('common.service'),
    group: template('common.tenant'),
    class: template('area'),
    details: {
      tenant: template('tenant'),
      service: template('service'),
      severity,
      area: template('area'),
      description: template('description'),
      runbook: template('runbooks'),
      dashboard: template('dashboard'),
      traces: template('traces'),
      by_tenant: template('count.tenant'),
      by_service: template('count.service'),
      num_firing: '{{ len .Alerts.Firing }}',
      num_resolved: '{{ len .Alerts.Resolved }}',
      // Alertmanager's own texts for these two name every alert: of a storm nothing would be left below 512,000 bytes.
      firing: template('count.alertname'),
      resolved: '{{ len .Alerts.Resolved }}',
    },
    links: [
      { href: template('runbook'), text: 'Runbook' },
      { href: template('dashboard'), text: 'Dashboard' },
      { href: template('traces'), text: 'Traces' },
    ],
  }
}
