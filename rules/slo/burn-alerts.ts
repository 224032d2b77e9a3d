/** The alerts of an objective: the budget burns, fast or slowly, or nothing is heard any more. */
import type { AlertArea, AlertName } from '../../contracts/alerts.ts'
import type { Slo } from '../../contracts/slo.ts'
import { fixedLabels, printed, type RuleOptions } from '../alerts/definition.ts'
import { annotate, type Annotations } from '../annotations/annotate.ts'
import { lasting, tenant, text, value } from '../annotations/template.ts'
import type { AlertingRule } from '../model.ts'
import { gauge, height, is } from '../promql/compose.ts'
import { budgetOf, burnFactor, burnWindows, leastBadEvents, type BurnWindow } from './burn-windows.ts'
import { recorded } from './recordings.ts'

/** Names the alert of each severity. */
export const alertOf = { page: 'SloFastBurn', ticket: 'SloSlowBurn' } as const

/** Builds the page or the ticket of an objective. */
export function burnAlert(slo: Slo, severity: BurnWindow['severity'], options: RuleOptions): AlertingRule {
  const name = alertOf[severity]
  const windows = burnWindows.filter((window) => window.severity === severity)
  return {
    alert: name,
    // Both windows and the count have the same labels; the long burn rate is what the alert measures.
    expr: windows.map((window) => `(${burns(slo, window)})`).join(' or '),
    forSeconds: 0,
    labels: burnLabels(slo, severity),
    annotations: printed(burnAnnotations(slo, severity, options.consoleUrl)),
  }
}

/** Names the labels a page or ticket has besides those of the burn rate; its area is that of the objective. */
export function burnLabels(slo: Slo, severity: BurnWindow['severity']): Record<string, string> {
  const area: AlertArea = slo.indicator.kind
  return { ...fixedLabels({ name: alertOf[severity] }), area, slo: slo.name }
}

function burns(slo: Slo, window: BurnWindow): string {
  const factor = burnFactor(window, slo.windowDays)
  return [
    `${recorded(window.long, slo)} > ${factor}`,
    `${recorded(window.short, slo)} > ${factor}`,
    `${recorded(window.bad, slo)} >= ${leastBadEvents[window.severity]}`,
  ].join(' and ')
}

/** Says how fast the budget burns and how long it lasts. */
export function burnAnnotations(slo: Slo, severity: BurnWindow['severity'], consoleUrl: string): Annotations {
  const { name, service, windowDays, indicator } = slo
  const period = windowDays * 86_400
  const bad =
    indicator.kind === 'availability'
      ? 'failed'
      : `took longer than ${Math.round(indicator.thresholdSeconds * 1_000)} ms`
  const allowed = percentage(budgetOf(slo.objective))
  const windows = burnWindows
    .filter((window) => window.severity === severity)
    .map((window) => `${burnFactor(window, windowDays)} times over ${hours(window)}`)
    .join(' or ')
  const subject = {
    name: alertOf[severity],
    by: ['tenant', 'service'] as const,
    ...(indicator.kind === 'latency' ? { slowMillis: Math.round(indicator.thresholdSeconds * 1_000) } : {}),
  }
  const words = {
    summary: text`The error budget of ${name} burns ${value} times too fast (tenant ${tenant})`,
    description: text`Too many requests to ${service} (tenant ${tenant}) ${bad}; ${allowed} of them may. The budget of ${String(windowDays)} days burns ${value} times as fast as it lasts: a full one is exhausted in ${lasting(period)}. The threshold is ${windows}, with at least ${String(leastBadEvents[severity])} bad requests.`,
  }
  return annotate(subject, words, consoleUrl)
}

function hours({ longSeconds }: BurnWindow): string {
  return `${longSeconds / 3_600} h`
}

function percentage(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(6))} %`
}

/** How long the absence must last, in seconds: twelve scrapes. */
export const absentSeconds = 120
/** How long a service that was heard is missed, in seconds. */
export const rememberedSeconds = 3 * 86_400

/** Name of the alert that a service is not heard. */
export const absenceName = 'SloSignalAbsent' satisfies AlertName

/**
 * Builds the page for a service of which nothing is heard: every series has gone, though the service was heard
 * before or its process answers. Without it a dead service would look as if it had met its objectives.
 */
export function absenceAlert(service: Slo['service'], { timing, consoleUrl }: RuleOptions): AlertingRule {
  const over = timing.window(rememberedSeconds).text
  const memory = `group(last_over_time(${gauge('slo:events:count30s', { service: is(service) })}[${over}]))`
  const alive = `group(${gauge('up', { job: is(service) })} == 1)`
  const heard = `group(${height('http_server_request_duration_seconds_count', { service: is(service) })})`
  return {
    alert: absenceName,
    expr: `(${memory} or ${alive}) unless ${heard}`,
    forSeconds: timing.wait(absentSeconds),
    labels: fixedLabels({ name: absenceName, service }),
    annotations: printed(absenceAnnotations(service, consoleUrl)),
  }
}

/** Says what is no longer heard. */
export function absenceAnnotations(named: Slo['service'], consoleUrl: string): Annotations {
  const words = {
    summary: text`Nothing is heard of ${named}`,
    description: text`No request of any tenant to ${named} is measured any more, for ${String(absentSeconds / 60)} minutes: the process is gone or no longer measured. Its objectives say nothing until it is back.`,
  }
  return annotate({ name: absenceName, by: [], service: named }, words, consoleUrl)
}
