/** Alerts of the catalogue for many tenants and services, as Prometheus would send them. */
import { alerts, type AlertName } from '../../../contracts/alerts.ts'
import type { PostedAlert } from './alertmanager-process.ts'

const consoleUrl = 'http://127.0.0.1:5002'

/** One alert with the labels and annotations that rules give it. */
export function alertOf(
  name: AlertName,
  where: { readonly tenant?: string; readonly service?: string },
): PostedAlert {
  const { severity, area, dashboard } = alerts[name]
  const { tenant, service } = where
  const about = [tenant, service].filter((part) => part !== undefined).join(', ')
  const query = new URLSearchParams(where).toString()
  return {
    labels: { alertname: name, severity, area, ...where },
    annotations: {
      summary: `something happened at ${about}`,
      description: `Measured at ${about} over five minutes; a sentence of some length follows as rules write it.`,
      runbook_url: `${consoleUrl}/runbooks/${name}`,
      dashboard_url: `${consoleUrl}/dashboards/${dashboard}?${query}`,
      traces_url: `${consoleUrl}/traces?${query}&status=error`,
    },
  }
}

/** What people use, each with objectives of both kinds. */
const used = ['gateway', 'users', 'academics', 'booking', 'ledger'] as const

/** What one tenant feels at one service on the day of a bad deployment. */
function effectsOf(tenant: string, service: string): PostedAlert[] {
  const where = { tenant, service }
  const burns = (['SloFastBurn', 'SloSlowBurn'] as const).flatMap((name) =>
    ['availability', 'latency'].map((kind) => {
      const burn = alertOf(name, where)
      return { ...burn, labels: { ...burn.labels, slo: `${service}-${kind}` } }
    }),
  )
  return [...burns, alertOf('TenantErrorRate', where), alertOf('HighLatencyP95', where)]
}

/**
 * A bad deployment on a full campus: services fail and some die, for every tenant; queues, logins, machine and
 * telemetry suffer, and one log does not verify besides.
 */
export function stormOf(count: number): PostedAlert[] {
  const of = (name: AlertName, ...named: readonly string[]) =>
    named.map((service) => alertOf(name, { service }))
  const house = [
    ...of('ServiceDown', 'academics', 'booking'),
    ...of('SloSignalAbsent', 'academics', 'booking'),
    ...of('HighErrorRate', ...used),
    ...of('CircuitBreakerOpen', 'academics', 'booking', 'users'),
    ...of('DatabasePoolExhausted', ...used),
    ...of('ComponentRestarting', 'academics', 'booking'),
    ...of('AuditOutboxLag', 'gateway', 'users'),
    ...of('TelemetryLost', ...used),
    ...of('CollectorDropping', 'collector'),
    alertOf('HighCpuUsage', {}),
    alertOf('HighMemoryUsage', {}),
    alertOf('DiskUsageCritical', {}),
    alertOf('NotificationsFailing', {}),
    alertOf('LedgerChainBroken', { tenant: 'university_7', service: 'ledger' }),
  ]
  const perTenant = used.length * 6 + 1
  const tenants = Array.from({ length: Math.ceil(count / perTenant) }, (_, at) => `university_${at + 1}`)
  const felt = tenants.flatMap((tenant) => [
    alertOf('AuthFailureSpike', { tenant }),
    ...used.flatMap((service) => effectsOf(tenant, service)),
  ])
  return [...house, ...felt].slice(0, count)
}
