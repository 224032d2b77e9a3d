/** The collector's command: `serve` runs it, `check FILE` tells what is wrong with a configuration. */
import { Command } from 'commander'
import { ServiceTokens, type ServiceToken } from '../contracts/service-token.ts'
import { environment, flag, home, jsonFile, optionalKeyFile, type Setting } from '../lib/config.ts'
import { runUntilSignal } from '../lib/lifecycle.ts'
import { createLogger } from '../lib/logger.ts'
import { loadAppliance } from './config/appliance.ts'
import { check, portCheck, type Answer } from './config/commands.ts'
import { loadCollectorConfig, readAll } from './config/load.ts'
import { renderReference } from './config/reference.ts'
import { checkServed } from './config/served.ts'
import { readTokens } from './config/tokens.ts'
import { startCollector } from './serve.ts'

interface ServeFiles {
  readonly config: string
  readonly appliance: string
}

/** Who may switch faults on in the demo; nobody where there is no list. */
const tokensFile: Setting<readonly ServiceToken[]> = {
  variable: 'CAMPANILE_TOKENS_FILE',
  read: (value) => (value === undefined ? [] : jsonFile('CAMPANILE_TOKENS_FILE', ServiceTokens).read(value)),
}

/**
 * Halves of the space for young objects, in MiB. With Node's own 16 a collector grew by 160 MiB when every name was new;
 * with 8 by 48, at the same speed; with 4 it was slower.
 */
const youngSpace = '--max-semi-space-size=8'

/** Begins anew with the bound, which can be given only to a process that begins; the process stays the same one. */
function boundYoungSpace(): void {
  if (process.execve === undefined || process.execArgv.some((flag) => flag.includes('semi-space'))) return
  const own = [process.execPath, youngSpace, ...process.execArgv, ...process.argv.slice(1)]
  process.execve(process.execPath, own, process.env)
}

async function start(files: ServeFiles) {
  const { config, appliance, given } = readAll({
    config: () => loadServed(files.config),
    appliance: () => loadAppliance(files.appliance, process.env),
    given: () =>
      environment({
        home,
        hmacKey: optionalKeyFile('CAMPANILE_HMAC_KEY_FILE'),
        previousHmacKey: optionalKeyFile('CAMPANILE_HMAC_PREVIOUS_KEY_FILE'),
        demo: flag('CAMPANILE_DEMO'),
        tokens: tokensFile,
      }),
  })
  const log = createLogger({ service: 'collector', level: config.plan.telemetry.logs.level })
  for (const detail of config.lints) log.warn('configuration questionable', { detail })
  const { hmacKey, previousHmacKey } = given
  if (hmacKey === undefined) log.warn('join keys dropped', { detail: 'CAMPANILE_HMAC_KEY_FILE is not set' })
  return startCollector({
    config,
    appliance,
    home: given.home,
    log,
    ...(hmacKey === undefined ? {} : { hmacKey }),
    ...(previousHmacKey === undefined ? {} : { previousHmacKey }),
    ...(given.demo ? { faultTokens: given.tokens } : {}),
  })
}

function loadServed(path: string) {
  const config = loadCollectorConfig(path, process.env)
  checkServed(config)
  return readTokens(config)
}

function answer({ code, output, errors }: Answer): never {
  for (const line of errors) process.stderr.write(`${line}\n`)
  for (const line of output) process.stdout.write(`${line}\n`)
  process.exit(code)
}

const program = new Command('collector').exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
program
  .command('serve')
  .description('receive, fence, store and expose telemetry until SIGTERM')
  .option('--config <file>', 'OpenTelemetry Collector configuration', 'compose/collector.yaml')
  .option('--appliance <file>', 'settings beyond it', 'compose/appliance.yaml')
  .action(async (files: ServeFiles) => {
    boundYoungSpace()
    process.exit(await runUntilSignal({ name: 'collector', start: () => start(files) }))
  })
program
  .command('check')
  .description('tell every fault of a configuration, with its line')
  .argument('<file>')
  .option('--appliance <file>', 'settings beyond it, checked too')
  .action((path: string, { appliance }: { readonly appliance?: string }) =>
    answer(check({ path, variables: process.env, ...(appliance === undefined ? {} : { appliance }) })),
  )
program
  .command('port-check')
  .description('name every guarantee that is lost when the file runs on otelcol-contrib; 1 if there is one')
  .argument('<file>')
  .option('--json', 'as JSON')
  .action((path: string, { json }: { readonly json?: boolean }) =>
    answer(portCheck({ path, variables: process.env }, json === true)),
  )
program
  .command('components')
  .description('write the page of all components and their keys')
  .action(() => {
    process.stdout.write(renderReference())
  })
await program.parseAsync()
