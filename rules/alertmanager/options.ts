/** What a machine decides about the configuration of Alertmanager: addresses, key files, the scale of time. */
import { AlertmanagerError } from './errors.ts'

export interface AlertmanagerOptions {
  /** Base address of the console, without a slash at the end; every link of a page begins with it. */
  readonly consoleUrl: string
  /** Where the inbox takes events; without a path `/v2/enqueue` is added. */
  readonly inboxUrl: string
  /** Where the heartbeat takes the Watchdog; without a path `/beat` is added. */
  readonly heartbeatUrl: string
  /** Absolute path of the file with the routing key of the inbox; Alertmanager reads it at every send. */
  readonly inboxKeyFile: string
  /** Absolute path of the file with PagerDuty's routing key; without it only the inbox is told. */
  readonly pagerdutyKeyFile?: string
  /** Divides the waits of groups, for drills; 1 means real time. */
  readonly timeScale: number
}

/** The committed configuration: default ports, and the state folder of an appliance that root runs. */
export const defaultAlertmanagerOptions: AlertmanagerOptions = {
  consoleUrl: 'http://127.0.0.1:5002',
  inboxUrl: 'http://127.0.0.1:5002/v2/enqueue',
  heartbeatUrl: 'http://127.0.0.1:5003/beat',
  inboxKeyFile: '/var/lib/campanile/secrets/inbox.key',
  timeScale: 1,
}

/** Addresses are written into templates and regular expressions, so only plain ones are taken. */
const plainAddress = /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[A-Za-z0-9._~-]+)*\/?$/
/** No quote, brace or line end: a path is written as a YAML string and never as a template. */
const plainPath = /^\/[A-Za-z0-9._~ @+=/-]+$/

/**
 * Checks the options and completes their addresses.
 *
 * @throws AlertmanagerError ALERTMANAGER_OPTION_INVALID
 */
export function completeOptions(options: AlertmanagerOptions): AlertmanagerOptions {
  const { consoleUrl, inboxUrl, heartbeatUrl, inboxKeyFile, pagerdutyKeyFile, timeScale } = options
  for (const [name, value] of Object.entries({ consoleUrl, inboxUrl, heartbeatUrl })) {
    if (!plainAddress.test(value)) throw invalid(name, 'a plain http address', value)
  }
  for (const [name, value] of Object.entries({ inboxKeyFile, pagerdutyKeyFile })) {
    if (value !== undefined && !plainPath.test(value)) throw invalid(name, 'an absolute path', value)
  }
  if (!(timeScale >= 1 && timeScale <= 3_600)) {
    throw invalid('timeScale', 'a number from 1 to 3600', String(timeScale))
  }
  return {
    ...options,
    consoleUrl: consoleUrl.replace(/\/$/, ''),
    inboxUrl: withPath(inboxUrl, '/v2/enqueue'),
    heartbeatUrl: withPath(heartbeatUrl, '/beat'),
  }
}

function withPath(address: string, path: string): string {
  return /^https?:\/\/[^/]+\/?$/.test(address) ? `${address.replace(/\/$/, '')}${path}` : address
}

function invalid(name: string, expected: string, found: string): AlertmanagerError {
  return new AlertmanagerError(
    'ALERTMANAGER_OPTION_INVALID',
    `${name}: expected ${expected}, found ${JSON.stringify(found.slice(0, 80))}`,
  )
}
