/** `node app/users/main.ts` serves accounts; `node app/users/main.ts provision` creates the first ones. */
import { ServiceTokens } from '../../contracts/service-token.ts'
import { ConfigError, describeFault, environment, jsonFile } from '../../lib/config.ts'
import { messageOf } from '../../lib/errors.ts'
import { runUntilSignal, type ExitCode } from '../../lib/lifecycle.ts'
import { serviceSettings } from '../door/settings.ts'
import { FirstAccounts, provision } from './provision.ts'
import { startUsers } from './server.ts'

async function serve(): Promise<ExitCode> {
  return runUntilSignal({
    name: 'users',
    start: async () => {
      const { tokens, ...settings } = environment({
        ...serviceSettings('users'),
        tokens: jsonFile('CAMPANILE_TOKENS_FILE', ServiceTokens),
      })
      return startUsers({ settings, tokens })
    },
  })
}

async function provisionOnce(): Promise<ExitCode> {
  try {
    const { databaseUrl, environment: name, otlpEndpoint, demo } = serviceSettings('users')
    const { accounts, ...settings } = environment({
      databaseUrl,
      environment: name,
      otlpEndpoint,
      demo,
      accounts: jsonFile('CAMPANILE_DEMO_ACCOUNTS_FILE', FirstAccounts),
    })
    const created = await provision({ settings, accounts })
    console.log(JSON.stringify({ event: 'accounts provisioned', created, given: accounts.length }))
    return 0
  } catch (error) {
    const isConfig = error instanceof ConfigError
    console.error(`users: ${isConfig ? error.faults.map(describeFault).join('\n  ') : messageOf(error)}`)
    return isConfig ? 2 : 1
  }
}

const [command = 'serve', ...rest] = process.argv.slice(2)
const commands: Readonly<Record<string, () => Promise<ExitCode>>> = { serve, provision: provisionOnce }
const run = rest.length === 0 ? commands[command] : undefined
if (run === undefined) console.error('users: expected no command, serve or provision')
process.exit(run === undefined ? 2 : await run())
