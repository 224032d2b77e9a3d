/** The console process: the pages people look at when something is wrong. `node console/main.ts serve`. */
import { join } from 'node:path'
import { ports, type PortName } from '../contracts/ports.ts'
import { environment } from '../lib/config.ts'
import { runUntilSignal } from '../lib/lifecycle.ts'
import { consoleSettings, portSettings } from './settings.ts'
import { startConsole } from './start.ts'

async function start() {
  const names = Object.keys(ports) as PortName[]
  const { home, firstAccounts, pagerDutyKey, tokens, ...given } = environment(consoleSettings)
  const doors = environment(portSettings(names))
  return startConsole({
    ...given,
    port: doors.console,
    state: join(home, 'console'),
    firstAccounts: firstAccounts ?? [],
    hasPagerDuty: pagerDutyKey !== undefined,
    tokens: tokens ?? [],
    ports: doors,
  })
}

const [command = 'serve', ...rest] = process.argv.slice(2)
if (command !== 'serve' || rest.length > 0) {
  console.error('console: expected no command or serve')
  process.exit(2)
}
process.exit(await runUntilSignal({ name: 'console', start }))
