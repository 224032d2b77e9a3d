/** The events of the heartbeat: one dedup key, so that it has at most one open incident anywhere. */
import { watchdogMissing } from '../../contracts/alerts.ts'
import type { PagerEvent } from '../../contracts/pager-event.ts'
import { missedIntervals } from './pulse.ts'

export const watchdogDedupKey = 'campanile-watchdog-missing'

/** What a sink is to know. */
export type Wanted = 'triggered' | 'resolved'

export interface PageFacts {
  readonly routingKey: string
  /** Base address of the console. */
  readonly consoleUrl: string
  readonly intervalSeconds: number
  /** RFC 3339; undefined when none ever came. */
  readonly lastBeatAt: string | undefined
}

/** Builds the event that brings a sink to `wanted`. */
export function pageEvent(wanted: Wanted, facts: PageFacts): PagerEvent {
  const common = { routing_key: facts.routingKey, dedup_key: watchdogDedupKey }
  if (wanted === 'resolved') return { ...common, event_action: 'resolve' }
  const { consoleUrl, intervalSeconds, lastBeatAt } = facts
  const runbook = `${consoleUrl}/runbooks/${watchdogMissing}`
  const dashboard = `${consoleUrl}/dashboards/campanile-platform`
  const waited = missedIntervals * intervalSeconds
  return {
    ...common,
    event_action: 'trigger',
    client: 'Campanile heartbeat',
    client_url: `${consoleUrl}/inbox`,
    payload: {
      summary: `${watchdogMissing}: no Watchdog for ${waited} s, so no alert may arrive at all`,
      source: 'heartbeat',
      severity: 'critical',
      component: 'alertmanager',
      class: 'pipeline',
      custom_details: {
        service: 'heartbeat',
        severity: 'critical',
        area: 'pipeline',
        description:
          'Prometheus fires the Watchdog without end and Alertmanager repeats it to the heartbeat. ' +
          `${missedIntervals} intervals of ${intervalSeconds} s passed without it: Prometheus, its rules, ` +
          'Alertmanager or the way between them has stopped.',
        runbook,
        dashboard,
        last_beat: lastBeatAt ?? 'none ever came',
      },
    },
    links: [
      { href: runbook, text: 'Runbook' },
      { href: dashboard, text: 'Dashboard' },
    ],
  }
}
