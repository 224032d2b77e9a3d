/** Alerts of the catalogue for many tenants and services, as Prometheus would send them. */
import { alerts, type AlertName } from '../../../contracts/alerts.ts'
import { services } from '../../../contracts/services.ts'
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

/** Every alert but the Watchdog, for every service and as many tenants as it takes. */
export function stormOf(count: number): PostedAlert[] {
  const names = (Object.keys(alerts) as AlertName[]).filter((name) => name !== 'Watchdog')
  const tenants = Math.ceil(count / (names.length * services.length))
  const storm = Array.from({ length: tenants }, (_, at) => `university_${at + 1}`).flatMap((tenant) =>
    services.flatMap((service) => names.map((name) => alertOf(name, { tenant, service }))),
  )
  return storm.slice(0, count)
}
