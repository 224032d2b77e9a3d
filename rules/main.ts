/** `node rules/main.ts generate | check`. Exit codes: 0 done, 1 stale or against a rule, 2 wrong usage. */
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { ConfigError, describeFault } from '../lib/config.ts'
import { messageOf } from '../lib/errors.ts'
import type { ExitCode } from '../lib/lifecycle.ts'
import { AlertmanagerError } from './alertmanager/errors.ts'
import { defaultAlertmanagerOptions, type AlertmanagerOptions } from './alertmanager/options.ts'
import { ruleFiles } from './generate.ts'
import { describeLintFault, lintRules } from './lint/lint-rules.ts'
import { loadSlos } from './load/load-slos.ts'
import { timing } from './promql/timing.ts'
import { alertmanagerFolder } from './write/alertmanager-folder.ts'
import { staleFiles, writeFolder, type GeneratedFolder } from './write/generated-files.ts'
import { rulesFolder, testsFolder } from './write/rule-folders.ts'

interface GenerateOptions {
  readonly out?: string
  readonly consoleUrl: string
  readonly inboxUrl?: string
  readonly heartbeatUrl: string
  readonly inboxKeyFile: string
  readonly pagerdutyKeyFile?: string
  readonly timeScale: number
}

const committed = fileURLToPath(new URL('../compose/generated', import.meta.url))
const objectives = fileURLToPath(new URL('slos', import.meta.url))
const defaults = defaultAlertmanagerOptions

let exitCode: ExitCode = 0

const program = new Command('rules')
  .description('alert rules, their tests and the routing: write them, check what is committed')
  .exitOverride()
  .showHelpAfterError()
  .addHelpText('after', '\nExit codes: 0 done, 1 stale or against a rule, 2 wrong usage or objectives.')

program
  .command('generate')
  .description('write rules and routing, and the tests of the rules where they are committed')
  .option('--out <folder>', 'where to, without the tests; default the committed files in compose/generated')
  .option('--console-url <url>', 'where the links of alerts begin', defaults.consoleUrl)
  .option('--inbox-url <url>', 'where Alertmanager sends events; default the console')
  .option('--heartbeat-url <url>', 'where Alertmanager sends the Watchdog', defaults.heartbeatUrl)
  .option('--inbox-key-file <file>', 'routing key of the inbox', defaults.inboxKeyFile)
  .option('--pagerduty-key-file <file>', 'routing key of PagerDuty; without it only the inbox is told')
  .option('--time-scale <n>', 'divide windows and waits, for drills; needs --out', timeScale, 1)
  .action((options: GenerateOptions) => {
    if (options.timeScale !== 1 && options.out === undefined) {
      throw new InvalidArgumentError('--time-scale needs --out: the committed files tell real time')
    }
    const folders = foldersFor(options)
    if (folders === undefined) return
    const written = folders.map((folder) => writeFolder(folder))
    console.log(`${written.reduce((sum, count) => sum + count, 0)} files written`)
  })

program
  .command('check')
  .description('lint every rule and compare the committed files with what would be written')
  .action(() => {
    const folders = foldersFor({ ...defaults, timeScale: 1 })
    if (folders === undefined) return
    const stale = folders.flatMap((folder) => staleFiles(folder))
    for (const path of stale) console.error(`${path} is stale: run node rules/main.ts generate`)
    const files = folders.reduce((sum, folder) => sum + folder.files.size, 0)
    console.log(`${files} files compared, ${stale.length} stale`)
    if (stale.length > 0) exitCode = 1
  })

/** Builds every folder, or says which rule is broken: nothing is written then. */
function foldersFor(options: GenerateOptions): GeneratedFolder[] | undefined {
  const slos = loadSlos(objectives)
  const consoleUrl = options.consoleUrl.replace(/\/$/, '')
  const ruleOptions = { consoleUrl, timing: timing(options.timeScale) }
  const report = lintRules(ruleFiles(slos, ruleOptions), options.timeScale)
  for (const fault of report.faults) console.error(describeLintFault(fault))
  console.log(`${report.rules} rules, ${report.selectors} selectors, ${report.faults.length} faults`)
  if (report.faults.length > 0) {
    exitCode = 1
    return undefined
  }
  const folder = options.out === undefined ? committed : resolve(options.out)
  return [
    alertmanagerFolder(folder, routingFor(options)),
    rulesFolder(folder, slos, ruleOptions),
    ...(options.out === undefined ? [testsFolder(folder, slos, consoleUrl)] : []),
  ]
}

function routingFor({
  out: _out,
  inboxUrl,
  inboxKeyFile,
  pagerdutyKeyFile,
  ...rest
}: GenerateOptions): AlertmanagerOptions {
  return {
    ...rest,
    inboxUrl: inboxUrl ?? rest.consoleUrl,
    inboxKeyFile: resolve(inboxKeyFile),
    ...(pagerdutyKeyFile === undefined ? {} : { pagerdutyKeyFile: resolve(pagerdutyKeyFile) }),
  }
}

/** Reads an option's value. */
function timeScale(text: string): number {
  const scale = Number(text)
  if (Number.isFinite(scale) && scale >= 1 && scale <= 600) return scale
  throw new InvalidArgumentError('expected a number from 1 to 600')
}

function reportFailure(error: unknown): ExitCode {
  if (error instanceof CommanderError) {
    if (error instanceof InvalidArgumentError) console.error(`rules: ${error.message}`)
    return error.exitCode === 0 ? 0 : 2
  }
  if (error instanceof ConfigError) {
    console.error(`rules: ${error.faults.map(describeFault).join('\n  ')}`)
    return 2
  }
  console.error(`rules: ${messageOf(error)}`)
  return error instanceof AlertmanagerError ? 2 : 1
}

try {
  await program.parseAsync()
} catch (error) {
  exitCode = reportFailure(error)
}
process.exit(exitCode)
