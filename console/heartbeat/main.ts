/** The heartbeat: `node console/heartbeat/main.ts serve`. Pages when Alertmanager's Watchdog stays away. */
import { environment, home, integer, portOf, secretFile, url, type Setting } from '../../lib/config.ts'
import { runUntilSignal } from '../../lib/lifecycle.ts'
import { createLogger } from '../../lib/logger.ts'
import { serve } from './serve.ts'

/** Length of an integration key (Events API v2). */
const routingKey = /^[0-9A-Za-z]{32}$/

/** A routing key kept alone in a file. */
function keyFile(variable: string): Setting<string> {
  const base = secretFile(variable)
  return {
    variable,
    read: (value) => {
      const key = base.read(value)
      if (!routingKey.test(key)) throw new Error('a file with a routing key of 32 letters and digits')
      return key
    },
  }
}

function optional<T>(setting: Setting<T>): Setting<T | undefined> {
  return {
    variable: setting.variable,
    read: (value) => (value === undefined ? undefined : setting.read(value)),
  }
}

function start() {
  const values = environment({
    home,
    port: portOf('heartbeat'),
    consolePort: portOf('console'),
    inboxKey: keyFile('CAMPANILE_INBOX_KEY_FILE'),
    pagerdutyKey: optional(keyFile('CAMPANILE_PAGERDUTY_KEY_FILE')),
    /** A second integration, so that one closed at PagerDuty does not take both ways with it. */
    ownKey: optional(keyFile('CAMPANILE_HEARTBEAT_KEY_FILE')),
    pagerdutyUrl: url(
      'CAMPANILE_PAGERDUTY_URL',
      ['https:', 'http:'],
      'https://events.pagerduty.com/v2/enqueue',
    ),
    intervalSeconds: integer('CAMPANILE_HEARTBEAT_INTERVAL_SECONDS', { min: 1, max: 3_600, fallback: 60 }),
  })
  const { consolePort, ownKey, pagerdutyKey, ...settings } = values
  return serve({
    ...settings,
    consoleUrl: `http://127.0.0.1:${consolePort}`,
    pagerdutyKey: ownKey ?? pagerdutyKey,
    log: createLogger({ service: 'heartbeat' }),
  })
}

if (process.argv[2] !== 'serve' || process.argv.length > 3) {
  process.stderr.write('usage: node console/heartbeat/main.ts serve\n')
  process.exit(2)
}
process.exit(await runUntilSignal({ name: 'heartbeat', start: () => Promise.resolve().then(start) }))
