/** The events of the heartbeat: one dedup key for each of its conditions, so that it has at most one incident of each. */
import { watchdogMissing, type AlertName } from '../../contracts/alerts.ts'
import type { PagerEvent } from '../../contracts/pager-event.ts'
import type { Condition } from './memory.ts'
import { missedIntervals } from './pulse.ts'

/** The alert that Alertmanager also brings here. */
export const notificationsFailing = 'NotificationsFailing' satisfies AlertName

export const dedupKeys: Readonly<Record<Condition, string>> = {
  watchdog: 'campanile-watchdog-missing',
  notifications: 'campanile-notifications-failing',
}

/** What a sink is to know. */
export type Wanted = 'triggered' | 'resolved'

export interface PageFacts {
  readonly condition: Condition
  readonly routingKey: string
  /** Base address of the console. */
  readonly consoleUrl: string
  readonly intervalSeconds: number
  /** RFC 3339; undefined when none ever came. */
  readonly lastBeatAt: string | undefined
}

/** Builds the event that brings a sink to `wanted`. */
export function pageEvent(wanted: Wanted, facts: PageFacts): PagerEvent {
  const { condition, consoleUrl, lastBeatAt } = facts
  const common = { routing_key: facts.routingKey, dedup_key: dedupKeys[condition] }
  if (wanted === 'resolved') return { ...common, event_action: 'resolve' }
  const { alert, summary, description } = wordsOf(facts)
  const runbook = `${consoleUrl}/runbooks/${alert}`
  const dashboard = `${consoleUrl}/dashboards/campanile-platform`
  return {
    ...common,
    event_action: 'trigger',
    client: 'Campanile heartbeat',
    client_url: `${consoleUrl}/inbox`,
    payload: {
      summary: `${alert}: ${summary}`,
      source: 'heartbeat',
      severity: 'critical',
      component: 'alertmanager',
      class: 'pipeline',
      custom_details: {
        service: 'heartbeat',
        severity: 'critical',
        area: 'pipeline',
        description,
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

function wordsOf({ condition, intervalSeconds }: PageFacts) {
  if (condition === 'notifications') {
    return {
      alert: notificationsFailing,
      summary: 'Alertmanager cannot deliver its notifications, so pages may be lost',
      description:
        'Alertmanager told the heartbeat, by another way than its receivers, that deliveries fail: a routing key ' +
        'that was closed, no way to PagerDuty, or an inbox that refuses.',
    }
  }
  return {
    alert: watchdogMissing,
    summary: `no Watchdog for ${missedIntervals * intervalSeconds} s, so no alert may arrive at all`,
    description:
      'Prometheus fires the Watchdog without end and Alertmanager repeats it to the heartbeat. ' +
      `${missedIntervals} intervals of ${intervalSeconds} s passed without it: Prometheus, its rules, ` +
      'Alertmanager or the way between them has stopped.',
  }
}
