/** The collector's command: `serve` runs it, `check FILE` tells what is wrong with a configuration. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { Command } from 'commander'
import { ServiceTokens, type ServiceToken } from '../contracts/service-token.ts'
import { environment, flag, home, jsonFile, optionalKeyFile, type Setting } from '../lib/config.ts'
import { runUntilSignal } from '../lib/lifecycle.ts'
import { createLogger } from '../lib/logger.ts'
import type { Roster } from '../privacy/roster.ts'
import { loadAppliance, type Appliance } from './config/appliance.ts'
import { check, policy, portCheck, type Answer } from './config/commands.ts'
import { loadCollectorConfig, readAll } from './config/load.ts'
import { renderReference } from './config/reference.ts'
import { checkSite } from './config/site-check.ts'
import { readTokens } from './config/tokens.ts'
import { CollectorError } from './errors.ts'
import { buildRoster, readRoster, writeRoster } from './roster.ts'
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
 * Halves of the space for young objects, in MiB. With Node's own 16 a collector grew by 160 MiB when every name was new,
 * with 8 by 48. With 2 a span costs a seventh less than with 8: bodies die young and count for V8 until they are swept,
 * and the space fits the cache. 4 was slower than both, in every round.
 */
const youngSpace = '--max-semi-space-size=2'

/**
 * How much the old space may grow over what lives before it is collected, in percent. V8 lets a heap of 35 MiB become
 * 120: with 80 a collector of ten million new names takes 247 MiB instead of 340. With 60 it takes 228, and a span costs
 * half as much again.
 */
const heapGrowing = '--heap-growing-percent=80'

/** Begins anew with the bound, which can be given only to a process that begins; the process stays the same one. */
function boundYoungSpace(): void {
  if (process.execve === undefined || process.execArgv.some((flag) => flag.includes('semi-space'))) return
  const own = [process.execPath, youngSpace, ...process.execArgv, ...process.argv.slice(1)]
  process.execve(process.execPath, own, process.env)
}

/** The key before the current one, in a file beside it; there is one while a rotation is under way. */
const previousKeyFile: Setting<Uint8Array | undefined> = {
  variable: 'CAMPANILE_HMAC_KEY_FILE',
  read: (value) => {
    const path = `${value ?? ''}.previous`
    return value !== undefined && existsSync(path)
      ? optionalKeyFile('CAMPANILE_HMAC_KEY_FILE').read(path)
      : undefined
  },
}

async function start(files: ServeFiles) {
  const { config, appliance, given } = readAll({
    config: () => readTokens(loadCollectorConfig(files.config, process.env)),
    appliance: () => loadAppliance(files.appliance, process.env),
    given: () =>
      environment({
        home,
        hmacKey: optionalKeyFile('CAMPANILE_HMAC_KEY_FILE'),
        previousHmacKey: previousKeyFile,
        demo: flag('CAMPANILE_DEMO'),
        tokens: tokensFile,
      }),
  })
  checkSite(config, appliance)
  const log = createLogger({ service: 'collector', level: config.plan.telemetry.logs.level })
  for (const detail of config.lints) log.warn('configuration questionable', { detail })
  const { hmacKey, previousHmacKey } = given
  if (hmacKey === undefined) log.warn('join keys dropped', { detail: 'CAMPANILE_HMAC_KEY_FILE is not set' })
  const roster = await openRosterOf(appliance, given)
  return startCollector({
    config,
    appliance,
    home: given.home,
    log,
    ...(hmacKey === undefined ? {} : { hmacKey }),
    ...(previousHmacKey === undefined ? {} : { previousHmacKey }),
    ...(roster === undefined ? {} : { roster }),
    ...(given.demo ? { faultTokens: given.tokens } : {}),
  })
}

/** Opens the names of the campus where the appliance file has any. */
async function openRosterOf(
  { roster }: Appliance,
  given: { readonly home: string; readonly hmacKey: Uint8Array | undefined },
): Promise<Roster | undefined> {
  if (roster === undefined) return undefined
  return readRoster(resolve(given.home, roster.file), rosterKey(given.hmacKey))
}

function rosterKey(key: Uint8Array | undefined): Uint8Array {
  if (key !== undefined) return key
  throw new CollectorError('ROSTER_UNREADABLE', 'found no key, expected CAMPANILE_HMAC_KEY_FILE')
}

function answer({ code, output, errors }: Answer): never {
  for (const line of errors) process.stderr.write(`${line}\n`)
  for (const line of output) process.stdout.write(`${line}\n`)
  process.exit(code)
}

interface FilterFiles {
  readonly names: string
  readonly filter: string
  readonly key: Uint8Array
}

async function buildFilter({ names, filter, key }: FilterFiles): Promise<Answer> {
  try {
    const built = await buildRoster(names, key)
    await writeRoster(filter, built, key)
    const size = `${built.names} names, ${built.bits.length} bytes`
    return { code: 0, output: [`${filter}: ${size}`], errors: [] }
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error
    return { code: 2, output: [], errors: [error.message] }
  }
}

const program = new Command('collector').exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
program
  .command('serve')
  .description('receive, fence, store and expose telemetry until SIGTERM')
  .option('--config <file>', 'OpenTelemetry Collector configuration', 'compose/collector.yaml')
  .option('--appliance <file>', 'settings beyond it', 'compose/appliance.yaml')
  .action(async (files: ServeFiles) => {
    boundYoungSpace()
    setFlagsFromString(heapGrowing)
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
  .command('policy')
  .description('write the fence as redaction and transform processors of otelcol-contrib')
  .option('--appliance <file>', 'settings beyond it, whose policy it is')
  .action(({ appliance }: { readonly appliance?: string }) =>
    answer(policy({ variables: process.env, ...(appliance === undefined ? {} : { appliance }) })),
  )
program
  .command('roster')
  .description('build the filter of names of the campus, one a line, which holds no name')
  .argument('<names>')
  .argument('<filter>', 'file for `roster.file` in the appliance file')
  .action(async (names: string, filter: string) => {
    const { hmacKey } = environment({ hmacKey: optionalKeyFile('CAMPANILE_HMAC_KEY_FILE') })
    answer(await buildFilter({ names, filter, key: rosterKey(hmacKey) }))
  })
program
  .command('components')
  .description('write the page of all components and their keys')
  .action(() => {
    process.stdout.write(renderReference())
  })
await program.parseAsync()
