/**
 * `node app/users/main.ts` serves accounts, `… provision` creates the first ones, and
 * `… reset-password TENANT EMAIL` replaces a forgotten password and prints the new one.
 */
import { ServiceTokens } from '../../contracts/service-token.ts'
import { ConfigError, describeFault, environment, jsonFile } from '../../lib/config.ts'
import { messageOf } from '../../lib/errors.ts'
import { runUntilSignal, type ExitCode } from '../../lib/lifecycle.ts'
import { serviceSettings } from '../door/settings.ts'
import { FirstAccounts, provision } from './provision.ts'
import { resetPassword } from './reset-password.ts'
import { startUsers } from './server.ts'

async function serve(): Promise<ExitCode> {
  return runUntilSignal({
    name: 'users',
    start: async () => {
      const { tokens, ...settings } = environment({
        ...serviceSettings('users'),
        tokens: jsonFile('CAMPANILE_TOKENS_FILE', ServiceTokens),
      })
      return startUsers({ settings: { ...settings, tokens }, tokens })
    },
  })
}

/** What a command needs that runs once. */
function onceSettings() {
  const { databaseUrl, environment: name, otlpEndpoint, demo } = serviceSettings('users')
  return { databaseUrl, environment: name, otlpEndpoint, demo }
}

async function provisionOnce(): Promise<ExitCode> {
  return runOnce(async () => {
    const { accounts, ...settings } = environment({
      ...onceSettings(),
      accounts: jsonFile('CAMPANILE_DEMO_ACCOUNTS_FILE', FirstAccounts),
    })
    const created = await provision({ settings, accounts })
    console.log(JSON.stringify({ event: 'accounts provisioned', created, given: accounts.length }))
  })
}

async function resetOnce(tenant: string, email: string): Promise<ExitCode> {
  return runOnce(async () => {
    const password = await resetPassword({ settings: environment(onceSettings()), tenant, email })
    console.log(password)
  })
}

async function runOnce(work: () => Promise<void>): Promise<ExitCode> {
  try {
    await work()
    return 0
  } catch (error) {
    const isConfig = error instanceof ConfigError
    console.error(`users: ${isConfig ? error.faults.map(describeFault).join('\n  ') : messageOf(error)}`)
    return isConfig ? 2 : 1
  }
}

const [command = 'serve', ...rest] = process.argv.slice(2)
type Command = (...words: readonly [string, string]) => Promise<ExitCode>
const commands: Readonly<Record<string, Command>> = {
  serve,
  provision: provisionOnce,
  'reset-password': resetOnce,
}
const [tenant = '', email = ''] = rest
const run = rest.length === (command === 'reset-password' ? 2 : 0) ? commands[command] : undefined
if (run === undefined) console.error('users: expected serve, provision or reset-password TENANT EMAIL')
process.exit(run === undefined ? 2 : await run(tenant, email))
