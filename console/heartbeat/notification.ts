/**
 * The webhook of Alertmanager (version 4 of its payload), as far as a beat needs it. Any process of this machine can
 * send one: who is inside can keep the page away, as who is inside can stop this process.
 */
import Type, { type Static } from 'typebox'
import { validator } from '../../lib/validate.ts'
import { notificationsFailing } from './page.ts'

/** Most bytes of a notification; the receiver is told to name at most ten alerts. */
export const maxNotificationBytes = 65_536

const Text = Type.String({ maxLength: 4_096 })

const WebhookAlert = Type.Object({
  status: Type.String({ maxLength: 32 }),
  labels: Type.Record(Type.String(), Text),
})

const Notification = Type.Object({
  version: Type.String({ maxLength: 8 }),
  status: Type.String({ maxLength: 32 }),
  alerts: Type.Array(WebhookAlert, { maxItems: 100 }),
})
type Notification = Static<typeof Notification>

/** Checks the body of a request. */
export const validateNotification = validator(Notification)

/** Tells whether it says that the Watchdog fires; a resolved one, or any other alert, is no sign of life. */
export function isBeat({ alerts }: Notification): boolean {
  return alerts.some(({ status, labels }) => status === 'firing' && labels['alertname'] === 'Watchdog')
}

/**
 * Tells whether the deliveries of Alertmanager fail by this notification: true while one of its alerts of that name
 * fires, false when all are resolved, undefined when it is about something else.
 */
export function deliveriesFail({ alerts }: Notification): boolean | undefined {
  const named = alerts.filter(({ labels }) => labels['alertname'] === notificationsFailing)
  return named.length === 0 ? undefined : named.some(({ status }) => status === 'firing')
}
