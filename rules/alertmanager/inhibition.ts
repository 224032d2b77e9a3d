/**
 * Which alert keeps quiet while another fires, because the other is its cause or says the same better. A ticket
 * never keeps a page quiet.
 *
 * There is no rule for the warning of an alert that is also critical: the catalogue gives every name one severity.
 * Such a rule would keep nothing quiet and, since Alertmanager 0.25 holds every target against every source, take
 * most of a minute of a storm of ten thousand alerts.
 */
import type { AlertName } from '../../contracts/alerts.ts'
import type { Service } from '../../contracts/services.ts'

export interface InhibitRule {
  readonly source_matchers: readonly string[]
  readonly target_matchers: readonly string[]
  /** A label that both lack counts as equal. */
  readonly equal?: readonly string[]
}

/** Services whose requests end in PostgreSQL. */
const databaseServices: readonly Service[] = ['gateway', 'users', 'academics', 'booking', 'ledger']

const named = (name: AlertName) => `alertname="${name}"`
const oneOf = (...names: readonly AlertName[]) => `alertname=~"${names.join('|')}"`

/** Builds the rules. */
export function buildInhibition(): readonly InhibitRule[] {
  return [
    // The SLO alert counts the same failures, and says how long the budget lasts.
    {
      source_matchers: [named('SloFastBurn'), 'slo=~".*-availability"'],
      target_matchers: [named('TenantErrorRate')],
      equal: ['tenant', 'service'],
    },
    // Slow answers say nothing of failed ones. HighErrorRate is measured over all tenants: no tenant's budget, and
    // no small one's above all, keeps it quiet.
    {
      source_matchers: [named('SloFastBurn'), 'slo=~".*-latency"'],
      target_matchers: [named('HighLatencyP95')],
      equal: ['tenant', 'service'],
    },
    // What is not there answers nobody: one page for each service that is gone, and not one for each effect.
    {
      source_matchers: [named('ServiceDown')],
      target_matchers: [
        oneOf(
          'SloFastBurn',
          'SloSlowBurn',
          'SloSignalAbsent',
          'HighErrorRate',
          'TenantErrorRate',
          'HighLatencyP95',
        ),
      ],
      equal: ['service'],
    },
    {
      source_matchers: [named('SloFastBurn')],
      target_matchers: [named('SloSlowBurn')],
      equal: ['tenant', 'service', 'slo'],
    },
    // What an exporter no longer tells cannot be judged; it is named by its job.
    {
      source_matchers: [named('DatabaseUnwatched')],
      target_matchers: [named('DatabaseConnectionsHigh')],
    },
    {
      source_matchers: [named('ExporterDown'), 'service="node-exporter"'],
      target_matchers: [oneOf('HighCpuUsage', 'HighMemoryUsage')],
    },
    // Without a database everything behind it fails.
    {
      source_matchers: [named('DatabaseDown')],
      target_matchers: [oneOf('DatabaseConnectionsHigh', 'DatabasePoolExhausted', 'CircuitBreakerOpen')],
    },
    {
      source_matchers: [named('DatabaseDown')],
      target_matchers: [
        oneOf('SloFastBurn', 'SloSlowBurn', 'HighErrorRate', 'TenantErrorRate', 'HighLatencyP95'),
        `service=~"${databaseServices.join('|')}"`,
      ],
    },
  ]
}
